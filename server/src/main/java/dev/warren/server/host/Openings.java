package dev.warren.server.host;

import dev.warren.api.FileSystem;
import dev.warren.api.PluginContext;
import dev.warren.api.Reason;
import dev.warren.server.bounded.BoundedCall;
import dev.warren.server.config.InstanceSettings;
import java.io.IOException;
import java.time.Duration;

/**
 * Opens instances and stops waiting for those that hang, because a disk or a server does not
 * respond or the plugin has a bug. An opening that hangs continues on a thread of its own. Use from
 * one thread at a time.
 */
final class Openings {
  /** How long one instance may take to open. */
  private static final Duration LONGEST = Duration.ofSeconds(10);

  /** How long the instances that hang may delay the others, all together. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** The timeout of each further instance once that time is used up. */
  private static final Duration LEAST = Duration.ofSeconds(1);

  private Duration patience = PATIENCE;

  /** An instance is not open yet, but its opening continues and may still succeed. */
  static final class StillOpeningException extends IOException {
    private static final long serialVersionUID = 1;

    private final transient BoundedCall<FileSystem> call;

    private StillOpeningException(BoundedCall<FileSystem> call, Duration waited) {
      super("it does not open: its plugin has not returned for %d s".formatted(waited.toSeconds()));
      this.call = call;
    }

    /** The call that continues. */
    BoundedCall<FileSystem> call() {
      return call;
    }
  }

  /** Resets the total time for instances that hang, before a series of openings. */
  void begin() {
    patience = PATIENCE;
  }

  /**
   * Opens an instance.
   *
   * @throws StillOpeningException if the opening takes too long
   * @throws IOException if it cannot be opened
   */
  FileSystem open(InstanceSettings settings, PluginContext context) throws IOException {
    BoundedCall<FileSystem> call =
        BoundedCall.start(
            "opening " + settings.label(),
            () -> settings.plugin().open(context, settings.config()));
    Duration atMost = patience.compareTo(LONGEST) < 0 ? max(patience, LEAST) : LONGEST;
    try {
      if (!call.awaitEnd(atMost)) {
        call.reportSlow(atMost);
        patience = patience.minus(atMost);
        settings.plugin().passBy();
        throw new StillOpeningException(call, atMost);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StillOpeningException(call, Duration.ZERO);
    }
    Throwable failure = call.failure();
    if (failure != null) {
      throw failure instanceof IOException io ? io : new IOException(Reason.of(failure), failure);
    }
    return call.result();
  }

  private static Duration max(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? b : a;
  }
}
