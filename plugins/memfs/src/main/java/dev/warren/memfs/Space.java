package dev.warren.memfs;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget;
import dev.warren.api.MemoryBudget.Use;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Charges the bytes of a file system's content both to its own limit and to the memory budget of
 * the host: limits that are acceptable one by one may exceed the heap together. Thread-safe.
 */
final class Space {
  private final long limit;
  private final MemoryBudget.Account memory;
  private final AtomicLong used = new AtomicLong();

  /**
   * @param memory charged for the content
   * @throws IllegalArgumentException if not even one chunk fits
   */
  Space(long limit, MemoryBudget.Account memory) {
    if (limit < ChunkTree.CHUNK) {
      throw new IllegalArgumentException("too little space: " + limit);
    }
    this.limit = limit;
    this.memory = memory;
  }

  /**
   * Charges bytes.
   *
   * @throws FsException ENOSPC; nothing is charged then
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
    if (!memory.tryTake(Use.CONTENTS, bytes)) {
      used.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  void giveBack(long bytes) {
    used.addAndGet(-bytes);
    memory.giveBack(Use.CONTENTS, bytes);
  }

  /** The total capacity: less than configured if the host does not have enough memory. */
  long limit() {
    long now = used.get();
    return now + Math.min(limit - now, memory.available(Use.CONTENTS));
  }

  long used() {
    return used.get();
  }
}
