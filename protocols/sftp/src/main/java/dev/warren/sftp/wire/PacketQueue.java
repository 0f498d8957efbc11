package dev.warren.sftp.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Puts packets together from the pieces in which they arrive, and holds them until the session
 * takes them. Each packet lies in one array, in one piece, so that what it writes to a file is
 * written from where it is; small ones share a segment, and arrays of long ones are used again.
 * Thread-safe for one thread that offers and, one at a time, threads that take. How much it holds
 * is bounded by the channel's window: an array grows with what has come of its packet, whatever its
 * length field says.
 */
public final class PacketQueue {
  private static final int SEGMENT = 16 * 1024;

  /** Bytes of a request's type and id. */
  private static final int REQUEST_START = 1 + 4;

  /** Bytes before each packet that say how long it is. */
  public static final int LENGTH_FIELD = 4;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  /** Arrays of one client's long packets, which differ by a few bytes, shall do for one another. */
  private static final int GRAIN = 4 * 1024;

  private final int maxPacket;
  private final SpareArrays spare;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Slice> ready = new ArrayDeque<>();
  private boolean ended;
  private boolean wanted;

  // Of the thread that offers alone.
  private byte[] segment = new byte[0]; // where the packet that has begun lies
  private int packetStart;
  private int filled;
  private byte @Nullable [] shared; // while a long packet comes: the segment of the small ones
  private int sharedStart;
  private int packetEnd = -1; // unknown until the length field is there
  private int refused; // how much is still to come of a packet that nobody wants

  /**
   * Whole packets that lie one after the other, each with its length field.
   *
   * @param array where
   * @param start of the first one's length field
   * @param end after the last one
   * @param isRefused whether it is the beginning of one packet that there was no room for
   */
  @SuppressWarnings("ArrayRecordComponent") // shared on purpose, and never compared
  public record Slice(byte[] array, int start, int end, boolean isRefused) {
    @SuppressWarnings({"ReferenceEquality", "ArrayEquals"}) // the same memory is meant
    private boolean isFollowedBy(Slice next) {
      return array == next.array && end == next.start && !isRefused && !next.isRefused;
    }
  }

  /**
   * A queue.
   *
   * @param maxPacket the longest packet, without its length field
   * @param spare where arrays of long packets come from and go to
   */
  public PacketQueue(int maxPacket, SpareArrays spare) {
    this.maxPacket = maxPacket;
    this.spare = spare;
  }

  /**
   * Takes in what has arrived.
   *
   * @param bytes the caller's again after the call
   * @return how many of them were of no use: the rest of what was {@linkplain #refuse refused}
   * @throws BadPacketException if a length is 0 or too large; nothing after it can be understood
   */
  public int offer(byte[] bytes, int offset, int length) throws BadPacketException {
    int dropped = Math.min(refused, length);
    refused -= dropped;
    int position = offset + dropped;
    int end = offset + length;
    while (position < end) {
      if (packetEnd < 0) {
        room(packetStart + LENGTH_FIELD);
        position += copy(bytes, position, end, packetStart + LENGTH_FIELD);
        if (filled < packetStart + LENGTH_FIELD) {
          return dropped;
        }
        int packet = lengthAt(segment, packetStart);
        if (packet <= 0 || packet > maxPacket) {
          throw new BadPacketException(
              "a packet of " + Integer.toUnsignedString(packet) + " bytes");
        }
        packetEnd = packetStart + LENGTH_FIELD + packet;
        moveToSpare();
      }
      room(Math.min(packetEnd, filled + end - position));
      position += copy(bytes, position, end, packetEnd);
      if (filled == packetEnd) {
        publish(new Slice(segment, packetStart, packetEnd, false));
        next();
      }
    }
    return dropped;
  }

  /** How long the packet is that has begun, with its length field; 0 if that is not known. */
  public int begun() {
    return packetEnd < 0 ? 0 : packetEnd - packetStart;
  }

  /** How much is there of the packet that has begun, with its length field. */
  public int arrived() {
    return filled - packetStart;
  }

  /**
   * Lets go of the packet that has begun: there is no room for it. What is there of a request's
   * type and id comes out in its place.
   *
   * @return how many bytes of it are not needed any more
   */
  public int refuse() {
    int had = arrived();
    refused = packetEnd - filled;
    int kept = Math.min(had - LENGTH_FIELD, REQUEST_START);
    byte[] start = new byte[LENGTH_FIELD + kept];
    INT.set(start, 0, kept);
    System.arraycopy(segment, packetStart + LENGTH_FIELD, start, LENGTH_FIELD, kept);
    publish(new Slice(start, 0, start.length, true));
    packetEnd = packetStart; // as if it had never come
    filled = packetStart;
    next();
    return had;
  }

  /** How many bytes the arrays are that packets come into. */
  int memory() {
    return segment.length + (shared == null ? 0 : shared.length);
  }

  private void next() {
    if (shared == null) {
      packetStart = packetEnd;
    } else {
      segment = shared;
      packetStart = sharedStart;
      filled = sharedStart;
      shared = null;
    }
    packetEnd = -1;
  }

  private int copy(byte[] bytes, int position, int end, int upTo) {
    int count = Math.min(end - position, upTo - filled);
    System.arraycopy(bytes, position, segment, filled, count);
    filled += count;
    return count;
  }

  /** Makes sure that the packet that has begun can grow up to a position, here or elsewhere. */
  private void room(int upTo) {
    if (upTo <= segment.length) {
      return;
    }
    int size = upTo - packetStart;
    int whole = Math.max(size, begun());
    moveTo(new byte[whole <= SEGMENT ? SEGMENT : grown(size, whole)]);
  }

  private void moveTo(byte[] next) {
    if (next.length > SEGMENT && shared == null) {
      shared = segment;
      sharedStart = packetStart;
    }
    int arrived = arrived();
    System.arraycopy(segment, packetStart, next, 0, arrived);
    segment = next;
    packetEnd = packetEnd < 0 ? packetEnd : packetEnd - packetStart;
    packetStart = 0;
    filled = arrived;
  }

  /** A long packet goes where there is room for all of it, if that is there already. */
  private void moveToSpare() {
    if (begun() > SEGMENT) {
      byte[] used = spare.take(begun());
      if (used != null) {
        moveTo(used);
      }
    }
  }

  /** All that is there and as much again, so that a long packet is not copied time and again. */
  private static int grown(int size, int whole) {
    int bytes = (int) Math.min(whole, Math.max(SEGMENT, 2L * size));
    return Math.ceilDiv(bytes, GRAIN) * GRAIN;
  }

  private void publish(Slice slice) {
    lock.lock();
    try {
      Slice last = ready.peekLast();
      if (last != null && last.isFollowedBy(slice)) {
        ready.removeLast();
        ready.addLast(new Slice(last.array, last.start, slice.end, false));
      } else {
        ready.addLast(slice);
      }
    } finally {
      lock.unlock();
    }
  }

  /** No more will come; what is there can still be taken. */
  public void end() {
    lock.lock();
    try {
      ended = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** No more will come, and what is there is dropped. */
  public void discard() {
    lock.lock();
    try {
      ended = true;
      ready.clear();
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Whether no more will come. */
  public boolean isEnded() {
    lock.lock();
    try {
      return ended;
    } finally {
      lock.unlock();
    }
  }

  /** The next packets, or null if there are none now. */
  public @Nullable Slice poll() {
    lock.lock();
    try {
      return ready.poll();
    } finally {
      lock.unlock();
    }
  }

  /** How long a packet is whose length field is there. */
  public static int lengthAt(byte[] array, int position) {
    return (int) INT.get(array, position);
  }

  /** Whether there are no packets now. */
  public boolean isEmpty() {
    lock.lock();
    try {
      return ready.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** The packets that are there and stay there. Who looks at them must be the only one to take. */
  public List<Slice> waiting() {
    lock.lock();
    try {
      return List.copyOf(ready);
    } finally {
      lock.unlock();
    }
  }

  /** Puts packets back that {@link #poll} gave and nobody handled: they are the next ones again. */
  public void putBack(Slice slice) {
    lock.lock();
    try {
      ready.addFirst(slice);
    } finally {
      lock.unlock();
    }
  }

  /** Nobody looks any more at packets that {@link #poll} gave. */
  public void recycle(Slice slice) {
    if (slice.array.length > SEGMENT) { // else other packets are there too
      spare.give(slice.array);
    }
  }

  /** Ends the wait of {@link #await}, now or when it begins, if there is something to take. */
  public void wake() {
    lock.lock();
    try {
      if (!ready.isEmpty()) {
        wanted = true;
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits until somebody {@linkplain #wake wakes} the caller, or no more will come. */
  public void await() {
    lock.lock();
    try {
      while (!wanted && !ended) {
        changed.awaitUninterruptibly();
      }
      wanted = false;
    } finally {
      lock.unlock();
    }
  }
}
