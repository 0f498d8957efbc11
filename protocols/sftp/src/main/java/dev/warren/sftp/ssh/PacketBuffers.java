package dev.warren.sftp.ssh;

import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.sshd.common.util.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Buffers of large packets that are written and may be used again, by any connection. Made anew for
 * each packet, they outlive the collections that come while the socket is full, and fill the old
 * generation: 8 clients that got 1 GiB each took 580 MiB. Thread-safe.
 */
final class PacketBuffers {
  /** Smaller ones are not worth keeping. */
  private static final int MIN_BYTES = 8 * 1024;

  private final int capacity;
  private final Deque<Buffer> spare = new ArrayDeque<>();
  private int bytes;

  /**
   * @param capacity how many bytes are kept at most
   */
  PacketBuffers(int capacity) {
    this.capacity = capacity;
  }

  /** A buffer of at least so many bytes, whose content is of no meaning; null if none is kept. */
  synchronized @Nullable Buffer take(int size) {
    if (size < MIN_BYTES) {
      return null;
    }
    Buffer last = spare.peekLast();
    if (last == null || last.array().length < size) {
      return null;
    }
    spare.removeLast();
    bytes -= last.array().length;
    return last;
  }

  /** Keeps a buffer that nobody uses any more, if there is room. */
  synchronized void give(Buffer buffer) {
    int length = buffer.array().length;
    if (length < MIN_BYTES) {
      return;
    }
    Buffer first = spare.peekFirst();
    if (bytes + length > capacity && first != null && first.array().length < length) {
      // Too small for the clients of now.
      spare.removeFirst();
      bytes -= first.array().length;
    }
    if (bytes + length <= capacity) {
      spare.addLast(buffer);
      bytes += length;
    }
  }
}
