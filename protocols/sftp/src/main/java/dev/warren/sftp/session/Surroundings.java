package dev.warren.sftp.session;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What a {@link Row} needs of the channel that it belongs to. Called by any thread. */
public interface Surroundings {
  /** Starts a thread that may wait, also for the client. */
  void start(Runnable work);

  /** Does something after the time that a request may take before it counts as one that waits. */
  void later(Runnable work);

  /** The client may send so many bytes more. */
  void release(long bytes) throws IOException;

  /**
   * Nothing is left to do.
   *
   * @param failure why the session cannot go on; null where its input ended
   */
  void ended(@Nullable Throwable failure);
}
