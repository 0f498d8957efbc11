package dev.warren.memfs;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the bytes that a file system's contents take, against a limit. Thread-safe. */
final class Space {
  private final long limit;
  private final AtomicLong used = new AtomicLong();

  /**
   * @throws IllegalArgumentException if not even one chunk fits
   */
  Space(long limit) {
    if (limit < ChunkTree.CHUNK) {
      throw new IllegalArgumentException("too little space: " + limit);
    }
    this.limit = limit;
  }

  /**
   * Takes bytes.
   *
   * @throws FsException ENOSPC, and has taken nothing
   */
  void take(long bytes) throws FsException {
    if (!tryTake(bytes)) {
      throw new FsException(Errno.ENOSPC);
    }
  }

  boolean tryTake(long bytes) {
    long now;
    do {
      now = used.get();
      if (bytes > limit - now) {
        return false;
      }
    } while (!used.compareAndSet(now, now + bytes));
    return true;
  }

  void giveBack(long bytes) {
    used.addAndGet(-bytes);
  }

  long limit() {
    return limit;
  }

  long used() {
    return used.get();
  }
}
