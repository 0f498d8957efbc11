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
 * A connection's replies, in order. Small replies are collected in one pooled buffer, so that a
 * batch of requests costs one write; data is sent in the buffer that it was read into. If the
 * client does not read, queued replies use little more memory than their length: a mostly empty
 * buffer is not queued. For the event loop only.
 */
public final class Replies {
  /** Size of the buffer that collects small replies, in bytes. */
  public static final int BATCH = 16 << 10;

  private static final int ERROR = Wire.HEADER + 4;

  /**
   * After this many bytes of data, replies are sent without waiting for the end of the batch:
   * copying the data takes longer than the system call, and the client can continue meanwhile.
   */
  private static final int ENOUGH = 16 << 10;

  /**
   * Data up to this length is copied to the small replies, because its own buffer may be a thousand
   * times as large.
   */
  private static final int LITTLE = 2048;

  private final Channel channel;
  private final Runnable drained;
  private @Nullable ByteBuf batch;
  private boolean draining;

  /** Bytes of data read or written since the last flush. */
  private int data;

  /**
   * The replies of a channel.
   *
   * @param drained called when the client has read replies that had been queued
   */
  public Replies(Channel channel, Runnable drained) {
    this.channel = channel;
    this.drained = drained;
  }

  /**
   * Starts a reply.
   *
   * @param size length of the whole frame; the caller appends exactly {@code size - 7} bytes
   * @throws FsException EOVERFLOW if the reply is longer than the Linux client's buffer
   */
  public ByteBuf begin(int size, int type, int tag) throws FsException {
    return begin(size, Wire.SHORT_REPLY, type, tag);
  }

  /**
   * Starts an Rreadlink, for which clients have a larger buffer.
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

  /** Writes an error in the format of the dialects before 9P2000.L: {@code ename[s]}. */
  public void text(int tag, String error) {
    byte[] bytes = error.getBytes(StandardCharsets.UTF_8);
    header(Wire.HEADER + 2 + bytes.length, MessageType.RERROR, tag)
        .writeShortLE(bytes.length)
        .writeBytes(bytes);
  }

  /**
   * Writes a whole frame that was built in its own buffer.
   *
   * @param frame starts with {@value Wire#HEADER} bytes for the header, which this method fills in;
   *     released by this method
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

  /**
   * Counts bytes of data that a request moved, and sends the replies if there are enough of them.
   */
  public void moved(int bytes) {
    data += bytes;
    if (data >= ENOUGH) {
      flush();
    }
  }

  /**
   * Sends everything written so far. While the client does not read, small replies are collected
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
      // Not in the listener itself: when it is called, the message still counts as pending.
      var _ =
          channel
              .write(Unpooled.EMPTY_BUFFER)
              .addListener(_ -> channel.eventLoop().execute(this::drain));
      channel.flush();
    }
  }

  /**
   * Sends everything, however little. The future completes when it has been passed to the socket.
   */
  public ChannelFuture flushAll() {
    pass();
    ChannelFuture sent = channel.write(Unpooled.EMPTY_BUFFER); // done when all earlier writes are
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

  /** Discards what has not been written to the channel, which is closed. */
  public void drop() {
    if (batch != null) {
      batch.release();
      batch = null;
    }
  }

  /** Bytes of memory that unsent replies hold. */
  public long unsent() {
    return pending() + (batch == null ? 0 : BATCH);
  }

  /** Whether the buffer for small replies has been allocated. */
  public boolean hasBatch() {
    return batch != null;
  }

  private long pending() {
    ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
    return outbound == null ? 0 : outbound.totalPendingWriteBytes();
  }

  /** Starts a reply that is known to fit the client's buffer. */
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

  /** Data queued behind other data may wait long, so it is copied to a buffer that just fits. */
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
