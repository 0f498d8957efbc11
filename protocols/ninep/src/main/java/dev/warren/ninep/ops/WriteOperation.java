package dev.warren.ninep.ops;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.ninep.codec.MessageReader;
import dev.warren.ninep.codec.MessageType;
import dev.warren.ninep.codec.Wire;
import dev.warren.ninep.session.Handle;
import dev.warren.ninep.session.NinepOperation;
import dev.warren.ninep.session.OpenedFile;
import dev.warren.ninep.session.Replies;
import dev.warren.ninep.session.Session;
import dev.warren.ninep.session.XattrDraft;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Twrite: {@code fid[4] offset[8] count[4] data[count]}. The data is written directly from the
 * buffer that the frame was received in. Performance-critical: the connection reuses one object
 * until a request has to leave the event loop.
 */
final class WriteOperation extends NinepOperation {
  private @Nullable Handle handle;
  private long offset;
  private @Nullable ByteBuf data;
  private boolean owned;
  private int position;
  private int count;
  private int written;

  /**
   * Reads the message and checks it against the session.
   *
   * @param cut whether only the first part of the data has arrived; only that part is written
   * @throws FsException EBADF, EINVAL for an offset over 2^63-1 or a count that differs from the
   *     length of the data
   */
  WriteOperation prepare(MessageReader in, Session session, boolean cut) throws FsException {
    handle = session.fids().get(in.bits32()).handle();
    offset = in.offset();
    long announced = in.u32();
    if (cut ? announced <= in.remaining() : announced != in.remaining()) {
      throw new FsException(Errno.EINVAL, "Twrite count differs from the length of its data");
    }
    if (!((handle instanceof OpenedFile file && file.writable()) || handle instanceof XattrDraft)) {
      throw new FsException(Errno.EBADF, "fid is not open for writing");
    }
    count = in.remaining();
    data = in.buffer();
    position = in.position();
    owned = false;
    return this;
  }

  @Override
  public int weight() {
    return count;
  }

  /** Keeps the frame's buffer, or a copy of the data if the buffer is much larger. */
  @Override
  public void leave(Session session) {
    ByteBuf frame = buffer();
    if (frame.capacity() <= 2 * count) {
      data = frame.retain();
    } else {
      data = frame.alloc().directBuffer(count).writeBytes(frame, position, count);
      position = 0;
    }
    owned = true;
  }

  @Override
  public void run(boolean mayBlock) throws FsException {
    ByteBuf source = buffer();
    written =
        switch (handle) {
          case OpenedFile file -> file.on(mayBlock).write(bytes(source), offset);
          case XattrDraft draft -> draft.write(bytes(source), offset);
          case null, default -> throw new FsException(Errno.EBADF);
        };
  }

  /**
   * The data. Off the event loop it needs its own view, as others read the same buffer through the
   * internal one.
   */
  private ByteBuffer bytes(ByteBuf source) {
    return owned ? source.nioBuffer(position, count) : source.internalNioBuffer(position, count);
  }

  @Override
  public void finish(Session session, Replies out, int tag) throws FsException {
    session.countWritten(written);
    out.begin(Wire.HEADER + 4, MessageType.replyTo(MessageType.TWRITE), tag).writeIntLE(written);
    free();
    out.moved(written);
  }

  @Override
  public @Nullable Runnable leftover() {
    free();
    return null;
  }

  private void free() {
    if (owned) {
      buffer().release();
      owned = false;
    }
    data = null;
  }

  private ByteBuf buffer() {
    if (data == null) {
      throw new IllegalStateException("not prepared");
    }
    return data;
  }
}
