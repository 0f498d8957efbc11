package dev.warren.api;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;

/**
 * A buffer per thread for file content in transit. Only the threads that run {@link BlockingCalls}
 * have one: their number is limited, and they end when idle.
 */
final class BounceBuffer {
  /** The largest buffer that a thread keeps, in bytes. */
  static final int LARGEST = 256 * 1024;

  private static final int SMALLEST = 16 * 1024;

  // Not allocateDirect: direct memory is limited for the whole process, and that limit is accounted
  // for elsewhere.
  private static final ThreadLocal<ByteBuffer> OF_THREAD =
      ThreadLocal.withInitial(() -> allocate(SMALLEST));

  private BounceBuffer() {}

  /**
   * Returns an empty buffer with the given capacity, at most {@link #LARGEST}. The thread's
   * previous buffer is reused.
   */
  static ByteBuffer ofThread(int size) {
    ByteBuffer buffer = OF_THREAD.get();
    if (buffer.capacity() < size) {
      buffer = allocate(Integer.highestOneBit(size - 1) << 1);
      OF_THREAD.set(buffer);
    }
    return buffer.clear().limit(size);
  }

  /** Copies the remaining content of a buffer, whose position does not change. */
  static ByteBuffer copyOf(ByteBuffer content) {
    int size = content.remaining();
    ByteBuffer copy = size <= LARGEST ? ofThread(size) : ByteBuffer.allocate(size);
    return copy.put(content.duplicate()).flip();
  }

  private static ByteBuffer allocate(int size) {
    return Arena.ofAuto().allocate(size, 4096).asByteBuffer();
  }
}
