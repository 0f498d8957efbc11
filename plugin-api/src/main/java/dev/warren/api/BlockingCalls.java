package dev.warren.api;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs calls that may block in the operating system: on a disk, a network file system or a FUSE
 * process, perhaps forever. A virtual thread in such a call pins its carrier thread, of which there
 * is one per processor, so a few hanging calls would stop all virtual threads of the host. These
 * calls therefore run on platform threads that belong to the mount. Their number is limited; when
 * all are busy, further calls of this mount wait, but no other mount is affected.
 *
 * <p>The requester waits without occupying a carrier thread. It stops waiting immediately, with
 * EINTR when its {@link Cancellation} is cancelled and with EIO when the mount is closed. A call
 * that has not started is then dropped; a call that is already in the kernel continues without its
 * requester.
 *
 * <p>Thread-safe. A plugin whose file system makes system calls wraps that file system with {@link
 * #around}; nothing else is needed.
 */
public interface BlockingCalls {
  /**
   * Returns an implementation that runs every call on the calling thread: for tests, and for file
   * systems that cannot hang.
   */
  static BlockingCalls direct() {
    return DirectCalls.INSTANCE;
  }

  /** The thread that waits for the result of a call. */
  interface Requester {
    /**
     * Whether the requester may stop waiting before the call returns. If so, objects that belong to
     * the requester (a buffer, a visitor) may be used only within {@link #ask}; otherwise they may
     * be used at any time.
     */
    boolean mayLeave();

    /**
     * Runs an action that uses objects of the requester. The action must be short and non-blocking.
     *
     * @return the result of the action; false, without running it, once the requester has stopped
     *     waiting
     */
    boolean ask(BooleanSupplier action);
  }

  /** A call that returns a result. */
  @FunctionalInterface
  interface Call<T extends @Nullable Object> {
    /** Runs the call, on a platform thread or on the requester's own thread. */
    T make(Requester requester) throws FsException;

    /** Releases a result whose requester has stopped waiting: closes what the call opened. */
    default void discard(T result) {}
  }

  /** A call without a result. */
  @FunctionalInterface
  interface Command {
    /** Runs the call. */
    void run() throws FsException;
  }

  /**
   * Runs a call and waits for its result.
   *
   * @param operation the name of the operation, one word; shown when a hanging call is reported
   * @param path the path that the call concerns, relative to the root of the file system
   * @throws FsException the exception of the call; EINTR if the requester was cancelled, EIO if the
   *     mount is closed
   */
  <T extends @Nullable Object> T call(String operation, VfsPath path, Call<T> call)
      throws FsException;

  /**
   * Queues a call to run when a thread is free. Returns immediately; does not wait for the thread
   * or for the call.
   */
  void start(String operation, VfsPath path, Command call);

  /** {@link #call(String, VfsPath, Call)} for a call without a result. */
  default void run(String operation, VfsPath path, Command command) throws FsException {
    this.<@Nullable Void>call(
        operation,
        path,
        _ -> {
          command.run();
          return null;
        });
  }

  /**
   * Wraps a file system whose operations may block in the operating system, so that each of them
   * runs through this object. Operations that the {@linkplain FileSystem#nonBlocking() non-blocking
   * view} can complete run on the calling thread. Closing the wrapper closes the file system.
   */
  default FileSystem around(FileSystem fileSystem) {
    return HandedOverFileSystem.of(fileSystem, this);
  }
}
