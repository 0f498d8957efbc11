package dev.warren.ninep.ops;

import dev.warren.api.FileSystemStats;
import dev.warren.api.FsException;
import dev.warren.ninep.codec.MessageType;
import dev.warren.ninep.codec.Wire;
import dev.warren.ninep.session.Fid;
import dev.warren.ninep.session.Operation;
import dev.warren.ninep.session.Replies;
import dev.warren.ninep.session.Session;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Tstatfs: numbers about the file system of a fid's file. */
final class StatfsOperation extends Operation {
  /** V9FS_MAGIC of Linux, for a file system that has no number of its own. */
  private static final int V9FS_MAGIC = 0x0102_1997;

  private static final int FRAME = Wire.HEADER + 4 + 4 + 6 * 8 + 4;

  private final Fid fid;
  private @Nullable FileSystemStats stats;

  StatfsOperation(Fid fid) {
    this.fid = fid;
  }

  @Override
  public void run(boolean mayWait) throws FsException {
    stats = fid.attachment().view(mayWait).statfs(fid.path());
  }

  @Override
  public void finish(Session session, Replies out, int tag) throws FsException {
    if (stats == null) {
      throw new IllegalStateException("has not run");
    }
    ByteBuf reply = out.begin(FRAME, MessageType.replyTo(MessageType.TSTATFS), tag);
    reply.writeIntLE(stats.type() == 0 ? V9FS_MAGIC : stats.type());
    reply.writeIntLE(stats.blockSize());
    reply.writeLongLE(stats.blocks());
    reply.writeLongLE(stats.freeBlocks());
    reply.writeLongLE(stats.availableBlocks());
    reply.writeLongLE(stats.files());
    reply.writeLongLE(stats.freeFiles());
    reply.writeLongLE(stats.fileSystemId());
    reply.writeIntLE(stats.maxNameLength());
  }
}
