package dev.warren.ninep.client;

import dev.warren.api.AttributeChanges;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.OpenOptions;
import dev.warren.api.TimeChange;
import dev.warren.api.XattrMode;
import dev.warren.ninep.codec.MessageType;
import org.jspecify.annotations.Nullable;

/** Converts attributes and flags between the contract's form and the wire's. */
final class WireAttributes {
  private WireAttributes() {}

  static FileAttributes read(Reply in) throws FsException {
    in.u64();
    in.u8();
    in.u32();
    long id = in.u64();
    int mode = in.u32();
    FileAttributes.Builder a =
        FileAttributes.builder(FileType.ofMode(mode)).permissions(mode).fileId(id);
    a.owner(in.u32(), in.u32()).linkCount((int) in.u64());
    long device = in.u64();
    a.device((int) ((device >>> 8) & 0xFFF), (int) ((device & 0xFF) | ((device >>> 12) & 0xFFF00)));
    a.size(in.u64()).blockSize((int) in.u64()).blocks(in.u64());
    a.accessTime(in.u64(), (int) in.u64()).modifyTime(in.u64(), (int) in.u64());
    a.changeTime(in.u64(), (int) in.u64()).birthTime(in.u64(), (int) in.u64());
    in.u64();
    return a.version(in.u64()).build();
  }

  static Frame setattr(int fid, AttributeChanges c) {
    int valid = 0;
    valid |= c.permissions() == null ? 0 : 0x1;
    valid |= c.uid() == null ? 0 : 0x2;
    valid |= c.gid() == null ? 0 : 0x4;
    valid |= c.size() == null ? 0 : 0x8;
    valid |= c.accessTime() == null ? 0 : c.accessTime().now() ? 0x10 : 0x90;
    valid |= c.modifyTime() == null ? 0 : c.modifyTime().now() ? 0x20 : 0x120;
    Frame frame =
        Frame.of(MessageType.TSETATTR)
            .u32(fid)
            .u32(valid)
            .u32(c.permissions() == null ? 0 : c.permissions())
            .u32(c.uid() == null ? 0 : c.uid())
            .u32(c.gid() == null ? 0 : c.gid())
            .u64(c.size() == null ? 0 : c.size());
    return time(time(frame, c.accessTime()), c.modifyTime());
  }

  private static Frame time(Frame frame, @Nullable TimeChange time) {
    return time == null ? frame.u64(0).u64(0) : frame.u64(time.seconds()).u64(time.nanos());
  }

  static int flags(XattrMode mode) {
    return switch (mode) {
      case SET -> 0;
      case CREATE -> 1;
      case REPLACE -> 2;
    };
  }

  static int flags(OpenOptions options) {
    int flags = !options.write() ? 0 : options.read() ? 2 : 1;
    flags |= options.append() ? 02000 : 0;
    flags |= options.create() ? 0100 : 0;
    flags |= options.exclusive() ? 0200 : 0;
    flags |= options.truncate() ? 01000 : 0;
    return flags | (options.sync() ? 04010000 : 0);
  }
}
