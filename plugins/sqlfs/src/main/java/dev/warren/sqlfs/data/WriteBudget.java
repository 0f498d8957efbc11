package dev.warren.sqlfs.data;

import java.util.concurrent.atomic.AtomicLong;

/** How much all open files together keep that is not in the database yet. Thread-safe. */
final class WriteBudget {
  private final long limit;
  private final AtomicLong used = new AtomicLong();

  WriteBudget(long limit) {
    this.limit = limit;
  }

  void take(long bytes) {
    used.addAndGet(bytes);
  }

  void give(long bytes) {
    used.addAndGet(-bytes);
  }

  /** Whether nobody should begin another chunk before his own are written. */
  boolean isExhausted() {
    return used.get() >= limit;
  }

  long used() {
    return used.get();
  }
}
