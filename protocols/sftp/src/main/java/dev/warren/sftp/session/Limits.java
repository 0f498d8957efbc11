package dev.warren.sftp.session;

/**
 * The limits that {@code limits@openssh.com} announces. Clients that do not read these use at most
 * 255 KiB.
 */
public final class Limits {
  /** Maximum length of a packet, without its length field. */
  public static final int MAX_PACKET = 1024 * 1024;

  /** Maximum bytes of content that one request reads or writes. */
  public static final int MAX_CONTENT = MAX_PACKET - 1024;

  /**
   * Maximum bytes of content in one reply to OpenSSH's client, as from OpenSSH's server. With the
   * option {@code -B 262144}, that client requests more than its own maximum packet holds, and ends
   * if it gets that.
   */
  public static final int OPENSSH_READ = 255 * 1024;

  private Limits() {}
}
