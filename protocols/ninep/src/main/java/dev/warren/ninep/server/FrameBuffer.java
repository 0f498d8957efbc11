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
 * <p>What it holds between two calls is asked for before, except for one buffer of {@value
 * #LEAST_RECEIVED} bytes, which is what a transport cannot do without.
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

    /**
     * Whether to go on with a frame now; false leaves it for the next call.
     *
     * @param start index of its first byte
     * @param end index after its last byte
     */
    boolean isReady(ByteBuf buffer, int start, int end);

    /** Takes a frame of which {@link #isReady} has been asked. */
    void frame(ByteBuf buffer, int start, int end);

    /**
     * Whether frames that have not been taken may hold so many bytes from now on. Where they may
     * not, what they would be needed for waits, and {@link FrameBuffer#take} is to be called again
     * when they may.
     */
    boolean mayHold(long bytes);

    /**
     * Whether a frame for which there is no more memory may be taken without its end, which is
     * dropped when it comes: else it would wait for the memory of others.
     *
     * @param start index of its first byte, which the first {@link Wire#HEADER} follow
     * @param end index after the last byte that is there
     */
    boolean mayCut(ByteBuf buffer, int start, int end);

    /** Nothing sensible can follow: a size that no frame has. */
    void broken(long size);
  }

  /** The least that is received at a time; the pool keeps buffers of this size for each thread. */
  static final int LEAST_RECEIVED = 16 << 10;

  /** What a frame gets of which not even the size has come. */
  private static final int UNKNOWN = 512;

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

  /** How many bytes of a frame that was cut have still to come. */
  private int dropping;

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
        if (piece.isWritable() || grow(piece, size, 1)) {
          return piece.retain();
        }
      }
    }
    int wanted = expected < LARGE ? most : expected;
    return allocator.directBuffer(
        wanted <= LEAST_RECEIVED || sink.mayHold(held() + wanted) ? wanted : LEAST_RECEIVED);
  }

  /** How many bytes of memory are held. */
  long held() {
    return (partial == null ? 0 : partial.capacity()) + heldAsReceived();
  }

  private long heldAsReceived() {
    long sum = 0;
    for (ByteBuf each : received) {
      sum += heldBy(each);
    }
    return sum;
  }

  /** What one received buffer counts. */
  private static long heldBy(ByteBuf in) {
    return in.capacity() > LEAST_RECEIVED ? in.capacity() : 0;
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
   * @return whether to go on receiving: everything received was used up, and there is room
   */
  boolean take() {
    if (taking) {
      return false; // the call further up goes on
    }
    taking = true;
    try {
      while (!closed && step()) {}
      return received.isEmpty() && (partial == null || hasRoom(partial));
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
    if (piece != null && !hasRoom(piece)) {
      return cut(piece);
    }
    ByteBuf in = received.peek();
    if (in == null) {
      return false;
    }
    drop(in);
    if (!in.isReadable()) {
      received.remove().release();
      return true;
    }
    return piece == null ? begin(in) : fill(piece, in);
  }

  private void drop(ByteBuf in) {
    int count = Math.min(dropping, in.readableBytes());
    in.skipBytes(count);
    dropping -= count;
  }

  /** With the first bytes of a frame. */
  private boolean begin(ByteBuf in) {
    if (in.readableBytes() < Wire.HEADER) {
      return putAside(in, UNKNOWN, Wire.GREATEST_MSIZE);
    }
    int start = in.readerIndex();
    long size = in.getUnsignedIntLE(start);
    if (isBad(size)) {
      return false;
    }
    int end = start + (int) size;
    if (in.readableBytes() < size) {
      if (start == 0 && in.capacity() <= size && in.readableBytes() >= in.capacity() / 4) {
        return goOnIn(in) || cut(in, (int) size);
      }
      int least = (int) Math.min(size, Math.max(FIRST_PIECE, in.readableBytes()));
      int likely = (int) Math.min(size, Math.max(least, expected));
      return putAside(in, likely, (int) size)
          || putAside(in, least, (int) size)
          || cut(in, (int) size);
    }
    if (!sink.isReady(in, start, end)) {
      return false;
    }
    in.readerIndex(end);
    expected = (int) size;
    sink.frame(in, start, end);
    return true;
  }

  /** The frame goes on right where it is. */
  private boolean goOnIn(ByteBuf in) {
    if (!sink.mayHold(in.capacity() + heldAsReceived() - heldBy(in))) {
      return false;
    }
    partial = received.remove();
    return true;
  }

  /**
   * A copy of all that is left in a received buffer, in one that the frame's next bytes have room
   * in. The old memory is needed for as long as it takes to copy.
   */
  private boolean putAside(ByteBuf in, int capacity, int most) {
    if (!sink.mayHold(capacity + heldAsReceived() - heldBy(in))) {
      return false;
    }
    partial = allocator.directBuffer(capacity, most).writeBytes(in);
    received.remove().release();
    return true;
  }

  /** Hands out the part of a frame that has been received, from where it lies. */
  private boolean cut(ByteBuf in, int size) {
    int start = in.readerIndex();
    int end = in.writerIndex();
    if (!dropsEnd(in, start, size)) {
      return false;
    }
    in.readerIndex(end);
    sink.frame(in, start, end);
    return true;
  }

  /** Whether a frame may go without what has not come of it; if so, that is dropped. */
  private boolean dropsEnd(ByteBuf in, int start, int size) {
    int end = in.writerIndex();
    if (!sink.mayCut(in, start, end) || !sink.isReady(in, start, end)) {
      return false;
    }
    dropping = size - (end - start);
    return true;
  }

  private boolean handOut(ByteBuf whole) {
    int end = whole.writerIndex();
    if (!sink.isReady(whole, 0, end)) {
      return false;
    }
    expected = end;
    give(whole, end);
    return true;
  }

  private boolean cut(ByteBuf piece) {
    if (!dropsEnd(piece, 0, piece.getIntLE(0))) {
      return false;
    }
    give(piece, piece.writerIndex());
    return true;
  }

  private void give(ByteBuf piece, int end) {
    partial = null;
    try {
      sink.frame(piece, 0, end);
    } finally {
      piece.release();
    }
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
    piece.writeBytes(in, Math.min(count, piece.writableBytes()));
    return true;
  }

  /** Whether more of a frame can be put where its start is, after it has grown if it must. */
  private boolean hasRoom(ByteBuf piece) {
    if (piece.isWritable() || piece.writerIndex() < Wire.HEADER) {
      return !isWhole(piece);
    }
    int size = piece.getIntLE(0);
    return piece.writerIndex() < size && grow(piece, size, 1);
  }

  /** It needs the old memory beside the new for as long as it takes to copy. */
  private boolean grow(ByteBuf piece, int size, int more) {
    int least = piece.writerIndex() + more;
    for (int factor = 4; factor > 1; factor /= 2) {
      int capacity = Math.min(size, Math.max(factor * piece.capacity(), least));
      if (sink.mayHold(capacity + heldAsReceived())) {
        piece.capacity(capacity);
        return true;
      }
    }
    return false;
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
