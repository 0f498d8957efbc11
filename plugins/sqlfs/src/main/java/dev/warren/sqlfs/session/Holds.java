package dev.warren.sqlfs.session;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;

/** Counts the open files and handles on this host that use each file. Thread-safe. */
public final class Holds {
  private final Map<Long, Integer> holders = new ConcurrentHashMap<>();

  /** Files without a name that were held when {@link #isHeld} was called. */
  private final Set<Long> orphans = ConcurrentHashMap.newKeySet();

  private final LongConsumer last;

  /**
   * @param last called with a file without a name when it is no longer held; must not block
   */
  public Holds(LongConsumer last) {
    this.last = last;
  }

  /** Adds a hold on a file. */
  public void hold(long inode) {
    holders.merge(inode, 1, Integer::sum);
  }

  /** Removes a hold on a file. */
  public void release(long inode) {
    holders.compute(inode, (_, count) -> count == null || count == 1 ? null : count - 1);
    if (!holders.containsKey(inode) && orphans.remove(inode)) {
      last.accept(inode);
    }
  }

  /** Whether a file without a name is held; if so, {@code last} is called when it no longer is. */
  boolean isHeld(long inode) {
    orphans.add(inode); // before the check: the last hold may be released concurrently
    if (holders.containsKey(inode)) {
      return true;
    }
    orphans.remove(inode);
    return false;
  }
}
