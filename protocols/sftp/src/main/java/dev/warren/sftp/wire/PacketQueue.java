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
 * Assembles packets from the pieces in which they arrive, and holds them until the session takes
 * them. Each packet lies contiguously in one array, so that data for a file is written from there
 * without copying. Small packets share a segment, and the arrays of long packets are reused.
 *
 * <p>Thread-safe for one thread that offers and, one at a time, threads that take. The channel's
 * window limits the memory: an array grows with the data that arrives, whatever the packet's length
 * field announces.
 */
public final class PacketQueue {
  private static final int SEGMENT = 16 * 1024;

  /** Bytes of a request's type and id. */
  private static final int REQUEST_START = 1 + 4;

  /** Bytes of the length field in front of each packet. */
  public static final int LENGTH_FIELD = 4;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  /**
   * Unit of array sizes: long packets of one client differ by a few bytes and should fit each
   * other's arrays.
   */
  private static final int GRAIN = 4 * 1024;

  private final int maxPacket;
  private final SpareArrays spare;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Slice> ready = new ArrayDeque<>();
  private boolean ended;
  private boolean wanted;

  // The following are for the offering thread only.
  private byte[] segment = new byte[0]; // holds the incomplete packet
  private int packetStart;
  private int filled;
  private byte @Nullable [] shared; // during a long packet: the segment for short ones
  private int sharedStart;
  private int packetEnd = -1; // unknown until the length field is complete
  private int refused; // how much of a refused packet is still to come

  /**
   * One or more complete packets, each with its length field, which follow each other in an array.
   *
   * @param array the array
   * @param start the start of the first packet's length field
   * @param end after the last packet
   * @param isRefused whether it is only the start of one packet, for which there was no memory
   */
  @SuppressWarnings("ArrayRecordComponent") // shared on purpose, and never compared
  public record Slice(byte[] array, int start, int end, boolean isRefused) {
    @SuppressWarnings({"ReferenceEquality", "ArrayEquals"}) // compares identity of the memory
    private boolean isFollowedBy(Slice next) {
      return array == next.array && end == next.start && !isRefused && !next.isRefused;
    }
  }

  /**
   * Creates a queue.
   *
   * @param maxPacket maximum length of a packet, without its length field
   * @param spare supplies and receives the arrays of long packets
   */
  public PacketQueue(int maxPacket, SpareArrays spare) {
    this.maxPacket = maxPacket;
    this.spare = spare;
  }

  /**
   * Adds bytes that have arrived.
   *
   * @param bytes copied by this method
   * @return how many of them were dropped: the rest of a packet that was {@linkplain #refuse
   *     refused}
   * @throws BadPacketException if a length is 0 or too large; nothing after it can be parsed
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

  /** The length of the incomplete packet, with its length field; 0 if it is not known yet. */
  public int begun() {
    return packetEnd < 0 ? 0 : packetEnd - packetStart;
  }

  /** How many bytes of the incomplete packet have arrived, with its length field. */
  public int arrived() {
    return filled - packetStart;
  }

  /**
   * Drops the incomplete packet, because there is no memory for it. In its place, the request's
   * type and id, as far as they have arrived, are queued.
   *
   * @return how many bytes of it had arrived
   */
  public int refuse() {
    int had = arrived();
    refused = packetEnd - filled;
    int kept = Math.min(had - LENGTH_FIELD, REQUEST_START);
    byte[] start = new byte[LENGTH_FIELD + kept];
    INT.set(start, 0, kept);
    System.arraycopy(segment, packetStart + LENGTH_FIELD, start, LENGTH_FIELD, kept);
    publish(new Slice(start, 0, start.length, true));
    packetEnd = packetStart; // as if it had never arrived
    filled = packetStart;
    next();
    return had;
  }

  /** Bytes of the arrays that packets are received into. */
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

  /** Makes sure that the incomplete packet can grow up to a position, moving it if necessary. */
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

  /** Moves the start of a long packet to a spare array that fits all of it, if there is one. */
  private void moveToSpare() {
    if (begun() > SEGMENT) {
      byte[] used = spare.take(begun());
      if (used != null) {
        moveTo(used);
      }
    }
  }

  /** Doubles the present size, so that a long packet is not copied too often. */
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

  /** Ends the queue: no more packets will arrive; those in the queue can still be taken. */
  public void end() {
    lock.lock();
    try {
      ended = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Ends the queue and drops the packets in it. */
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

  /** Whether the queue has ended. */
  public boolean isEnded() {
    lock.lock();
    try {
      return ended;
    } finally {
      lock.unlock();
    }
  }

  /** Removes and returns the next packets; null if there are none now. */
  public @Nullable Slice poll() {
    lock.lock();
    try {
      return ready.poll();
    } finally {
      lock.unlock();
    }
  }

  /** The value of a packet's length field. */
  public static int lengthAt(byte[] array, int position) {
    return (int) INT.get(array, position);
  }

  /** Whether the queue is empty now. */
  public boolean isEmpty() {
    lock.lock();
    try {
      return ready.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The packets in the queue, without removing them. Only for a caller that is the only one to
   * take.
   */
  public List<Slice> waiting() {
    lock.lock();
    try {
      return List.copyOf(ready);
    } finally {
      lock.unlock();
    }
  }

  /** Puts back packets from {@link #poll} that were not handled: they are next again. */
  public void putBack(Slice slice) {
    lock.lock();
    try {
      ready.addFirst(slice);
    } finally {
      lock.unlock();
    }
  }

  /** Releases packets from {@link #poll}, which the caller does not use any more. */
  public void recycle(Slice slice) {
    if (slice.array.length > SEGMENT) { // a segment may hold other packets
      spare.give(slice.array);
    }
  }

  /**
   * If there are packets, ends the wait in {@link #await}, or the next one if no thread waits now.
   */
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

  /** Waits until another thread {@linkplain #wake wakes} this one, or the queue ends. */
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
