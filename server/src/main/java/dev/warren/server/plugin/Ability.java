package dev.warren.server.plugin;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whether a mount still accepts something, as its instance and what that has opened inside say. The
 * latest word counts. Thread-safe.
 */
final class Ability {
  private @Nullable String reason;

  /** Takes what an instance says, and tells the log if it is news. */
  synchronized void say(@Nullable String now, System.Logger log) {
    if (Objects.equals(reason, now)) {
      return;
    }
    reason = now;
    if (now == null) {
      log.log(System.Logger.Level.INFO, "it accepts again");
    } else {
      log.log(System.Logger.Level.WARNING, "it accepts nothing any more: {0}", now);
    }
  }

  /** Why it accepts nothing; null if it does. */
  synchronized @Nullable String reason() {
    return reason;
  }
}
