package dev.warren.api;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The copy that works between any two open files. */
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
   * How much to copy, so that nothing is read that the copy itself has written: inside one file
   * only what is there now, and ranges that overlap are refused.
   */
  private static long apart(
      OpenFile source, long offset, long count, OpenFile target, long targetOffset)
      throws FsException {
    boolean oneHandle = target.equals(source);
    if (!oneHandle && target.getClass() != source.getClass()) {
      return count; // files of other file systems have numbers of their own
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

  /** Null for a file that is unlinked, where it has none then. */
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
   * Two instances of one plugin count from 1 both; that their files are also as old is no chance.
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
