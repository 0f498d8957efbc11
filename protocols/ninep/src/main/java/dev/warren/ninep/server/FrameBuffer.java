package dev.warren.ninep.server;

import dev.warren.ninep.codec.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Splits received bytes into frames. A frame that is complete in a received buffer is passed on
 * without copying. One that arrives in pieces is assembled in its own buffer, which grows as data
 * arrives, so announcing a large frame allocates nothing.
 *
 * <p>Memory held between two calls is requested from the sink first, except for one buffer of
 * {@value #LEAST_RECEIVED} bytes, the minimum that a transport needs.
 *
 * <p>It also chooses the buffer to receive into, so that data need not be copied: the rest of a
 * large frame is received directly behind its start, and after a large frame another of its size is
 * expected. For the event loop only.
 */
final class FrameBuffer {
  /** Receives the frames. */
  interface Sink {
    /** The maximum length of a frame at present, in bytes. */
    int longest();

    /**
     * Whether a frame can be processed now; if false, it is offered again at the next call.
     *
     * @param start index of its first byte
     * @param end index after its last byte
     */
    boolean isReady(ByteBuf buffer, int start, int end);

    /** Processes a frame. {@link #isReady} was called for it before, and returned true. */
    void frame(ByteBuf buffer, int start, int end);

    /**
     * Whether unprocessed frames may hold this many bytes from now on. If not, whatever needs the
     * memory waits, and the sink calls {@link FrameBuffer#take} again when memory may be available.
     */
    boolean mayHold(long bytes);

    /**
     * Whether a frame without enough memory for the rest may be processed without its end, which is
     * dropped when it arrives. Otherwise the frame waits until others free memory.
     *
     * @param start index of its first byte; at least {@link Wire#HEADER} bytes are there
     * @param end index after the last byte received
     */
    boolean mayCut(ByteBuf buffer, int start, int end);

    /** The stream is broken: no frame can have this size, so nothing after it can be read. */
    void broken(long size);
  }

  /** The minimum size of a receive buffer; the pool caches buffers of this size for each thread. */
  static final int LEAST_RECEIVED = 16 << 10;

  /** The first capacity for a frame whose size has not arrived yet. */
  private static final int UNKNOWN = 512;

  /** The first capacity for a frame in pieces; enough for all but reads and writes of data. */
  private static final int FIRST_PIECE = 16 << 10;

  /** Size from which a frame is large: copying it takes longer than a system call. */
  private static final int LARGE = 32 << 10;

  private final ByteBufAllocator allocator;
  private final Sink sink;
  private final Deque<ByteBuf> received = new ArrayDeque<>();
  private @Nullable ByteBuf partial;

  /**
   * The size of the last frame: a client that sends data sends more of it, in frames of one size.
   */
  private int expected;

  /** How many bytes of a shortened frame have yet to arrive and be dropped. */
  private int dropping;

  private boolean taking;
  private boolean closed;

  FrameBuffer(ByteBufAllocator allocator, Sink sink) {
    this.allocator = allocator;
    this.sink = sink;
  }

  /**
   * The buffer to receive into. The caller passes it to {@link #add} or releases it.
   *
   * @param most the expected maximum number of bytes
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

  /** How many bytes of memory the frames hold. */
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

  /** How many bytes of one received buffer count. */
  private static long heldBy(ByteBuf in) {
    return in.capacity() > LEAST_RECEIVED ? in.capacity() : 0;
  }

  /** Adds a received buffer, and takes over the reference to it. */
  @SuppressWarnings("ReferenceEquality") // compares identity of the memory
  void add(ByteBuf buffer) {
    if (closed || buffer == partial) {
      buffer.release(); // the reference from receiveBuffer(); the bytes are in partial
    } else {
      received.add(buffer);
    }
  }

  /**
   * Passes on frames until the sink is not ready or no complete frame is left.
   *
   * @return whether to continue receiving: all received buffers were used up, and more bytes can be
   *     held
   */
  boolean take() {
    if (taking) {
      return false; // a recursive call: the outer call continues
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

  /** Drops all frames, present and future. */
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

  /** Performs one step; returns false if none is possible now. */
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

  /** Starts a frame with its first bytes. */
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
        return proceedIn(in) || cut(in, (int) size);
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

  /** Receives the rest of the frame into the buffer that holds its start. */
  private boolean proceedIn(ByteBuf in) {
    if (!sink.mayHold(in.capacity() + heldAsReceived() - heldBy(in))) {
      return false;
    }
    partial = received.remove();
    return true;
  }

  /**
   * Copies the rest of a received buffer to a new one that has space for the frame's next bytes.
   * Old and new memory are both needed during the copy.
   */
  private boolean putAside(ByteBuf in, int capacity, int most) {
    if (!sink.mayHold(capacity + heldAsReceived() - heldBy(in))) {
      return false;
    }
    partial = allocator.directBuffer(capacity, most).writeBytes(in);
    received.remove().release();
    return true;
  }

  /** Passes on the part of a frame that has been received, without copying it. */
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

  /**
   * Whether a frame may be processed without its missing end; if so, arranges for the end to be
   * dropped.
   */
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

  /** Whether more bytes fit behind the start of a frame, growing its buffer if necessary. */
  private boolean hasRoom(ByteBuf piece) {
    if (piece.isWritable() || piece.writerIndex() < Wire.HEADER) {
      return !isWhole(piece);
    }
    int size = piece.getIntLE(0);
    return piece.writerIndex() < size && grow(piece, size, 1);
  }

  /** Grows a buffer. Old and new memory are both needed during the copy. */
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
