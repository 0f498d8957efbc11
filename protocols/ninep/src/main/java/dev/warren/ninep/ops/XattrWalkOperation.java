package dev.warren.ninep.ops;

import dev.warren.api.Errno;
import dev.warren.api.FileNames;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.ninep.codec.MessageType;
import dev.warren.ninep.codec.Tmessage;
import dev.warren.ninep.codec.Wire;
import dev.warren.ninep.session.Fid;
import dev.warren.ninep.session.NinepOperation;
import dev.warren.ninep.session.Replies;
import dev.warren.ninep.session.Session;
import dev.warren.ninep.session.XattrDraft;
import dev.warren.ninep.session.XattrValue;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Txattrwalk: creates a fid from which Tread reads an extended attribute's value or, for an empty
 * name, the names of all attributes, each followed by NUL.
 */
final class XattrWalkOperation extends NinepOperation {
  private static final String[] NO_NAMES = {};

  private final Fid fid;
  private final int newNumber;
  private final String name;
  private @Nullable Fid reserved;
  private byte @Nullable [] value;

  XattrWalkOperation(Tmessage.Xattrwalk message, Session session) throws FsException {
    fid = session.fids().get(message.fid());
    newNumber = message.newFid();
    name = message.name();
    session.fids().requireFree(newNumber);
  }

  @Override
  public void leave(Session session) throws FsException {
    reserved = session.fids().reserve(newNumber);
  }

  @Override
  public void release(Session session) {
    session.fids().unreserve(reserved);
  }

  @Override
  public void run(boolean mayBlock) throws FsException {
    FileSystem files = fid.attachment().view(mayBlock);
    byte[] bytes = name.isEmpty() ? names(files, fid.path()) : files.getXattr(fid.path(), name);
    if (bytes.length > XattrDraft.MAX_SIZE) {
      throw new FsException(Errno.E2BIG, "extended attributes of " + bytes.length + " bytes");
    }
    value = bytes;
  }

  private static byte[] names(FileSystem files, VfsPath path) throws FsException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (String each : files.listXattrs(path)) {
      all.writeBytes(FileNames.encode(each));
      all.write(0);
    }
    return all.toByteArray();
  }

  @Override
  public void finish(Session session, Replies out, int tag) throws FsException {
    byte[] bytes = value;
    if (bytes == null) {
      throw new IllegalStateException("has not run");
    }
    Fid made = reserved == null ? session.fids().reserve(newNumber) : reserved;
    try {
      session.open(made, new XattrValue(bytes));
    } catch (FsException e) {
      session.fids().unreserve(made);
      throw e;
    }
    session
        .fids()
        .clone(
            fid,
            made,
            fid.attachment().track(fid.tracked().path()),
            session.fids().costOf(fid, NO_NAMES, 0));
    out.begin(Wire.HEADER + 8, MessageType.replyTo(MessageType.TXATTRWALK), tag)
        .writeLongLE(bytes.length);
  }
}
