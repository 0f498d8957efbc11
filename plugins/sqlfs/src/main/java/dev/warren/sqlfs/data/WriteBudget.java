package dev.warren.sqlfs.data;

import java.util.concurrent.atomic.AtomicLong;

/** The memory that unwritten changes of all open files use together. Thread-safe. */
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

  /** Whether a file should flush its chunks before it begins another one. */
  boolean isExhausted() {
    return used.get() >= limit;
  }

  long used() {
    return used.get();
  }
}
