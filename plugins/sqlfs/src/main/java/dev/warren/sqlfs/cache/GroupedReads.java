package dev.warren.sqlfs.cache;

import dev.warren.api.FsException;
import dev.warren.sqlfs.inode.InodeRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Groups the reads of many threads. A file that a thread asks for during a query is read in the
 * next one, together with all files that were asked for meanwhile. Thread-safe.
 */
final class GroupedReads {
  private static final int MOST_TOGETHER = 64;

  private final Query query;
  private final Queue<Asked> waiting = new ConcurrentLinkedQueue<>();
  private final ReentrantLock lock = new ReentrantLock();

  /** Reads files by their IDs. */
  @FunctionalInterface
  interface Query {
    /** The files that exist, by ID. */
    Map<Long, InodeRow> run(List<Long> ids) throws FsException;
  }

  /** A file that a thread waits for; the result is guarded by the lock. */
  private static final class Asked {
    private final long id;
    private boolean answered;
    private @Nullable InodeRow row;

    Asked(long id) {
      this.id = id;
    }
  }

  GroupedReads(Query query) {
    this.query = query;
  }

  /**
   * The file with an ID, read after this was called; null if there is none. Uninterruptible.
   *
   * @throws FsException if a query fails that this thread runs; the threads that waited for it run
   *     another one
   */
  @Nullable InodeRow read(long id) throws FsException {
    Asked asked = new Asked(id);
    waiting.add(asked);
    lock.lock();
    try {
      if (!asked.answered) {
        answer(asked);
      }
      return asked.row;
    } finally {
      lock.unlock();
    }
  }

  private void answer(Asked first) throws FsException {
    waiting.remove(first);
    List<Asked> group = new ArrayList<>(List.of(first));
    Asked next = waiting.poll();
    while (next != null) {
      group.add(next);
      next = group.size() < MOST_TOGETHER ? waiting.poll() : null;
    }
    boolean read = false;
    try {
      Map<Long, InodeRow> rows = query.run(group.stream().map(asked -> asked.id).toList());
      for (Asked asked : group) {
        asked.row = rows.get(asked.id);
        asked.answered = true;
      }
      read = true;
    } finally {
      if (!read) {
        group.remove(first);
        waiting.addAll(group);
      }
    }
  }
}
