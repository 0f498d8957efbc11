package dev.warren.api;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A copy by read and write, which works between any two open files. */
final class Copies {
  private static final int CHUNK = 128 * 1024;

  private Copies() {}

  static long copy(OpenFile source, long offset, long count, OpenFile target, long targetOffset)
      throws FsException {
    if (offset < 0 || count < 0 || targetOffset < 0) {
      throw new FsException(Errno.EINVAL);
    }
    long wanted = apart(source, offset, count, target, targetOffset);
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(CHUNK, wanted));
    long copied = 0;
    while (copied < wanted) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), wanted - copied));
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

  /**
   * Returns how many bytes to copy, so that the copy never reads what it has written itself: within
   * one file, only bytes that exist at the start are copied. Overlapping ranges are refused.
   */
  private static long apart(
      OpenFile source, long offset, long count, OpenFile target, long targetOffset)
      throws FsException {
    boolean oneHandle = target.equals(source);
    if (!oneHandle && target.getClass() != source.getClass()) {
      return count; // file ids of different file systems cannot be compared
    }
    FileAttributes attributes = attributes(source);
    if (!oneHandle && !same(attributes, attributes(target))) {
      return count;
    }
    long present = attributes == null ? count : Math.clamp(attributes.size() - offset, 0, count);
    if (Math.abs(targetOffset - offset) < present) {
      throw new FsException(Errno.EINVAL);
    }
    return present;
  }

  /** Returns null for an unlinked file, if the file system reports ENOENT for it. */
  private static @Nullable FileAttributes attributes(OpenFile file) throws FsException {
    try {
      return file.stat();
    } catch (FsException e) {
      if (e.errno() == Errno.ENOENT) {
        return null;
      }
      throw e;
    }
  }

  /**
   * Two instances of one plugin both number their files from 1, so the creation time is compared as
   * well.
   */
  private static boolean same(@Nullable FileAttributes a, @Nullable FileAttributes b) {
    return a != null
        && b != null
        && a.fileId() != 0
        && a.fileId() == b.fileId()
        && a.birthSeconds() == b.birthSeconds()
        && a.birthNanos() == b.birthNanos();
  }
}
