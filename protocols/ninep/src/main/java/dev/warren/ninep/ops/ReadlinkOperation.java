package dev.warren.ninep.ops;

import dev.warren.api.Errno;
import dev.warren.api.FileNames;
import dev.warren.api.FsException;
import dev.warren.ninep.codec.Wire;
import dev.warren.ninep.session.Fid;
import dev.warren.ninep.session.NinepOperation;
import dev.warren.ninep.session.Replies;
import dev.warren.ninep.session.Session;
import org.jspecify.annotations.Nullable;

/** Treadlink: the target of a symbolic link, at most PATH_MAX - 1 bytes. */
final class ReadlinkOperation extends NinepOperation {
  private static final int MAX_TARGET = 4095;

  private final Fid fid;
  private byte @Nullable [] target;

  ReadlinkOperation(Fid fid) {
    this.fid = fid;
  }

  @Override
  public void run(boolean mayBlock) throws FsException {
    byte[] bytes = FileNames.encode(fid.attachment().view(mayBlock).readlink(fid.path()));
    if (bytes.length > MAX_TARGET) {
      throw new FsException(Errno.ENAMETOOLONG, fid.path());
    }
    target = bytes;
  }

  @Override
  public void finish(Session session, Replies out, int tag) throws FsException {
    byte[] bytes = target;
    if (bytes == null) {
      throw new IllegalStateException("has not run");
    }
    int size = Wire.HEADER + 2 + bytes.length;
    if (size > session.msize()) {
      throw new FsException(Errno.ENAMETOOLONG, fid.path());
    }
    out.beginReadlink(size, tag).writeShortLE(bytes.length).writeBytes(bytes);
  }
}
