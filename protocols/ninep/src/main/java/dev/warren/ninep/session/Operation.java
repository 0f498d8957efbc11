package dev.warren.ninep.session;

import dev.warren.api.FsException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What one request asks for. It is made on the connection's event loop once its fids and fields
 * have been checked, then {@linkplain #run runs}, and {@linkplain #finish finishes} on the event
 * loop.
 *
 * <p>It runs on the event loop first. If that would have to wait it {@linkplain #leave leaves} the
 * loop and runs again on a thread that may wait. A client may flush it meanwhile, or go away: then
 * it is {@linkplain #release released} at once, and what it brings back later is {@linkplain
 * #leftover cleaned up}.
 */
public abstract class Operation {
  /**
   * Does the work. Called again, with true, if it threw {@link dev.warren.api.WouldBlockException}:
   * what was completed before that must not be done twice.
   *
   * @param mayWait false on the event loop
   * @throws FsException what the client is to be told
   */
  public abstract void run(boolean mayWait) throws FsException;

  /**
   * Takes effect on the session's fids and writes the reply. On the event loop, after {@link #run}.
   *
   * @throws FsException what the client is to be told instead; nothing was written then
   */
  public abstract void finish(Session session, Replies out, int tag) throws FsException;

  /** Whether {@link #identify} comes first. */
  public boolean asksWho() {
    return false;
  }

  /**
   * Finds out who asks, on a thread for that, which waits for files and programs of the system but
   * for no file system that is served. {@link #run} follows, with false, on the same thread.
   *
   * @throws FsException what the client is to be told
   */
  public void identify() throws FsException {}

  /** What else must be done before the operation may finish; null for nothing. */
  public @Nullable CompletableFuture<?> pending() {
    return null;
  }

  /** About how many bytes the operation holds while it is off the event loop. */
  public int weight() {
    return 0;
  }

  /**
   * Gets ready to go on after the request's frame is gone, and reserves what must not be taken by
   * another request. On the event loop.
   *
   * @throws FsException what the client is to be told instead
   */
  public void leave(Session session) throws FsException {}

  /**
   * Gives back what was reserved: the request failed, was flushed, or its session ended. On the
   * event loop, perhaps while {@link #run} goes on elsewhere; {@link #finish} is not called any
   * more.
   */
  public void release(Session session) {}

  /**
   * What is to be done about an operation that has run and will not finish, on a thread that may
   * wait; null for nothing.
   */
  public @Nullable Runnable leftover() {
    return null;
  }
}
