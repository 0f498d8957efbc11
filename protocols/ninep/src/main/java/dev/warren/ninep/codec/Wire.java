package dev.warren.ninep.codec;

/**
 * Sizes and reserved numbers of 9P.
 *
 * @see <a href="https://9fans.github.io/plan9port/man/man9/intro.html">intro(9P)</a>
 */
public final class Wire {
  /** {@code size[4] type[1] tag[2]}: the shortest frame. */
  public static final int HEADER = 7;

  /** The tag of Tversion. */
  public static final int NOTAG = 0xFFFF;

  /** "No fid", as an unsigned 32-bit number. */
  public static final int NOFID = 0xFFFF_FFFF;

  /** "No user number": the client sends a user name instead, or nothing. */
  public static final int NONUNAME = 0xFFFF_FFFF;

  /**
   * How many bytes a client reserves for the header of a read or write: iounit is at most msize
   * minus this.
   */
  public static final int IO_HEADER = 24;

  /** The header of Rread and Rreaddir. */
  public static final int READ_HEADER = HEADER + 4;

  /** Bytes of a qid. */
  public static final int QID = 13;

  /** The maximum number of names in one Twalk: MAXWELEM. */
  public static final int MAX_WALK = 16;

  /** The minimum msize of a session; the Linux client refuses to mount with less. */
  public static final int LEAST_MSIZE = 4096;

  /** The maximum msize that can be configured. */
  public static final int GREATEST_MSIZE = 16 << 20;

  /** The longest frame accepted before a session has an msize. A Tversion is far shorter. */
  public static final int FIRST_FRAME = 8192;

  /**
   * The longest reply other than Rread, Rreaddir and Rreadlink. The Linux client's buffer for such
   * a reply is no larger (p9_msg_buf_size, net/9p/protocol.c), and it ends the mount if a reply is
   * longer.
   */
  public static final int SHORT_REPLY = 4096;

  /** The longest Rreadlink, for the same reason. */
  public static final int READLINK_REPLY = 8192;

  private Wire() {}
}
