package dev.warren.api;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A file-system operation failed. This is the only exception type that crosses the plugin contract.
 *
 * <p>It is a normal result and has no stack trace, so an ENOENT is cheap. If an unexpected failure
 * led to it, pass that failure as the cause; the host then logs it.
 */
public class FsException extends IOException {
  private static final long serialVersionUID = 1;

  private final Errno errno;
  private final String reason;

  /** Creates an error that has only a number. */
  public FsException(Errno errno) {
    this(errno, errno.message(), null);
  }

  /** Creates an error about a path. */
  public FsException(Errno errno, VfsPath path) {
    super(path + ": " + errno.message(), null);
    this.errno = errno;
    this.reason = errno.message();
  }

  /**
   * Creates an error with a message for the user. Front ends send the message where their protocol
   * permits it.
   */
  public FsException(Errno errno, String message) {
    this(errno, message, null);
  }

  /** Creates an error with a cause, which the host logs. The message must not contain secrets. */
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
   * Returns the message without the path with which it may begin: the client knows the file by
   * another path, which the front end adds.
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
