package dev.warren.ninep.session;

import dev.warren.api.FsException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The work of one request. It is created on the connection's event loop once the request's fids and
 * fields have been checked. Then {@link #run} does the work, and {@link #finish} completes the
 * request on the event loop.
 *
 * <p>{@link #run} is first called on the event loop. If it would block, the operation {@linkplain
 * #leave leaves} the event loop and runs again on a thread that may block. If meanwhile the client
 * flushes the request or disconnects, the operation is {@linkplain #release released} at once, and
 * what it obtains later is {@linkplain #leftover cleaned up}.
 */
public abstract class NinepOperation {
  /**
   * Does the work. If it threw {@link dev.warren.api.WouldBlockException}, it is called again with
   * true: it must not repeat what it had completed before.
   *
   * @param mayBlock whether the thread may block; false on the event loop
   * @throws FsException the error to reply with
   */
  public abstract void run(boolean mayBlock) throws FsException;

  /**
   * Applies the result to the session's fids and writes the reply. Called on the event loop, after
   * {@link #run}.
   *
   * @throws FsException the error to reply with instead; nothing has been written in that case
   */
  public abstract void finish(Session session, Replies out, int tag) throws FsException;

  /** Whether {@link #identify} must be called before {@link #run}. */
  public boolean asksWho() {
    return false;
  }

  /**
   * Identifies the client, on a thread reserved for that, which may wait for files and programs of
   * the system but not for a served file system. {@link #run} follows on the same thread, with
   * false.
   *
   * @throws FsException the error to reply with
   */
  public void identify() throws FsException {}

  /** Further work that must complete before {@link #finish}; null for none. */
  public @Nullable CompletableFuture<?> pending() {
    return null;
  }

  /** Approximate number of bytes that the operation holds while it is off the event loop. */
  public int weight() {
    return 0;
  }

  /**
   * Prepares to continue after the request's frame has been released, and reserves what no other
   * request may take. Called on the event loop.
   *
   * @throws FsException the error to reply with instead
   */
  public void leave(Session session) throws FsException {}

  /**
   * Returns what was reserved, because the request failed or was flushed, or its session ended.
   * Called on the event loop, perhaps while {@link #run} continues on another thread. {@link
   * #finish} is not called afterwards.
   */
  public void release(Session session) {}

  /**
   * Work that cleans up after an operation that has run and will not finish, for a thread that may
   * block; null for none. It must not refer to the operation, which may serve another request
   * before the work is done.
   */
  public @Nullable Runnable leftover() {
    return null;
  }
}
