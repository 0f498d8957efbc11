package dev.warren.ninep.ops;

import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.frontend.TrackedPath;
import dev.warren.ninep.codec.MessageType;
import dev.warren.ninep.codec.OpenFlags;
import dev.warren.ninep.codec.Qid;
import dev.warren.ninep.codec.Tmessage;
import dev.warren.ninep.codec.Wire;
import dev.warren.ninep.session.Fid;
import dev.warren.ninep.session.NinepOperation;
import dev.warren.ninep.session.OpenedFile;
import dev.warren.ninep.session.PathCost;
import dev.warren.ninep.session.Replies;
import dev.warren.ninep.session.Session;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Tlcreate: creates a file in a directory and opens it; the directory's fid becomes the file's. */
final class CreateOperation extends NinepOperation {
  private final Fid fid;
  private final String name;
  private final OpenOptions options;
  private final boolean writable;
  private final int permissions;
  private final int gid;
  private @Nullable PathCost cost;
  private @Nullable TrackedPath path;
  private @Nullable OpenedFile opened;
  private @Nullable FileAttributes attributes;

  CreateOperation(Tmessage.Lcreate message, Session session) throws FsException {
    fid = session.fids().get(message.fid());
    if (!fid.isDirectory()) {
      throw new FsException(Errno.ENOTDIR, fid.path());
    }
    name = message.name();
    fid.path().resolve(name); // checks the name before anything is reserved
    options = OpenFlags.options(message.flags(), true);
    writable = OpenFlags.writes(message.flags());
    permissions = message.mode() & FileAttributes.PERMISSION_MASK;
    gid = message.gid();
    fid.requireNotOpen();
    session.reserveHandle();
    try {
      cost = session.fids().costOf(fid, new String[] {name}, 1);
    } catch (FsException e) {
      session.unreserveHandle();
      throw e;
    }
    fid.startOpening();
  }

  @Override
  public void release(Session session) {
    fid.stopOpening();
    if (cost != null) {
      session.unreserveHandle();
      session.fids().giveBack(cost);
      cost = null;
    }
  }

  @Override
  public void run(boolean mayBlock) throws FsException {
    if (opened == null) {
      opened = create(mayBlock);
    }
    attributes = opened.stat(mayBlock);
  }

  private OpenedFile create(boolean mayBlock) throws FsException {
    TrackedPath tracked = trackChild();
    try {
      OpenedFile file =
          new OpenedFile(
              fid.attachment()
                  .view(mayBlock, gid)
                  .open(fid.path().resolve(name), options, permissions),
              writable);
      path = tracked;
      return file;
    } finally {
      if (path == null) {
        tracked.close();
      }
    }
  }

  /**
   * Tracks the new name before the file exists, so that no rename of a parent directory is missed.
   */
  private TrackedPath trackChild() throws FsException {
    while (true) {
      VfsPath directory = fid.tracked().path();
      TrackedPath tracked = fid.attachment().track(directory.resolve(name));
      if (fid.tracked().path().equals(directory)) {
        return tracked;
      }
      tracked.close();
    }
  }

  @Override
  public void finish(Session session, Replies out, int tag) throws FsException {
    fid.stopOpening();
    OpenedFile file = opened;
    TrackedPath newPath = path;
    FileAttributes found = attributes;
    PathCost paid = cost;
    if (file == null || newPath == null || found == null || paid == null) {
      throw new IllegalStateException("has not run");
    }
    if (fid.isGone()) {
      throw new FsException(Errno.EBADF, "fid was clunked");
    }
    session
        .fids()
        .bind(fid, fid.attachment(), newPath, null, paid, Qid.type(found.type()), found.fileId());
    path = null;
    cost = null;
    session.open(fid, file);
    opened = null;
    ByteBuf reply =
        out.begin(Wire.HEADER + Wire.QID + 4, MessageType.replyTo(MessageType.TLCREATE), tag);
    Qid.write(reply, found);
    reply.writeIntLE(session.ioUnit());
  }

  @Override
  public @Nullable Runnable leftover() {
    if (path != null) {
      path.close();
      path = null;
    }
    return Leftovers.abort(opened);
  }
}
