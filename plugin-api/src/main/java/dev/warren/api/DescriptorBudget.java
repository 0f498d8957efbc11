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
 * The file descriptors that the host may have open for its clients, beside those that it needs
 * itself: where the process has none left, nobody connects, logs or writes a journal any more.
 *
 * <p>Who opens the most is refused first. A user holds at most as many as are free (the dynamic
 * threshold of Choudhury and Hahne, 1998), half of the budget if nobody else has any, and each
 * connection of theirs at most as many as are left to the user; so there are always some for
 * whoever comes next, be it another user or another connection. Thread-safe.
 */
public final class DescriptorBudget {
  /** So many are kept at most, whatever the budget. */
  private static final int MOST_KEPT = 8192;

  /** Whoever makes room for another that is kept takes the one that has rested longest of these. */
  private static final int SAMPLE = 16;

  /** What was not used for so many ticks is not kept any longer. */
  private static final int LONGEST_REST = 10;

  private final int limit;
  private final Consumer<Refusal> refused;
  private final int mostKept;
  private final Set<Kept> kept = ConcurrentHashMap.newKeySet();
  private final AtomicInteger keptCount = new AtomicInteger();
  private volatile int tick;
  private final Map<String, User> users = new HashMap<>();

  /** Changed by who holds the lock. What is kept may be dropped, and so is free. */
  private volatile int free;

  private long refusals;

  /** What a user holds. */
  private static final class User {
    private int held;
    private final Map<String, Integer> byConnection = new HashMap<>();
  }

  /**
   * A descriptor that is kept to spare a look-up, and can be done without. Compared by identity;
   * thread-safe.
   */
  public interface Kept {
    /** Closes it; must not wait. */
    void drop();

    /** The {@link DescriptorBudget#tick} of its last use. */
    int lastUsed();
  }

  /**
   * Somebody was refused a descriptor.
   *
   * @param holder who
   * @param held how many their connection holds
   * @param free how many nobody holds
   * @param limit the budget
   */
  public record Refusal(Caller holder, int held, int free, int limit) {}

  /**
   * A budget.
   *
   * @param limit how many descriptors clients may have open, at least 0
   * @param refused hears of every refusal, on the thread of who was refused; must not wait
   */
  public DescriptorBudget(int limit, Consumer<Refusal> refused) {
    this(limit, Math.min(MOST_KEPT, limit / 2), refused);
  }

  /**
   * A budget.
   *
   * @param mostKept how many of them may be kept, 0 to {@code limit}
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

  /** A budget that nobody exhausts. */
  public static DescriptorBudget unlimited() {
    return new DescriptorBudget(Integer.MAX_VALUE, refusal -> {});
  }

  /**
   * Takes descriptors that are about to be opened.
   *
   * @param holder for whom
   * @param count at least 1
   * @return what gives them back
   * @throws FsException EMFILE if the holder has too many; nothing has changed
   */
  public Lease take(Caller holder, int count) throws FsException {
    Refusal refusal = tryTake(holder, count);
    while (keptCount.get() > free && dropOne()) {
      // until what is open and what is kept fit together again
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
    // Long, since an unlimited budget is near the end of int.
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
   * Keeps a descriptor that is open, until it is {@linkplain Kept#drop dropped}: to make room for
   * another, because somebody needs descriptors to open files, or because it is not used.
   *
   * @return false if none may be kept
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

  /** A descriptor was closed; a second call does nothing. */
  public void keepNoMore(Kept descriptor) {
    if (kept.remove(descriptor)) {
      keptCount.decrementAndGet();
    }
  }

  /** Whether a descriptor is kept. */
  public boolean keeps(Kept descriptor) {
    return kept.contains(descriptor);
  }

  /** Drops the one that has rested longest, or nearly so; false if none is kept. */
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

  /** A second has passed: drops what is not used. Call from one thread at a time. */
  public void tick(int ticks) {
    tick = ticks;
    for (Kept each : kept) {
      if (rest(each) > LONGEST_REST) {
        drop(each);
      }
    }
  }

  /** What {@link #tick(int)} was called with last, for {@link Kept#lastUsed}. */
  public int tick() {
    return tick;
  }

  /** How many descriptors are kept. */
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

  /** How many of them are open. */
  public synchronized int used() {
    return limit - free;
  }

  /** How often somebody was refused one. */
  public synchronized long refusals() {
    return refusals;
  }

  /** Descriptors that were taken. */
  public final class Lease {
    private final Caller holder;
    private final int count;
    private final AtomicBoolean ended = new AtomicBoolean();

    private Lease(Caller holder, int count) {
      this.holder = holder;
      this.count = count;
    }

    /** Gives them back. A second call does nothing. */
    public void giveBack() {
      if (!ended.getAndSet(true)) {
        DescriptorBudget.this.giveBack(holder, count);
      }
    }
  }
}
