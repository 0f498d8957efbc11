package dev.warren.sftp.wire;

import dev.warren.api.AttributeChanges;
import dev.warren.api.FileAttributes;
import dev.warren.api.TimeChange;

/**
 * The ATTRS structure.
 *
 * @see <a
 *     href="https://datatracker.ietf.org/doc/html/draft-ietf-secsh-filexfer-02#section-5">draft-ietf-secsh-filexfer-02,
 *     5</a>
 */
public final class WireAttributes {
  private static final int SIZE = 0x1;
  private static final int OWNER = 0x2;
  private static final int PERMISSIONS = 0x4;
  private static final int TIMES = 0x8;
  private static final int EXTENDED = 0x80000000;
  private static final int KNOWN = SIZE | OWNER | PERMISSIONS | TIMES | EXTENDED;

  /** As in chown(2): this owner or group does not change. */
  private static final int KEEP = -1;

  /** Bytes that {@link #write} writes. */
  public static final int LENGTH = 4 + 8 + 8 + 4 + 8;

  private WireAttributes() {}

  /**
   * Reads attributes to set. The mode's type bits are dropped, and so are extended attributes, as
   * in OpenSSH.
   *
   * @throws BadPacketException also for a flag that version 3 does not have: the fields after it
   *     could not be parsed
   */
  public static AttributeChanges read(PacketReader in) throws BadPacketException {
    int flags = in.readInt();
    if ((flags & ~KNOWN) != 0) {
      throw new BadPacketException("unknown attribute flags 0x%x".formatted(flags & ~KNOWN));
    }
    AttributeChanges changes = AttributeChanges.NONE;
    if ((flags & SIZE) != 0) {
      changes = changes.withSize(in.readLong());
    }
    if ((flags & OWNER) != 0) {
      int uid = in.readInt();
      int gid = in.readInt();
      changes = changes.withOwner(uid == KEEP ? null : uid, gid == KEEP ? null : gid);
    }
    if ((flags & PERMISSIONS) != 0) {
      changes = changes.withPermissions(in.readInt());
    }
    if ((flags & TIMES) != 0) {
      long access = in.readUnsignedInt();
      long modify = in.readUnsignedInt();
      changes = changes.withTimes(TimeChange.to(access, 0), TimeChange.to(modify, 0));
    }
    if ((flags & EXTENDED) != 0) {
      skipExtended(in);
    }
    return changes;
  }

  private static void skipExtended(PacketReader in) throws BadPacketException {
    long count = in.readUnsignedInt();
    for (long i = 0; i < count; i++) {
      in.skipString();
      in.skipString();
    }
  }

  /**
   * Writes attributes, {@value #LENGTH} bytes. A time outside the range of a uint32 becomes the
   * nearest limit.
   */
  public static void write(FileAttributes attributes, ReplyWriter out) {
    out.putInt(SIZE | OWNER | PERMISSIONS | TIMES);
    out.putLong(attributes.size());
    out.putInt(attributes.uid());
    out.putInt(attributes.gid());
    out.putInt(attributes.mode());
    out.putInt(seconds(attributes.accessSeconds()));
    out.putInt(seconds(attributes.modifySeconds()));
  }

  /** Writes an empty attribute structure, 4 bytes. */
  public static void writeNone(ReplyWriter out) {
    out.putInt(0);
  }

  private static int seconds(long time) {
    return (int) Math.clamp(time, 0, 0xFFFFFFFFL);
  }
}
