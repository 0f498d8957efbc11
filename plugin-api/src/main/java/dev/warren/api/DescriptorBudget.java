package dev.warren.api;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
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
  private final int limit;
  private final Consumer<Refusal> refused;
  private final Map<String, User> users = new HashMap<>();
  private int free;
  private long refusals;

  /** What a user holds. */
  private static final class User {
    private int held;
    private final Map<String, Integer> byConnection = new HashMap<>();
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
    if (limit < 0) {
      throw new IllegalArgumentException("a negative limit: " + limit);
    }
    this.limit = limit;
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
    if (refusal != null) {
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
      refusals++;
      forgetIfIdle(holder.user(), user);
      return new Refusal(holder, held, free, limit);
    }
    user.byConnection.merge(connection, count, Integer::sum);
    user.held += count;
    free -= count;
    return null;
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
