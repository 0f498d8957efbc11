package dev.warren.ninep.session;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.ninep.codec.MessageType;
import dev.warren.ninep.codec.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * A connection's replies, in order. Small ones are gathered in one pooled buffer, so that a batch
 * of requests costs one write; data goes out in the buffer that it was read into. For the event
 * loop only.
 */
public final class Replies {
  private static final int BATCH = 16 << 10;
  private static final int ERROR = Wire.HEADER + 4;

  /**
   * After so many bytes of data the replies are sent rather than at the end of a batch: to copy
   * data takes longer than the system call, and the client can go on meanwhile.
   */
  private static final int ENOUGH = 16 << 10;

  private final Channel channel;
  private @Nullable ByteBuf batch;

  /** Bytes of data that went in or out since the last flush. */
  private int data;

  /** The replies of a channel. */
  public Replies(Channel channel) {
    this.channel = channel;
  }

  /**
   * Begins a reply.
   *
   * @param size of the whole frame; the caller appends exactly {@code size - 7} bytes
   * @throws FsException EOVERFLOW if the Linux client has no room for so long a reply
   */
  public ByteBuf begin(int size, int type, int tag) throws FsException {
    return begin(size, Wire.SHORT_REPLY, type, tag);
  }

  /**
   * Begins an Rreadlink, for which clients have more room.
   *
   * @throws FsException EOVERFLOW as {@link #begin(int, int, int)}
   */
  public ByteBuf beginReadlink(int size, int tag) throws FsException {
    return begin(size, Wire.READLINK_REPLY, MessageType.TREADLINK + 1, tag);
  }

  private ByteBuf begin(int size, int most, int type, int tag) throws FsException {
    if (size > most) {
      throw new FsException(Errno.EOVERFLOW, "reply of " + size + " bytes");
    }
    return header(size, type, tag);
  }

  /** Writes a reply without a body. */
  public void empty(int type, int tag) {
    header(Wire.HEADER, type, tag);
  }

  /** Writes an Rlerror. */
  public void error(int tag, Errno errno) {
    header(ERROR, MessageType.RLERROR, tag).writeIntLE(errno.number());
  }

  /**
   * Writes a whole frame that was made in a buffer of its own.
   *
   * @param frame with room of {@value Wire#HEADER} bytes for the header, which is filled in here;
   *     is the channel's from now on
   */
  public void frame(ByteBuf frame, int type, int tag) {
    frame.setIntLE(0, frame.writerIndex());
    frame.setByte(4, type);
    frame.setShortLE(5, tag);
    pass();
    int bytes = frame.readableBytes();
    var _ = channel.write(frame, channel.voidPromise());
    moved(bytes);
  }

  /** Notes that answering took so many bytes of data, and sends what is due. */
  public void moved(int bytes) {
    data += bytes;
    if (data >= ENOUGH) {
      flush();
    }
  }

  /** Sends everything written so far. */
  public void flush() {
    pass();
    data = 0;
    channel.flush();
  }

  /** Forgets what has not been passed on: the channel is closed. */
  public void drop() {
    if (batch != null) {
      batch.release();
      batch = null;
    }
  }

  /** Begins a reply whose size is known to fit. */
  public ByteBuf header(int size, int type, int tag) {
    ByteBuf out = batch;
    if (out != null && out.writableBytes() < size) {
      pass();
      out = null;
    }
    if (out == null) {
      out = channel.alloc().directBuffer(BATCH);
      batch = out;
    }
    return out.writeIntLE(size).writeByte(type).writeShortLE(tag);
  }

  private void pass() {
    if (batch != null) {
      var _ = channel.write(batch, channel.voidPromise());
      batch = null;
    }
  }
}
