package dev.warren.api;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes calls that may wait in the operating system: for a disk, a network file system, a FUSE
 * process, perhaps for ever. A virtual thread in such a call keeps its carrier, of which there is
 * one for each processor, so a few calls that hang would stop all virtual threads of the host. Here
 * they run on platform threads that the mount has for itself, a bounded number of them; past it
 * calls wait for each other, and only this mount's.
 *
 * <p>Who asks waits without a carrier. It stops waiting with EINTR at once when its {@link
 * Cancellation} is cancelled, and with EIO when the mount ends: a call that had not begun is
 * dropped then, one that the system holds goes on without it.
 *
 * <p>Thread-safe. A plugin whose file system works through the system's calls puts it {@linkplain
 * #around around} that; nothing else is needed.
 */
public interface BlockingCalls {
  /** Makes every call on the thread that asks: for tests, and where nothing can hang. */
  static BlockingCalls direct() {
    return DirectCalls.INSTANCE;
  }

  /** Who waits for a call. */
  interface Requester {
    /**
     * Whether the requester may leave before the call returns. Then what belongs to it (a buffer, a
     * visitor) is used within {@link #ask} only; else it can be used at any time.
     */
    boolean mayLeave();

    /**
     * Does something with what belongs to the requester: short, and without waiting.
     *
     * @return what the action answers; false, without running it, once the requester has left
     */
    boolean ask(BooleanSupplier action);
  }

  /** A call. */
  @FunctionalInterface
  interface Call<T extends @Nullable Object> {
    /** Makes it. On a platform thread, or on the requester's own. */
    T make(Requester requester) throws FsException;

    /** Takes back the result of a call whose requester has left: closes what was opened. */
    default void discard(T result) {}
  }

  /** A call without a result. */
  @FunctionalInterface
  interface Command {
    /** Makes it. */
    void run() throws FsException;
  }

  /**
   * Makes a call and waits for its result.
   *
   * @param operation one word that says what it is, for whoever asks what hangs
   * @param path what it is about, seen from the file system's root
   * @throws FsException what the call throws; EINTR if the requester gave up, EIO if the mount ends
   */
  <T extends @Nullable Object> T call(String operation, VfsPath path, Call<T> call)
      throws FsException;

  /** Makes a call when there is a thread for it, and waits neither for that nor for the call. */
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
   * A file system whose operations may wait in the system, with each that does made through here.
   * What its {@linkplain FileSystem#nonBlocking() non-blocking view} can do at once is done at
   * once. Closing it closes the file system.
   */
  default FileSystem around(FileSystem fileSystem) {
    return HandedOverFileSystem.of(fileSystem, this);
  }
}
