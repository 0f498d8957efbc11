package dev.warren.sftp.session;

/** What {@code limits@openssh.com} announces. Clients of their own accord stay at 255 KiB. */
public final class Limits {
  /** The longest packet, without its length field. */
  public static final int MAX_PACKET = 1024 * 1024;

  /** The most content that one request reads or writes. */
  public static final int MAX_CONTENT = MAX_PACKET - 1024;

  private Limits() {}
}
