package dev.warren.sqlfs.session;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;

/** Which files somebody on this host has open or has found. Thread-safe. */
public final class Holds {
  private final Map<Long, Integer> holders = new ConcurrentHashMap<>();

  /** Files without a name that were looked at while somebody held them. */
  private final Set<Long> orphans = ConcurrentHashMap.newKeySet();

  private final LongConsumer last;

  /**
   * @param last told of a file without a name whose last holder has let go; may not wait
   */
  public Holds(LongConsumer last) {
    this.last = last;
  }

  /** One holder more. */
  public void hold(long inode) {
    holders.merge(inode, 1, Integer::sum);
  }

  /** One holder less. */
  public void release(long inode) {
    holders.compute(inode, (_, count) -> count == null || count == 1 ? null : count - 1);
    if (!holders.containsKey(inode) && orphans.remove(inode)) {
      last.accept(inode);
    }
  }

  /** Whether a file without a name is held; if so, its last holder will be told of. */
  boolean isHeld(long inode) {
    orphans.add(inode); // first: the last holder may be letting go
    if (holders.containsKey(inode)) {
      return true;
    }
    orphans.remove(inode);
    return false;
  }
}
