package dev.warren.ninep.codec;

import dev.warren.api.AttributesBuffer;
import io.netty.buffer.ByteBuf;

/** The body of Rgetattr. */
public final class AttributesCodec {
  /** Bytes of the whole Rgetattr frame. */
  public static final int FRAME = 160;

  /** mode, nlink, uid, gid, rdev, atime, mtime, ctime, ino, size, blocks: P9_STATS_BASIC. */
  private static final long BASIC = 0x7FF;

  private static final long BIRTH_TIME = 0x800;
  private static final long DATA_VERSION = 0x2000;

  private AttributesCodec() {}

  /**
   * Appends the attributes. The generation is always 0 and never marked as valid, because the Linux
   * client compares the field even if it is not marked.
   *
   * @param mask the attributes that the client requested
   */
  public static void write(ByteBuf out, long mask, AttributesBuffer a) {
    boolean hasBirth = a.birthSeconds() != 0 || a.birthNanos() != 0;
    out.writeLongLE(mask & (BASIC | DATA_VERSION | (hasBirth ? BIRTH_TIME : 0)));
    Qid.write(out, Qid.type(a.type()), Qid.version(a.version()), a.fileId());
    out.writeIntLE(a.mode());
    out.writeIntLE(a.uid());
    out.writeIntLE(a.gid());
    out.writeLongLE(a.linkCount());
    out.writeLongLE(device(a.deviceMajor(), a.deviceMinor()));
    out.writeLongLE(a.size());
    out.writeLongLE(a.blockSize() == 0 ? 4096 : a.blockSize());
    out.writeLongLE(a.blocks());
    out.writeLongLE(a.accessSeconds());
    out.writeLongLE(a.accessNanos());
    out.writeLongLE(a.modifySeconds());
    out.writeLongLE(a.modifyNanos());
    out.writeLongLE(a.changeSeconds());
    out.writeLongLE(a.changeNanos());
    out.writeLongLE(a.birthSeconds());
    out.writeLongLE(a.birthNanos());
    out.writeLongLE(0);
    out.writeLongLE(a.version());
  }

  /** Encodes a device number as the Linux kernel's new_encode_dev does. */
  static long device(int major, int minor) {
    return (minor & 0xFFL) | ((major & 0xFFFL) << 8) | ((minor & 0xFFF00L) << 12);
  }
}
