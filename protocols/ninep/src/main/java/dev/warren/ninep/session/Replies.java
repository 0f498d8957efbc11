package dev.warren.ninep.session;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.ninep.codec.MessageType;
import dev.warren.ninep.codec.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A connection's replies, in order. Small ones are gathered in one pooled buffer, so that a batch
 * of requests costs one write; data goes out in the buffer that it was read into. Where the client
 * does not read, no more memory is kept than there is to say: a buffer that is mostly empty is not
 * left to wait. For the event loop only.
 */
public final class Replies {
  /** Bytes of the buffer in which small replies are gathered. */
  public static final int BATCH = 16 << 10;

  private static final int ERROR = Wire.HEADER + 4;

  /**
   * After so many bytes of data the replies are sent rather than at the end of a batch: to copy
   * data takes longer than the system call, and the client can go on meanwhile.
   */
  private static final int ENOUGH = 16 << 10;

  /**
   * Data of no more than that goes out with the small replies: its buffer may be a thousand times
   * as large.
   */
  private static final int LITTLE = 2048;

  private final Channel channel;
  private final Runnable drained;
  private @Nullable ByteBuf batch;
  private boolean draining;

  /** Bytes of data that went in or out since the last flush. */
  private int data;

  /**
   * The replies of a channel.
   *
   * @param drained is called when the client has read again what it had left unread
   */
  public Replies(Channel channel, Runnable drained) {
    this.channel = channel;
    this.drained = drained;
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

  /** Writes an error as the dialects before 9P2000.L have it: {@code ename[s]}. */
  public void text(int tag, String error) {
    byte[] bytes = error.getBytes(StandardCharsets.UTF_8);
    header(Wire.HEADER + 2 + bytes.length, MessageType.RERROR, tag)
        .writeShortLE(bytes.length)
        .writeBytes(bytes);
  }

  /**
   * Writes a whole frame that was made in a buffer of its own.
   *
   * @param frame with room of {@value Wire#HEADER} bytes for the header, which is filled in here;
   *     is the channel's from now on
   */
  public void frame(ByteBuf frame, int type, int tag) {
    int bytes = frame.readableBytes();
    if (bytes <= LITTLE) {
      header(bytes, type, tag).writeBytes(frame, Wire.HEADER, bytes - Wire.HEADER);
      frame.release();
    } else {
      frame.setIntLE(0, frame.writerIndex());
      frame.setByte(4, type);
      frame.setShortLE(5, tag);
      pass();
      write(frame);
    }
    moved(bytes);
  }

  /** Notes that answering took so many bytes of data, and sends what is due. */
  public void moved(int bytes) {
    data += bytes;
    if (data >= ENOUGH) {
      flush();
    }
  }

  /**
   * Sends everything written so far. While the client does not read, small replies are gathered on
   * until a buffer is full.
   */
  public void flush() {
    data = 0;
    if (batch == null || pending() > 0) {
      channel.flush();
    }
    if (batch != null && pending() == 0) {
      pass();
      channel.flush();
    }
    if (pending() > 0 && !draining) {
      draining = true;
      // Not in the listener itself, which is called while the message still counts as pending.
      var _ =
          channel
              .write(Unpooled.EMPTY_BUFFER)
              .addListener(_ -> channel.eventLoop().execute(this::drain));
      channel.flush();
    }
  }

  /** Sends everything, however little it is; done when it has been given to the socket. */
  public ChannelFuture flushAll() {
    pass();
    ChannelFuture sent = channel.write(Unpooled.EMPTY_BUFFER); // done when all before it are
    channel.flush();
    return sent;
  }

  private void drain() {
    draining = false;
    if (channel.isOpen()) {
      flush();
      drained.run();
    }
  }

  /** Forgets what has not been passed on: the channel is closed. */
  public void drop() {
    if (batch != null) {
      batch.release();
      batch = null;
    }
  }

  /** Bytes of memory that replies hold which have not been sent. */
  public long unsent() {
    return pending() + (batch == null ? 0 : BATCH);
  }

  /** Whether there is a buffer for small replies already. */
  public boolean hasBatch() {
    return batch != null;
  }

  private long pending() {
    ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
    return outbound == null ? 0 : outbound.totalPendingWriteBytes();
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
      write(batch);
      batch = null;
    }
  }

  /** What waits behind other data may wait for long, so it is put where it just fits. */
  private void write(ByteBuf buffer) {
    ByteBuf out = buffer;
    int bytes = buffer.readableBytes();
    if (buffer.capacity() > 2 * bytes && pending() > 0) {
      out = channel.alloc().directBuffer(bytes).writeBytes(buffer);
      buffer.release();
    }
    var _ = channel.write(out, channel.voidPromise());
  }
}
