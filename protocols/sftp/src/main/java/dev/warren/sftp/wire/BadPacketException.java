package dev.warren.sftp.wire;

import java.io.IOException;

/** A packet that ends too early or holds what the protocol does not know. */
public final class BadPacketException extends IOException {
  private static final long serialVersionUID = 1;

  private final String reason;

  /** Says what is wrong with it. */
  public BadPacketException(String reason) {
    super(reason);
    this.reason = reason;
  }

  /** What is wrong with it. */
  public String reason() {
    return reason;
  }

  /** Does nothing: it is an answer to a client, not an accident. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
