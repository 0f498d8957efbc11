package dev.warren.ninep.ops;

import dev.warren.api.FileSystemStats;
import dev.warren.api.FsException;
import dev.warren.ninep.codec.MessageType;
import dev.warren.ninep.codec.Wire;
import dev.warren.ninep.session.Fid;
import dev.warren.ninep.session.NinepOperation;
import dev.warren.ninep.session.Replies;
import dev.warren.ninep.session.Session;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Tstatfs: statistics of the file system that a fid's file belongs to. */
final class StatfsOperation extends NinepOperation {
  /**
   * FUSE_SUPER_MAGIC of Linux, for every file system: clients use the number only to guess how
   * files behave. With it, tail(1) polls; it would take V9FS_MAGIC and the numbers of local file
   * systems as a promise that inotify reports every change. And fts(3) does not derive the number
   * of sub-directories from a directory's link count, which is not known for synthetic directories.
   */
  private static final int FUSE_SUPER_MAGIC = 0x6573_5546;

  private static final int FRAME = Wire.HEADER + 4 + 4 + 6 * 8 + 4;

  private final Fid fid;
  private @Nullable FileSystemStats stats;

  StatfsOperation(Fid fid) {
    this.fid = fid;
  }

  @Override
  public void run(boolean mayBlock) throws FsException {
    stats = fid.attachment().view(mayBlock).statfs(fid.path());
  }

  @Override
  public void finish(Session session, Replies out, int tag) throws FsException {
    if (stats == null) {
      throw new IllegalStateException("has not run");
    }
    ByteBuf reply = out.begin(FRAME, MessageType.replyTo(MessageType.TSTATFS), tag);
    reply.writeIntLE(FUSE_SUPER_MAGIC);
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
