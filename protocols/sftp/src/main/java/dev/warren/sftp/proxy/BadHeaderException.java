package dev.warren.sftp.proxy;

/** The bytes are no PROXY header that may be accepted. */
public final class BadHeaderException extends Exception {
  private static final long serialVersionUID = 1;

  /** Creates an exception; the reason is for the log. */
  BadHeaderException(String reason) {
    super(reason);
  }
}
