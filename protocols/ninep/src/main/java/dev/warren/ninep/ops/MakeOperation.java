package dev.warren.ninep.ops;

import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.api.WouldBlockException;
import dev.warren.ninep.codec.MessageType;
import dev.warren.ninep.codec.Qid;
import dev.warren.ninep.codec.Wire;
import dev.warren.ninep.session.Fid;
import dev.warren.ninep.session.NinepOperation;
import dev.warren.ninep.session.Replies;
import dev.warren.ninep.session.Session;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Tmkdir, Tsymlink, Tmknod: creates an entry in a directory and replies with its qid. */
final class MakeOperation extends NinepOperation {
  /** Creates the entry. */
  @FunctionalInterface
  interface Maker {
    void make(FileSystem files, VfsPath path) throws FsException;
  }

  private final int type;
  private final Fid directory;
  private final String name;
  private final int gid;
  private final int qidType;
  private final Maker maker;
  private @Nullable VfsPath made;
  private @Nullable FileAttributes attributes;

  /**
   * @param type the type of the request
   * @param gid group of the new file
   * @param qidType the type bits of the new file's qid
   * @throws FsException EINVAL, ENAMETOOLONG for the name
   */
  MakeOperation(int type, Fid directory, String name, int gid, int qidType, Maker maker)
      throws FsException {
    this.type = type;
    this.directory = directory;
    this.name = name;
    this.gid = gid;
    this.qidType = qidType;
    this.maker = maker;
    directory.path().resolve(name);
  }

  @Override
  public void run(boolean mayBlock) throws FsException {
    FileSystem files = directory.attachment().view(mayBlock, gid);
    if (made == null) {
      VfsPath path = directory.path().resolve(name);
      maker.make(files, path);
      made = path;
    }
    attributes = look(files, made);
  }

  /**
   * Null if the new file's attributes cannot be read, or the file has been removed already: it was
   * created in either case.
   */
  private static @Nullable FileAttributes look(FileSystem files, VfsPath path)
      throws WouldBlockException {
    try {
      return files.stat(path);
    } catch (WouldBlockException e) {
      throw e;
    } catch (FsException e) {
      return null;
    }
  }

  @Override
  public void finish(Session session, Replies out, int tag) throws FsException {
    ByteBuf reply = out.begin(Wire.HEADER + Wire.QID, MessageType.replyTo(type), tag);
    if (attributes == null) {
      Qid.write(reply, qidType, 0, 0);
    } else {
      Qid.write(reply, attributes);
    }
  }
}
