package dev.warren.ninep.server;

import dev.warren.ninep.codec.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what was received into frames. A frame that lies whole in a received buffer is handed out
 * where it lies; one that arrives in pieces is put together in a buffer of its own, which grows
 * with what has come, so that announcing a large frame takes no memory.
 *
 * <p>It also says where to receive to, so that data need not be copied: the rest of a large frame
 * goes to where its start is, and after a large frame another of its size is expected. For the
 * event loop only.
 */
final class FrameBuffer {
  /** Who takes the frames. */
  interface Sink {
    /** The longest frame to be taken now, in bytes. */
    int longest();

    /** Whether to go on with a frame of this type now; false leaves it for the next call. */
    boolean isReady(int type);

    /**
     * Takes a frame.
     *
     * @param start index of its first byte
     * @param end index after its last byte
     */
    void frame(ByteBuf buffer, int start, int end);

    /** Nothing sensible can follow: a size that no frame has. */
    void broken(long size);
  }

  private static final int TYPE = 4;

  /** What a frame in pieces gets at first; enough for all but reads and writes of data. */
  private static final int FIRST_PIECE = 16 << 10;

  /** From here on a frame is large: to copy it takes longer than a system call. */
  private static final int LARGE = 32 << 10;

  private final ByteBufAllocator allocator;
  private final Sink sink;
  private final Deque<ByteBuf> received = new ArrayDeque<>();
  private @Nullable ByteBuf partial;

  /** The size of the last frame: whoever sends data sends more of it, in frames of one size. */
  private int expected;

  private boolean taking;
  private boolean closed;

  FrameBuffer(ByteBufAllocator allocator, Sink sink) {
    this.allocator = allocator;
    this.sink = sink;
  }

  /**
   * Where to receive to. Goes to {@link #add} or is released.
   *
   * @param most how many bytes are likely to be there
   */
  ByteBuf receiveBuffer(int most) {
    ByteBuf piece = partial;
    if (piece != null && received.isEmpty() && piece.writerIndex() >= Wire.HEADER) {
      int size = piece.getIntLE(0);
      if (size >= LARGE && piece.capacity() <= size) {
        if (!piece.isWritable()) {
          grow(piece, size, 1);
        }
        return piece.retain();
      }
    }
    return allocator.directBuffer(expected < LARGE ? most : expected);
  }

  /** Adds what was received, which is this object's from now on. */
  @SuppressWarnings("ReferenceEquality") // whether it is the same memory
  void add(ByteBuf buffer) {
    if (closed || buffer == partial) {
      buffer.release(); // what receiveBuffer() retained; the bytes are there
    } else {
      received.add(buffer);
    }
  }

  /**
   * Hands out frames until the sink is not ready or no whole frame is left.
   *
   * @return whether everything received was used up
   */
  boolean take() {
    if (taking) {
      return false; // the call further up goes on
    }
    taking = true;
    try {
      while (!closed && step()) {}
      return received.isEmpty() && (partial == null || !isWhole(partial));
    } finally {
      taking = false;
      if (closed) {
        free();
      }
    }
  }

  /** Drops everything, now and in future. */
  void close() {
    closed = true;
    if (!taking) {
      free();
    }
  }

  private void free() {
    received.forEach(ByteBuf::release);
    received.clear();
    if (partial != null) {
      partial.release();
      partial = null;
    }
  }

  /** One step forward; false if there is none now. */
  private boolean step() {
    ByteBuf piece = partial;
    if (piece != null && isWhole(piece)) {
      return handOut(piece);
    }
    ByteBuf in = received.peek();
    if (in == null) {
      return false;
    }
    if (!in.isReadable()) {
      received.remove().release();
      return true;
    }
    if (piece != null) {
      return fill(piece, in);
    }
    if (in.readableBytes() < Wire.HEADER) {
      partial = allocator.directBuffer(FIRST_PIECE, Wire.GREATEST_MSIZE).writeBytes(in);
      return true;
    }
    int start = in.readerIndex();
    long size = in.getUnsignedIntLE(start);
    if (isBad(size)) {
      return false;
    }
    if (in.readableBytes() < size) {
      if (start == 0 && in.capacity() <= size && in.readableBytes() >= in.capacity() / 4) {
        partial = received.remove(); // it goes on right there
        return true;
      }
      int known = Math.max(FIRST_PIECE, Math.max(in.readableBytes(), expected));
      partial = allocator.directBuffer((int) Math.min(size, known), (int) size).writeBytes(in);
      return true;
    }
    if (!sink.isReady(in.getUnsignedByte(start + TYPE))) {
      return false;
    }
    in.skipBytes((int) size);
    expected = (int) size;
    sink.frame(in, start, start + (int) size);
    return true;
  }

  private boolean handOut(ByteBuf whole) {
    if (!sink.isReady(whole.getUnsignedByte(TYPE))) {
      return false;
    }
    partial = null;
    expected = whole.writerIndex();
    try {
      sink.frame(whole, 0, whole.writerIndex());
    } finally {
      whole.release();
    }
    return true;
  }

  private boolean fill(ByteBuf piece, ByteBuf in) {
    int have = piece.writerIndex();
    if (have < Wire.HEADER) {
      piece.writeBytes(in, Math.min(Wire.HEADER - have, in.readableBytes()));
      return piece.writerIndex() < Wire.HEADER || !isBad(piece.getUnsignedIntLE(0));
    }
    int size = piece.getIntLE(0);
    int count = Math.min(size - have, in.readableBytes());
    if (piece.writableBytes() < count) {
      grow(piece, size, count);
    }
    piece.writeBytes(in, count);
    return true;
  }

  private static void grow(ByteBuf piece, int size, int more) {
    piece.capacity(Math.min(size, Math.max(4 * piece.capacity(), piece.writerIndex() + more)));
  }

  private boolean isBad(long size) {
    boolean bad = size < Wire.HEADER || size > sink.longest();
    if (bad) {
      sink.broken(size);
    }
    return bad;
  }

  private static boolean isWhole(ByteBuf piece) {
    return piece.writerIndex() >= Wire.HEADER && piece.writerIndex() == piece.getIntLE(0);
  }
}
