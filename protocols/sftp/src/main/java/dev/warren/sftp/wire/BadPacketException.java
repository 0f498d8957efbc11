package dev.warren.sftp.wire;

import java.io.IOException;

/** A packet that ends too early or violates the protocol. */
public final class BadPacketException extends IOException {
  private static final long serialVersionUID = 1;

  private final String reason;

  /** Creates an exception with a description of the error. */
  public BadPacketException(String reason) {
    super(reason);
    this.reason = reason;
  }

  /** The description of the error. */
  public String reason() {
    return reason;
  }

  /** Does nothing: the exception becomes a reply to the client, so nobody reads its stack trace. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
