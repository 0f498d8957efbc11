package dev.warren.sftp.session;

/** What {@code limits@openssh.com} announces. Clients of their own accord stay at 255 KiB. */
public final class Limits {
  /** The longest packet, without its length field. */
  public static final int MAX_PACKET = 1024 * 1024;

  /** The most content that one request reads or writes. */
  public static final int MAX_CONTENT = MAX_PACKET - 1024;

  /**
   * The most that OpenSSH's client gets in one reply, as from OpenSSH's server. Told to ({@code -B
   * 262144}), it asks for more than the packets that it takes can hold, and ends if it gets that.
   */
  public static final int OPENSSH_READ = 255 * 1024;

  private Limits() {}
}
