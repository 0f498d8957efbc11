package dev.warren.sftp.session;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The channel of a {@link RequestQueue}, as the queue sees it. Called on any thread. */
public interface Surroundings {
  /** Starts a thread that may block, also for the client's window. */
  void start(Runnable work);

  /** Runs work after the time that a request may take before it counts as blocked. */
  void later(Runnable work);

  /** Allows the client to send more bytes. */
  void release(long bytes) throws IOException;

  /**
   * Called when no request is left.
   *
   * @param failure why the session cannot continue; null if its input ended
   */
  void ended(@Nullable Throwable failure);
}
