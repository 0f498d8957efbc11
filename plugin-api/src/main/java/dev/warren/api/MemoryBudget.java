package dev.warren.api;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The memory that the whole host spends on what clients ask for: one sum for all connections,
 * protocols and plugins, so that limits that hold one by one cannot exceed the heap together.
 *
 * <p>Each holder (a connection, an instance of a plugin) has an {@link Account} and charges what it
 * is about to allocate. What the accounts of one user hold is added up: however many connections
 * somebody opens, they are one holder. A holder may have at most as much as is free beside a
 * reserve after the charge (the dynamic threshold of Choudhury and Hahne, 1998), so it gets three
 * eighths of the budget at most. The reserve, a quarter, is for holders of little: a user may have
 * an eighth of what is free in any case, another account one part in 128. So those that come after
 * hundreds of greedy ones find room. Within a user's share the last quarter is for connections that
 * hold little. What clients who have not logged in hold is bounded by a small share besides.
 *
 * <p>A refused charge has changed nothing. The holder then stops reading, or refuses the newest
 * request with ENOMEM; see {@link Account#tryTakeOr} and {@link Account#takeWhenFree}. Thread-safe.
 */
public final class MemoryBudget {
  /** Live data of an idle host: what the heap must hold besides the budget. */
  private static final long IDLE_HEAP = 48L << 20;

  private static final long LEAST = 8L << 20;

  /** Where memory lies. Each area has a limit of its own. */
  public enum Area {
    /** The Java heap. */
    HEAP,
    /** Direct buffers, outside the heap. */
    DIRECT
  }

  /** What memory is charged for. */
  public enum Use {
    /** Packets and messages as they arrive and leave, on the heap. */
    PACKETS(Area.HEAP),
    /** Packets and messages in direct buffers. */
    BUFFERS(Area.DIRECT),
    /** Requests that wait for an answer, their cancellation and bookkeeping. */
    REQUESTS(Area.HEAP),
    /** 9P's fids. */
    FIDS(Area.HEAP),
    /** Open files and directories. */
    HANDLES(Area.HEAP),
    /** Byte-range locks, held and waited for. */
    LOCKS(Area.HEAP),
    /** Directory entries read ahead. */
    LISTINGS(Area.HEAP),
    /** Extended attributes on their way. */
    XATTRS(Area.HEAP),
    /** Whole contents of files that a plugin has in memory. */
    CONTENTS(Area.HEAP);

    private final Area area;

    Use(Area area) {
      this.area = area;
    }

    /** Where this memory lies. */
    public Area area() {
      return area;
    }
  }

  /**
   * How things are in one area, in bytes.
   *
   * @param limit the most that may be charged
   * @param used what is charged, in the steps in which accounts take it
   * @param strangers what of it clients hold that have not logged in
   * @param strangersLimit the most that they may hold
   */
  public record Level(long limit, long used, long strangers, long strangersLimit) {}

  /** Whose accounts are added up: one user's, or one that belongs to nobody else. */
  private static final class Group {
    private final Map<Area, Long> granted = new EnumMap<>(Area.class);
    private int accounts;

    private long granted(Area area) {
      return granted.getOrDefault(area, 0L);
    }

    private void grant(Area area, long more) {
      granted.merge(area, more, Long::sum);
    }
  }

  private record Waiter(Account account, Area area, Runnable then) {}

  private final Map<Area, MemoryPool> pools = new EnumMap<>(Area.class);
  private final Map<Use, Long> usedBy = new EnumMap<>(Use.class);
  private final Map<Use, Long> refusals = new EnumMap<>(Use.class);
  private final Map<String, Group> users = new HashMap<>();
  private final Queue<Waiter> waiters = new ArrayDeque<>();

  /**
   * A budget.
   *
   * @param heap the most bytes on the heap, at least 1
   * @param direct the most bytes in direct buffers, at least 1
   */
  public MemoryBudget(long heap, long direct) {
    if (heap < 1 || direct < 1) {
      throw new IllegalArgumentException("a budget of %d and %d bytes".formatted(heap, direct));
    }
    pools.put(Area.HEAP, new MemoryPool(heap));
    pools.put(Area.DIRECT, new MemoryPool(direct));
  }

  /**
   * The budget of a process: half of the heap that an idle host leaves, and three quarters of the
   * direct memory. The other parts are for what is not charged: garbage between collections,
   * fragments, the pools of libraries.
   *
   * @param greatestHeap {@link Runtime#maxMemory()}
   * @param greatestDirect -XX:MaxDirectMemorySize
   */
  public static MemoryBudget ofProcess(long greatestHeap, long greatestDirect) {
    return new MemoryBudget(
        Math.max(LEAST, (greatestHeap - IDLE_HEAP) / 2), Math.max(LEAST, greatestDirect / 4 * 3));
  }

  /** An account for a client that has logged in, or for a plugin. */
  public Account open() {
    return new Account(false);
  }

  /** An account for a client that has not logged in yet; see {@link Account#admit}. */
  public Account openForStranger() {
    return new Account(true);
  }

  /** How things are in an area. */
  public synchronized Level level(Area area) {
    MemoryPool pool = pool(area);
    return new Level(pool.limit, pool.used, pool.strangers, pool.strangersLimit());
  }

  /** How many bytes are charged for a use. */
  public synchronized long used(Use use) {
    return usedBy.getOrDefault(use, 0L);
  }

  /** How many charges for a use have been refused. */
  public synchronized long refusals(Use use) {
    return refusals.getOrDefault(use, 0L);
  }

  private MemoryPool pool(Area area) {
    MemoryPool pool = pools.get(area);
    if (pool == null) {
      throw new IllegalStateException(area.name());
    }
    return pool;
  }

  /** What one holder has charged. Thread-safe. */
  public final class Account implements AutoCloseable {
    private final Map<Use, Long> charged = new EnumMap<>(Use.class);
    private final Map<Area, Long> granted = new EnumMap<>(Area.class);
    private Group group = new Group();
    private @Nullable String user;
    private boolean stranger;
    private boolean closed;

    private Account(boolean stranger) {
      this.stranger = stranger;
    }

    /**
     * Charges bytes if there is room.
     *
     * @param bytes at least 0
     * @return false if there is no room, or the account is closed; then nothing has changed, and
     *     the refusal is counted
     */
    public boolean tryTake(Use use, long bytes) {
      synchronized (MemoryBudget.this) {
        if (take(use, bytes)) {
          return true;
        }
        refusals.merge(use, 1L, Long::sum);
        return false;
      }
    }

    /** As {@link #tryTake} without counting a refusal. Under the lock. */
    private boolean take(Use use, long bytes) {
      if (bytes < 0) {
        throw new IllegalArgumentException("%d bytes".formatted(bytes));
      }
      if (closed) {
        return false;
      }
      MemoryPool pool = pool(use.area);
      long mine = granted.getOrDefault(use.area, 0L);
      long wanted = roundUp(charged(use.area) + bytes);
      long more = Math.max(0, wanted - mine);
      if (more > 0 && !fits(pool, mine + more, group.granted(use.area) + more, more)) {
        return false;
      }
      charged.merge(use, bytes, Long::sum);
      usedBy.merge(use, bytes, Long::sum);
      grant(use.area, pool, more);
      return true;
    }

    private boolean fits(MemoryPool pool, long mine, long ours, long more) {
      if (stranger && mine > pool.strangersLimit() - pool.strangers - more) {
        return false;
      }
      return user == null ? pool.fits(ours, more) : pool.fitsUser(mine, ours, more);
    }

    private void grant(Area area, MemoryPool pool, long more) {
      pool.used += more;
      if (stranger) {
        pool.strangers += more;
      }
      granted.merge(area, more, Long::sum);
      group.grant(area, more);
    }

    private long charged(Area area) {
      long sum = 0;
      for (Map.Entry<Use, Long> entry : charged.entrySet()) {
        if (entry.getKey().area == area) {
          sum += entry.getValue();
        }
      }
      return sum;
    }

    /**
     * Charges bytes once there is room.
     *
     * @return completes when they are charged; at once where there is room. Cancel it to give up: a
     *     charge that was made is then given back. Fails with ENOMEM if there can never be room:
     *     the account is closed, or the bytes are more than one holder may have.
     */
    public CompletableFuture<Void> takeWhenFree(Use use, long bytes) {
      CompletableFuture<Void> taken = new CompletableFuture<>();
      attempt(use, bytes, taken);
      return taken;
    }

    private void attempt(Use use, long bytes, CompletableFuture<Void> taken) {
      boolean charged;
      synchronized (MemoryBudget.this) {
        if (taken.isDone()) {
          return;
        }
        charged = take(use, bytes);
        if (!charged && !closed && roundUp(bytes) <= pool(use.area).mostOfOne()) {
          Waiter waiter = new Waiter(this, use.area, () -> attempt(use, bytes, taken));
          waiters.add(waiter);
          var _ = taken.whenComplete((_, _) -> forget(waiter));
          return;
        }
      }
      if (!charged) {
        taken.completeExceptionally(
            new FsException(Errno.ENOMEM, "%d bytes of memory cannot be had".formatted(bytes)));
      } else if (!taken.complete(null)) {
        giveBack(use, bytes);
      }
    }

    /**
     * Charges bytes if there is room, as {@link #tryTake}; else calls back once when something of
     * the area has been given back, or this account is closed, so that the holder tries again. The
     * call comes on the thread that gave back and must not wait.
     *
     * @return false if there is no room now
     */
    public boolean tryTakeOr(Use use, long bytes, Runnable whenRoom) {
      synchronized (MemoryBudget.this) {
        if (tryTake(use, bytes)) {
          return true;
        }
        if (!closed) {
          waiters.add(new Waiter(this, use.area, whenRoom));
        }
        return false;
      }
    }

    /**
     * Gives back what was charged.
     *
     * @param bytes at most what is charged for the use; after {@link #close} nothing happens
     */
    public void giveBack(Use use, long bytes) {
      List<Waiter> woken;
      synchronized (MemoryBudget.this) {
        if (closed) {
          return;
        }
        long left = charged.getOrDefault(use, 0L) - bytes;
        if (bytes < 0 || left < 0) {
          throw new IllegalArgumentException(
              "%d bytes of %s given back, %d too many".formatted(bytes, use, -left));
        }
        charged.put(use, left);
        usedBy.merge(use, -bytes, Long::sum);
        MemoryPool pool = pool(use.area);
        long spare = granted.getOrDefault(use.area, 0L) - roundUp(charged(use.area));
        // One step is kept, so that a charge that comes and goes does not move the sum each time.
        if (spare <= MemoryPool.STEP && waiters.isEmpty()) {
          return;
        }
        grant(use.area, pool, -spare);
        woken = wake(use.area);
      }
      woken.forEach(w -> w.then.run());
    }

    /**
     * The client has logged in: it is a stranger no more.
     *
     * @param name who it is; what all accounts of one name have is added up
     */
    public void admit(String name) {
      synchronized (MemoryBudget.this) {
        if (closed || user != null) {
          return;
        }
        if (stranger) {
          granted.forEach((area, bytes) -> pool(area).strangers -= bytes);
        }
        stranger = false;
        user = name;
        group = users.computeIfAbsent(name, _ -> new Group());
        group.accounts++;
        granted.forEach(group::grant);
      }
    }

    /** The most bytes that this account may ever have charged for uses of this area. */
    public long most(Area area) {
      return pool(area).mostOfOne();
    }

    /** About how many bytes more could be charged now. */
    public long available(Use use) {
      synchronized (MemoryBudget.this) {
        MemoryPool pool = pool(use.area);
        long free = pool.limit - pool.used;
        long beside = free - pool.reserve() - group.granted(use.area);
        long most = stranger ? Math.min(free, pool.strangersLimit() - pool.strangers) : free;
        return closed ? 0 : Math.clamp(beside / 2, 0, Math.max(0, most));
      }
    }

    /** How many bytes are charged for a use. */
    public long charged(Use use) {
      synchronized (MemoryBudget.this) {
        return charged.getOrDefault(use, 0L);
      }
    }

    /** Gives everything back. A second call does nothing; later charges are refused. */
    @Override
    public void close() {
      List<Waiter> woken = new ArrayList<>();
      synchronized (MemoryBudget.this) {
        if (closed) {
          return;
        }
        new HashMap<>(granted).forEach((area, bytes) -> grant(area, pool(area), -bytes));
        charged.forEach((use, bytes) -> usedBy.merge(use, -bytes, Long::sum));
        charged.clear();
        closed = true;
        if (user != null && --group.accounts == 0) {
          users.remove(user);
        }
        for (Area area : Area.values()) {
          woken.addAll(wake(area));
        }
      }
      woken.forEach(w -> w.then.run());
    }
  }

  /** Under the lock: those that wait for an area, in the order in which they came. */
  private List<Waiter> wake(Area area) {
    if (waiters.isEmpty()) {
      return List.of();
    }
    List<Waiter> woken = new ArrayList<>();
    waiters.removeIf(
        waiter -> {
          boolean mine = waiter.area == area || waiter.account.closed;
          return mine && woken.add(waiter);
        });
    return woken;
  }

  private synchronized void forget(Waiter waiter) {
    waiters.remove(waiter);
  }

  private static long roundUp(long bytes) {
    return (bytes + MemoryPool.STEP - 1) / MemoryPool.STEP * MemoryPool.STEP;
  }

  /**
   * Waits for a charge on a thread that may wait.
   *
   * @throws FsException ENOMEM if there can never be room, EINTR if the thread's {@link
   *     Cancellation} is cancelled
   */
  public static void await(CompletableFuture<Void> charge) throws FsException {
    try {
      Waits.result(charge);
    } catch (FsException e) {
      // What was granted at the same moment is the caller's: nobody else would give it back.
      if (charge.cancel(false) || charge.isCompletedExceptionally()) {
        throw e;
      }
    }
  }
}
