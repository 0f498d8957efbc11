package dev.warren.ninep.ops;

import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenOptions;
import dev.warren.ninep.codec.MessageType;
import dev.warren.ninep.codec.OpenFlags;
import dev.warren.ninep.codec.Qid;
import dev.warren.ninep.codec.Tmessage;
import dev.warren.ninep.codec.Wire;
import dev.warren.ninep.session.Fid;
import dev.warren.ninep.session.NinepOperation;
import dev.warren.ninep.session.Opened;
import dev.warren.ninep.session.OpenedDirectory;
import dev.warren.ninep.session.OpenedFile;
import dev.warren.ninep.session.Replies;
import dev.warren.ninep.session.Session;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Tlopen: opens the file or directory that a fid refers to. */
final class OpenOperation extends NinepOperation {
  private final Fid fid;
  private final boolean directory;
  private final @Nullable OpenOptions options;
  private final boolean writable;
  private boolean reserved;
  private @Nullable Opened opened;
  private @Nullable FileAttributes attributes;

  OpenOperation(Tmessage.Lopen message, Session session) throws FsException {
    fid = session.fids().get(message.fid());
    directory = fid.isDirectory();
    writable = OpenFlags.writes(message.flags());
    if (directory) {
      if (!OpenFlags.suitDirectory(message.flags())) {
        throw new FsException(Errno.EISDIR, fid.path());
      }
      options = null;
    } else {
      if (OpenFlags.directoryOnly(message.flags())) {
        throw new FsException(Errno.ENOTDIR, fid.path());
      }
      options = OpenFlags.options(message.flags(), false);
    }
    fid.requireNotOpen();
    session.reserveHandle();
    reserved = true;
    fid.startOpening();
  }

  @Override
  public void release(Session session) {
    fid.stopOpening();
    if (reserved) {
      session.unreserveHandle();
      reserved = false;
    }
  }

  @Override
  public void run(boolean mayBlock) throws FsException {
    if (opened == null) {
      FileSystem files = fid.attachment().view(mayBlock);
      opened =
          options == null
              ? new OpenedDirectory(files.openDirectory(fid.path()))
              : new OpenedFile(files.open(fid.path(), options, 0), writable);
    }
    attributes = opened.stat(mayBlock);
  }

  @Override
  public void finish(Session session, Replies out, int tag) throws FsException {
    fid.stopOpening();
    Opened handle = opened;
    FileAttributes file = attributes;
    if (handle == null || file == null) {
      throw new IllegalStateException("has not run");
    }
    if (fid.isGone()) {
      throw new FsException(Errno.EBADF, "fid was clunked");
    }
    fid.saw(file.type(), file.fileId());
    session.open(fid, handle);
    reserved = false;
    opened = null;
    ByteBuf reply =
        out.begin(Wire.HEADER + Wire.QID + 4, MessageType.replyTo(MessageType.TLOPEN), tag);
    Qid.write(reply, file);
    reply.writeIntLE(session.ioUnit());
  }

  @Override
  public @Nullable Runnable leftover() {
    return Leftovers.abort(opened);
  }
}
