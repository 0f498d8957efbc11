package dev.warren.api;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A file-system operation failed: the only error type that crosses the plugin contract.
 *
 * <p>It is an answer, not an accident: it has no stack trace of its own, so that an ENOENT costs
 * little. Where something unexpected went wrong below, pass it as the cause; the host then logs it.
 */
public class FsException extends IOException {
  private static final long serialVersionUID = 1;

  private final Errno errno;
  private final String reason;

  /** An error with no more to say than its number. */
  public FsException(Errno errno) {
    this(errno, errno.message(), null);
  }

  /** An error about a path. */
  public FsException(Errno errno, VfsPath path) {
    super(path + ": " + errno.message(), null);
    this.errno = errno;
    this.reason = errno.message();
  }

  /** An error with a message for people, which front ends pass on where their protocol can. */
  public FsException(Errno errno, String message) {
    this(errno, message, null);
  }

  /** An error with its cause, which the host logs. Secrets must not be in the message. */
  public FsException(Errno errno, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.errno = errno;
    this.reason = message;
  }

  /** The error number that the client sees. */
  public Errno errno() {
    return errno;
  }

  /**
   * The message without the path that it may begin with: a front end's client knows the file by
   * another path, and is told that one.
   */
  public String reason() {
    return reason;
  }

  /** Does nothing: see the class comment. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
