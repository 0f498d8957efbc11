package dev.warren.api;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;

/**
 * Memory of a thread for content that is on its way. Only threads that make {@link BlockingCalls}
 * have some: a bounded number, which end when there is nothing to do.
 */
final class BounceBuffer {
  /** The most that a thread keeps, in bytes. */
  static final int LARGEST = 256 * 1024;

  private static final int SMALLEST = 16 * 1024;

  // Not by allocateDirect, whose memory is bounded for the whole process and belongs to others.
  private static final ThreadLocal<ByteBuffer> OF_THREAD =
      ThreadLocal.withInitial(() -> allocate(SMALLEST));

  private BounceBuffer() {}

  /** An empty buffer with so much room, at most {@link #LARGEST}; the last one is used again. */
  static ByteBuffer ofThread(int size) {
    ByteBuffer buffer = OF_THREAD.get();
    if (buffer.capacity() < size) {
      buffer = allocate(Integer.highestOneBit(size - 1) << 1);
      OF_THREAD.set(buffer);
    }
    return buffer.clear().limit(size);
  }

  /** What remains in a buffer, which stays as it is. */
  static ByteBuffer copyOf(ByteBuffer content) {
    int size = content.remaining();
    ByteBuffer copy = size <= LARGEST ? ofThread(size) : ByteBuffer.allocate(size);
    return copy.put(content.duplicate()).flip();
  }

  private static ByteBuffer allocate(int size) {
    return Arena.ofAuto().allocate(size, 4096).asByteBuffer();
  }
}
