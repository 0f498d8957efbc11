package dev.warren.api;

/**
 * An operation on a {@linkplain FileSystem#nonBlocking() non-blocking view} could not be completed
 * at once. Nothing has changed; the caller repeats it on the blocking object, on a thread that may
 * wait. It never reaches a client.
 */
public final class WouldBlockException extends FsException {
  private static final long serialVersionUID = 1;

  /** The only instance: it carries nothing, and is thrown on hot paths. */
  @SuppressWarnings(
      "StaticAssignmentOfThrowable") // has no stack trace, so sharing it misleads nobody
  public static final WouldBlockException INSTANCE = new WouldBlockException();

  private WouldBlockException() {
    super(Errno.EAGAIN);
  }
}
