package dev.warren.api;

/**
 * An operation on a {@linkplain FileSystem#nonBlocking() non-blocking view} could not be completed
 * without blocking. Nothing has changed; the caller repeats it on the blocking object, on a thread
 * that may block. This exception never reaches a client.
 */
public final class WouldBlockException extends FsException {
  private static final long serialVersionUID = 1;

  /** The only instance: it has no state, and is thrown on hot paths. */
  @SuppressWarnings(
      "StaticAssignmentOfThrowable") // it has no stack trace, so sharing it misleads nobody
  public static final WouldBlockException INSTANCE = new WouldBlockException();

  private WouldBlockException() {
    super(Errno.EAGAIN);
  }
}
