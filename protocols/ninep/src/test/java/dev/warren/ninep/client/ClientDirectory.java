package dev.warren.ninep.client;

import dev.warren.api.AttributeChanges;
import dev.warren.api.DirectoryEntry;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.ninep.codec.MessageType;
import java.util.concurrent.atomic.AtomicBoolean;

/** A fid that is open on a directory. */
final class ClientDirectory implements OpenDirectory {
  private final ClientFileSystem files;
  private final NinepClient client;
  private final int fid;
  private final AtomicBoolean closed = new AtomicBoolean();

  ClientDirectory(ClientFileSystem files, NinepClient client, int fid) {
    this.files = files;
    this.client = client;
    this.fid = fid;
  }

  private int fid() throws FsException {
    if (closed.get()) {
      throw new FsException(Errno.EBADF);
    }
    return fid;
  }

  @Override
  public void read(long cookie, boolean attributes, Visitor visitor) throws FsException {
    long offset = cookie;
    while (true) {
      Reply reply =
          client.call(
              MessageType.TREADDIR,
              Frame.of(MessageType.TREADDIR).u32(fid()).u64(offset).u32(client.msize() - 11));
      int count = reply.u32();
      if (count == 0) {
        return;
      }
      while (reply.remaining() > 0) {
        reply.u8();
        reply.u32();
        long id = reply.u64();
        offset = reply.u64();
        FileType type = FileType.ofMode(reply.u8() << 12);
        String name = reply.name();
        if (name.equals(".") || name.equals("..")) {
          continue;
        }
        FileAttributes found = attributes ? files.statEntry(fid, name) : null;
        if (!visitor.visit(new DirectoryEntry(name, type, id, offset, found))) {
          return;
        }
      }
    }
  }

  @Override
  public FileAttributes stat() throws FsException {
    return files.stat(fid());
  }

  @Override
  public void setAttributes(AttributeChanges changes) throws FsException {
    files.setAttributes(fid(), changes);
  }

  @Override
  public void sync() throws FsException {
    client.call(MessageType.TFSYNC, Frame.of(MessageType.TFSYNC).u32(fid()).u32(0));
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true) && client.isOpen()) {
      try {
        client.call(MessageType.TCLUNK, Frame.of(MessageType.TCLUNK).u32(fid));
      } catch (FsException e) {
        throw new IllegalStateException("a directory's clunk failed", e);
      }
    }
  }
}
