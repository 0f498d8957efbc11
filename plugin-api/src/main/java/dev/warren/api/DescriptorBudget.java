package dev.warren.api;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The file descriptors that the host may have open on behalf of its clients, in addition to those
 * that it needs itself. If the process ran out of descriptors, no client could connect or log in,
 * and no journal could be written.
 *
 * <p>Holders of many descriptors are refused first. A user may hold at most as many descriptors as
 * are free (the dynamic threshold of Choudhury and Hahne, 1998), which is half of the budget if no
 * other user holds any; each of the user's connections may hold at most as many as remain available
 * to the user. So some descriptors always remain for the next user, and for the next connection of
 * the same user.
 *
 * <p>Free descriptors may also be used as a cache: see {@link #keep}. Thread-safe.
 */
public final class DescriptorBudget {
  /** The largest number of cached descriptors, whatever the budget. */
  private static final int MOST_KEPT = 8192;

  /**
   * How many cached descriptors are compared to find one to evict; the least recently used of them
   * is evicted.
   */
  private static final int SAMPLE = 16;

  /** A cached descriptor that was not used for this many ticks is closed. */
  private static final int LONGEST_REST = 10;

  private final int limit;
  private final Consumer<Refusal> refused;
  private final int mostKept;
  private final Set<Kept> kept = ConcurrentHashMap.newKeySet();
  private final AtomicInteger keptCount = new AtomicInteger();
  private volatile int tick;
  private final Map<String, User> users = new HashMap<>();

  /**
   * Written under the lock. Cached descriptors can be closed at any time, so they count as free.
   */
  private volatile int free;

  private long refusals;

  /** The descriptors that a user holds. */
  private static final class User {
    private int held;
    private final Map<String, Integer> byConnection = new HashMap<>();
  }

  /**
   * A descriptor that stays open as a cache, to save a look-up, and can be closed at any time.
   * Compared by identity; thread-safe.
   */
  public interface Kept {
    /** Closes the descriptor; must not block. */
    void drop();

    /** The {@link DescriptorBudget#tick} at which it was last used. */
    int lastUsed();
  }

  /**
   * A refused request for descriptors.
   *
   * @param holder the caller that was refused
   * @param held how many descriptors the caller's connection holds
   * @param free how many descriptors are free
   * @param limit the size of the budget
   */
  public record Refusal(Caller holder, int held, int free, int limit) {}

  /**
   * Creates a budget that uses up to half of its descriptors, but at most 8,192, as a cache.
   *
   * @param limit how many descriptors clients may have open, at least 0
   * @param refused called for every refusal, on the thread that was refused; must not block
   */
  public DescriptorBudget(int limit, Consumer<Refusal> refused) {
    this(limit, Math.min(MOST_KEPT, limit / 2), refused);
  }

  /**
   * Creates a budget.
   *
   * @param mostKept how many descriptors may be cached, 0 to {@code limit}
   */
  public DescriptorBudget(int limit, int mostKept, Consumer<Refusal> refused) {
    if (limit < 0 || mostKept < 0 || mostKept > limit) {
      throw new IllegalArgumentException("%d of %d kept".formatted(mostKept, limit));
    }
    this.limit = limit;
    this.mostKept = mostKept;
    this.refused = refused;
    free = limit;
  }

  /** Returns a budget that is never exhausted. */
  public static DescriptorBudget unlimited() {
    return new DescriptorBudget(Integer.MAX_VALUE, refusal -> {});
  }

  /**
   * Reserves descriptors that are about to be opened.
   *
   * @param holder the caller for whom they are opened
   * @param count at least 1
   * @return a lease that returns the descriptors to the budget
   * @throws FsException EMFILE if the holder has too many; nothing has changed
   */
  public Lease take(Caller holder, int count) throws FsException {
    Refusal refusal = tryTake(holder, count);
    while (keptCount.get() > free && dropOne()) {
      // until open and cached descriptors fit in the budget together
    }
    if (refusal != null) {
      countRefusal();
      refused.accept(refusal);
      throw new FsException(
          Errno.EMFILE,
          "%s has %d files open; the host has %d more for all its clients"
              .formatted(holder.user(), refusal.held(), refusal.free()));
    }
    return new Lease(holder, count);
  }

  private synchronized @Nullable Refusal tryTake(Caller holder, int count) {
    User user = users.computeIfAbsent(holder.user(), name -> new User());
    String connection = connection(holder);
    int held = user.byConnection.getOrDefault(connection, 0);
    // In long arithmetic, because an unlimited budget is close to the largest int.
    if ((long) held + count > (long) free - user.held - count + 1) {
      forgetIfIdle(holder.user(), user);
      return new Refusal(holder, held, free, limit);
    }
    user.byConnection.merge(connection, count, Integer::sum);
    user.held += count;
    free -= count;
    return null;
  }

  private synchronized void countRefusal() {
    refusals++;
  }

  /**
   * Caches an open descriptor until it is {@linkplain Kept#drop dropped}: to make room for another
   * one, because a client needs descriptors for open files, or because it was not used for a while.
   *
   * @return false if no descriptor may be cached
   */
  public boolean keep(Kept descriptor) {
    while (keptCount.get() >= Math.min(mostKept, free)) {
      if (!dropOne()) {
        return false;
      }
    }
    kept.add(descriptor);
    keptCount.incrementAndGet();
    return true;
  }

  /** Removes a descriptor that was closed from the cache; a second call does nothing. */
  public void keepNoMore(Kept descriptor) {
    if (kept.remove(descriptor)) {
      keptCount.decrementAndGet();
    }
  }

  /** Whether a descriptor is cached. */
  public boolean keeps(Kept descriptor) {
    return kept.contains(descriptor);
  }

  /** Drops the least recently used descriptor of a sample; returns false if none is cached. */
  private boolean dropOne() {
    Kept oldest = null;
    int seen = 0;
    for (Kept each : kept) {
      if (oldest == null || rest(each) > rest(oldest)) {
        oldest = each;
      }
      if (++seen == SAMPLE) {
        break;
      }
    }
    if (oldest == null) {
      return false;
    }
    drop(oldest);
    return true;
  }

  private int rest(Kept descriptor) {
    return tick - descriptor.lastUsed();
  }

  private void drop(Kept descriptor) {
    keepNoMore(descriptor);
    descriptor.drop();
  }

  /**
   * Advances the clock, which ticks once a second, and drops unused cached descriptors. Must be
   * called by one thread at a time.
   */
  public void tick(int ticks) {
    tick = ticks;
    for (Kept each : kept) {
      if (rest(each) > LONGEST_REST) {
        drop(each);
      }
    }
  }

  /** Returns the last value passed to {@link #tick(int)}, for {@link Kept#lastUsed}. */
  public int tick() {
    return tick;
  }

  /** How many descriptors are cached. */
  public int kept() {
    return keptCount.get();
  }

  private synchronized void giveBack(Caller holder, int count) {
    User user = users.get(holder.user());
    if (user == null) {
      throw new IllegalStateException("nothing was taken for " + holder.user());
    }
    user.byConnection.computeIfPresent(
        connection(holder), (name, held) -> held == count ? null : held - count);
    user.held -= count;
    free += count;
    forgetIfIdle(holder.user(), user);
  }

  private void forgetIfIdle(String name, User user) {
    if (user.held == 0) {
      users.remove(name);
    }
  }

  private static String connection(Caller holder) {
    return holder.protocol() + " " + holder.remoteAddress();
  }

  /** How many descriptors clients may have open. */
  public int limit() {
    return limit;
  }

  /** How many descriptors clients have open. */
  public synchronized int used() {
    return limit - free;
  }

  /** How many requests for descriptors have been refused. */
  public synchronized long refusals() {
    return refusals;
  }

  /** Descriptors that were taken from the budget. */
  public final class Lease {
    private final Caller holder;
    private final int count;
    private final AtomicBoolean ended = new AtomicBoolean();

    private Lease(Caller holder, int count) {
      this.holder = holder;
      this.count = count;
    }

    /** Returns the descriptors to the budget. A second call does nothing. */
    public void giveBack() {
      if (!ended.getAndSet(true)) {
        DescriptorBudget.this.giveBack(holder, count);
      }
    }
  }
}
