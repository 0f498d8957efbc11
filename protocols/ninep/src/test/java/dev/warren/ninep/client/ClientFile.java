package dev.warren.ninep.client;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.ninep.codec.MessageType;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/** An open fid. */
final class ClientFile implements OpenFile {
  private final ClientFileSystem files;
  private final NinepClient client;
  private final int fid;
  private final AtomicBoolean closed = new AtomicBoolean();

  ClientFile(ClientFileSystem files, NinepClient client, int fid) {
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
  public int read(ByteBuffer target, long offset) throws FsException {
    int total = 0;
    do {
      int most = Math.min(target.remaining(), client.msize() - 11);
      Reply reply =
          client.call(
              MessageType.TREAD,
              Frame.of(MessageType.TREAD).u32(fid()).u64(offset + total).u32(most));
      int count = reply.u32();
      if (count == 0) {
        break;
      }
      target.put(reply.data(count));
      total += count;
    } while (target.hasRemaining());
    return total;
  }

  @Override
  public int write(ByteBuffer source, long offset) throws FsException {
    int total = 0;
    do {
      int most = Math.min(source.remaining(), client.msize() - 24);
      ByteBuffer part = source.slice(source.position(), most);
      int count =
          client
              .call(
                  MessageType.TWRITE,
                  Frame.of(MessageType.TWRITE)
                      .u32(fid())
                      .u64(offset < 0 ? offset : offset + total)
                      .u32(most)
                      .data(part))
              .u32();
      source.position(source.position() + count);
      total += count;
      if (count == 0) {
        break;
      }
    } while (source.hasRemaining());
    return total;
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
  public void sync(boolean dataOnly) throws FsException {
    client.call(MessageType.TFSYNC, Frame.of(MessageType.TFSYNC).u32(fid()).u32(dataOnly ? 1 : 0));
  }

  @Override
  public void close() throws FsException {
    // Otherwise the server closed the fid with the connection.
    if (closed.compareAndSet(false, true) && client.isOpen()) {
      client.call(MessageType.TCLUNK, Frame.of(MessageType.TCLUNK).u32(fid));
    }
  }
}
