package dev.warren.localfs.linux;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The files that were found and are kept, no more than so many. Thread-safe. */
final class FoundFiles {
  private static final int MOST = 8192;

  private final int most;
  private final AtomicInteger count = new AtomicInteger();
  private final Set<FoundFile> files = ConcurrentHashMap.newKeySet();

  /**
   * @param descriptors how many the host may have open for its clients
   */
  FoundFiles(int descriptors) {
    most = Math.min(MOST, descriptors / 2);
  }

  /** Sets a place aside; false if there is none. It goes to {@link #add} or {@link #giveUp}. */
  boolean reserve() {
    if (count.incrementAndGet() <= most) {
      return true;
    }
    count.decrementAndGet();
    return false;
  }

  /** Gives back a place that nothing was added to. */
  void giveUp() {
    count.decrementAndGet();
  }

  void add(FoundFile file) {
    files.add(file);
  }

  /** Whether it was still there. */
  boolean remove(FoundFile file) {
    boolean removed = files.remove(file);
    if (removed) {
      count.decrementAndGet();
    }
    return removed;
  }

  /** Ends them all: the file system is closed. */
  void endAll() {
    files.forEach(FoundFile::end);
  }
}
