package dev.warren.server.plugin;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whether a mount still accepts requests, as reported by its instance and its inner instances. The
 * latest report counts. Thread-safe.
 */
final class Ability {
  private @Nullable String reason;

  /** Records a report and logs it if it changes anything. */
  synchronized void say(@Nullable String now, System.Logger log) {
    if (Objects.equals(reason, now)) {
      return;
    }
    reason = now;
    if (now == null) {
      log.log(System.Logger.Level.INFO, "it accepts requests again");
    } else {
      log.log(System.Logger.Level.WARNING, "it accepts no more requests: {0}", now);
    }
  }

  /** Why the mount accepts no requests; null if it does accept them. */
  synchronized @Nullable String reason() {
    return reason;
  }
}
