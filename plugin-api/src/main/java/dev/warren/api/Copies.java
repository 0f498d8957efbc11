package dev.warren.api;

import java.nio.ByteBuffer;

/** The copy that works between any two open files. */
final class Copies {
  private static final int CHUNK = 128 * 1024;

  private Copies() {}

  static long copy(OpenFile source, long offset, long count, OpenFile target, long targetOffset)
      throws FsException {
    if (offset < 0 || count < 0 || targetOffset < 0) {
      throw new FsException(Errno.EINVAL);
    }
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(CHUNK, count));
    long copied = 0;
    while (copied < count) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), count - copied));
      if (source.read(buffer, offset + copied) == 0) {
        break;
      }
      buffer.flip();
      while (buffer.hasRemaining()) {
        int written = target.write(buffer, targetOffset + copied);
        if (written == 0) {
          return copied;
        }
        copied += written;
      }
    }
    return copied;
  }
}
