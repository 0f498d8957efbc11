package dev.warren.ninep.ops;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.ninep.codec.MessageReader;
import dev.warren.ninep.codec.MessageType;
import dev.warren.ninep.codec.Wire;
import dev.warren.ninep.session.Handle;
import dev.warren.ninep.session.NinepOperation;
import dev.warren.ninep.session.OpenedDirectory;
import dev.warren.ninep.session.OpenedFile;
import dev.warren.ninep.session.Replies;
import dev.warren.ninep.session.Session;
import dev.warren.ninep.session.XattrDraft;
import dev.warren.ninep.session.XattrValue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Tread: {@code fid[4] offset[8] count[4]}. The file is read directly into the reply's buffer,
 * behind the space for the header. Performance-critical: the connection reuses one object until a
 * request has to leave the event loop.
 */
final class ReadOperation extends NinepOperation {
  private final ByteBufAllocator allocator;
  private @Nullable Handle handle;
  private long offset;
  private int count;
  private @Nullable ByteBuf reply;

  ReadOperation(ByteBufAllocator allocator) {
    this.allocator = allocator;
  }

  /**
   * Reads the message and checks it against the session.
   *
   * @param most how many bytes of reply there is memory for; the reply may be short
   * @throws FsException EBADF, EINVAL for an offset over 2^63-1, EISDIR
   */
  ReadOperation prepare(MessageReader in, Session session, int most) throws FsException {
    handle = session.fids().get(in.bits32()).handle();
    offset = in.offset();
    count = (int) Math.min(in.u32(), Math.min(most, session.msize()) - Wire.READ_HEADER);
    in.end();
    if (handle instanceof OpenedDirectory) {
      throw new FsException(Errno.EISDIR, "a directory is read with Treaddir");
    }
    if (handle == null || handle instanceof XattrDraft) {
      throw new FsException(Errno.EBADF, "fid is not open for reading");
    }
    reply = null;
    return this;
  }

  @Override
  public int weight() {
    return count + Wire.READ_HEADER;
  }

  @Override
  public void run(boolean mayBlock) throws FsException {
    int read =
        switch (handle) {
          case OpenedFile file -> file.on(mayBlock).read(space(), offset);
          case XattrValue value -> value.read(space(), offset);
          case null, default -> throw new FsException(Errno.EBADF);
        };
    buffer().setIntLE(Wire.HEADER, read).writerIndex(Wire.READ_HEADER + read);
  }

  private ByteBuffer space() {
    ByteBuf buffer = reply;
    if (buffer == null) {
      buffer = allocator.directBuffer(Wire.READ_HEADER + count);
      reply = buffer;
    }
    return buffer.internalNioBuffer(Wire.READ_HEADER, count);
  }

  @Override
  public void finish(Session session, Replies out, int tag) {
    ByteBuf frame = buffer();
    reply = null;
    session.countRead(frame.readableBytes() - Wire.READ_HEADER);
    out.frame(frame, MessageType.replyTo(MessageType.TREAD), tag);
  }

  @Override
  public @Nullable Runnable leftover() {
    ByteBuf buffer = reply;
    reply = null;
    return buffer == null ? null : buffer::release;
  }

  private ByteBuf buffer() {
    if (reply == null) {
      throw new IllegalStateException("has not run");
    }
    return reply;
  }
}
