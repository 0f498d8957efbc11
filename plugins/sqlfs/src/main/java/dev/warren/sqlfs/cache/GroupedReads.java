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
    private @Nullable FsException failure;

    Asked(long id) {
      this.id = id;
    }
  }

  GroupedReads(Query query) {
    this.query = query;
  }

  /**
   * The file with an ID, read after this was called; null if there is none. Uninterruptible: waits
   * for at most two queries. A query that fails does so for all threads that wait for it, so that
   * they need not wait one after the other for a database that does not respond.
   */
  @Nullable InodeRow read(long id) throws FsException {
    Asked asked = new Asked(id);
    waiting.add(asked);
    lock.lock();
    try {
      if (!asked.answered) {
        answer(asked);
      }
      FsException failure = asked.failure;
      if (failure != null) {
        throw new FsException(failure.errno(), failure.reason(), failure);
      }
      return asked.row;
    } finally {
      lock.unlock();
    }
  }

  private void answer(Asked first) {
    waiting.remove(first);
    List<Asked> group = new ArrayList<>(List.of(first));
    Asked next = waiting.poll();
    while (next != null) {
      group.add(next);
      next = group.size() < MOST_TOGETHER ? waiting.poll() : null;
    }
    boolean ended = false;
    try {
      Map<Long, InodeRow> rows = query.run(group.stream().map(asked -> asked.id).toList());
      group.forEach(asked -> asked.row = rows.get(asked.id));
      ended = true;
    } catch (FsException e) {
      group.forEach(asked -> asked.failure = e);
      ended = true;
    } finally {
      if (ended) {
        group.forEach(asked -> asked.answered = true);
      } else { // the others ask again
        group.remove(first);
        waiting.addAll(group);
      }
    }
  }
}
