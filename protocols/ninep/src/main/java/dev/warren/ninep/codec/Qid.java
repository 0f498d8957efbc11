package dev.warren.ninep.codec;

import dev.warren.api.FileAttributes;
import dev.warren.api.FileType;
import io.netty.buffer.ByteBuf;

/** A file's identity on the wire: {@code type[1] version[4] path[8]}. */
public final class Qid {
  /** The type bit of a directory: QTDIR. */
  public static final int DIRECTORY = 0x80;

  /** The type bit of a symbolic link: QTSYMLINK. */
  public static final int SYMBOLIC_LINK = 0x02;

  private Qid() {}

  /** The qid's type byte for a type of file. */
  public static int type(FileType type) {
    return switch (type) {
      case DIRECTORY -> DIRECTORY;
      case SYMBOLIC_LINK -> SYMBOLIC_LINK;
      case REGULAR, FIFO, SOCKET, BLOCK_DEVICE, CHARACTER_DEVICE -> 0;
    };
  }

  /**
   * A version for a qid: 32 bits of a 64-bit change stamp. A stamp of 0 gives 0, because Linux 6.4
   * and later do not cache a file whose version is 0; no other stamp gives 0. The stamp is hashed
   * first: many stamps are times, whose frequently changing bits would otherwise be the only ones
   * that matter.
   */
  public static int version(long stamp) {
    int mixed = (int) ((stamp * 0x9E3779B97F4A7C15L) >>> 32);
    return mixed == 0 && stamp != 0 ? 1 : mixed;
  }

  /** Appends a file's qid. */
  public static void write(ByteBuf out, FileAttributes file) {
    write(out, type(file.type()), version(file.version()), file.fileId());
  }

  /** Appends a qid, given its fields. */
  public static void write(ByteBuf out, int type, int version, long path) {
    out.writeByte(type);
    out.writeIntLE(version);
    out.writeLongLE(path);
  }
}
