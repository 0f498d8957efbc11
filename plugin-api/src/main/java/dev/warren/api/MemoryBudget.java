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
 * The memory that the whole host may spend on requests of clients: one budget for all connections,
 * protocols and plugins, because limits that hold one by one could exceed the heap together.
 *
 * <p>Each holder (a connection, or an instance of a plugin) has an {@link Account} and charges
 * memory before it allocates it. All accounts of one user count as one holder, however many
 * connections the user opens. After a charge, a holder may have at most as much as is free beyond a
 * reserve (the dynamic threshold of Choudhury and Hahne, 1998), so one holder gets at most three
 * eighths of the budget. The reserve, a quarter of the budget, is for holders that have little: a
 * user may always have an eighth of the free memory, any other account one part in 128. So
 * newcomers get memory even after hundreds of greedy holders. The last quarter of a user's share is
 * for those of the user's connections that hold little. Clients that have not logged in are
 * additionally limited to a small share together.
 *
 * <p>A refused charge has changed nothing. The holder then stops reading, or fails the newest
 * request with ENOMEM; see {@link Account#tryTakeOr} and {@link Account#takeWhenFree}. Thread-safe.
 */
public final class MemoryBudget {
  /** Live data of an idle host, which the heap must hold in addition to the budget. */
  private static final long IDLE_HEAP = 48L << 20;

  private static final long LEAST = 8L << 20;

  /** Where memory is allocated. Each area has a limit of its own. */
  public enum Area {
    /** The Java heap. */
    HEAP,
    /** Direct buffers, outside the heap. */
    DIRECT
  }

  /** What memory is charged for. */
  public enum Use {
    /** Incoming and outgoing packets and messages, on the heap. */
    PACKETS(Area.HEAP),
    /** Packets and messages in direct buffers. */
    BUFFERS(Area.DIRECT),
    /** Requests that wait for a reply, with their cancellation and bookkeeping. */
    REQUESTS(Area.HEAP),
    /** 9P's fids. */
    FIDS(Area.HEAP),
    /** Open files and directories. */
    HANDLES(Area.HEAP),
    /** Byte-range locks, both held and waiting. */
    LOCKS(Area.HEAP),
    /** Directory entries read ahead. */
    LISTINGS(Area.HEAP),
    /** The values of extended attributes in transit. */
    XATTRS(Area.HEAP),
    /** Complete file contents that a plugin holds in memory. */
    CONTENTS(Area.HEAP);

    private final Area area;

    Use(Area area) {
      this.area = area;
    }

    /** The area in which this memory is allocated. */
    public Area area() {
      return area;
    }
  }

  /**
   * The state of one area, in bytes.
   *
   * @param limit the most that may be charged
   * @param used how much is charged, rounded up to the steps in which accounts charge
   * @param strangers how much of it belongs to clients that have not logged in
   * @param strangersLimit the most that clients that have not logged in may hold together
   */
  public record Level(long limit, long used, long strangers, long strangersLimit) {}

  /** Accounts that count together: all those of one user, or a single account without a user. */
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
   * Creates a budget.
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
   * Returns the budget of a process: half of the heap that an idle host leaves free, and three
   * quarters of the direct memory. The remainder is for memory that is not charged: garbage between
   * collections, fragmentation, the pools of libraries.
   *
   * @param greatestHeap {@link Runtime#maxMemory()}
   * @param greatestDirect -XX:MaxDirectMemorySize
   */
  public static MemoryBudget ofProcess(long greatestHeap, long greatestDirect) {
    return new MemoryBudget(
        Math.max(LEAST, (greatestHeap - IDLE_HEAP) / 2), Math.max(LEAST, greatestDirect / 4 * 3));
  }

  /** Opens an account for a client that has logged in, or for a plugin. */
  public Account open() {
    return new Account(false);
  }

  /** Opens an account for a client that has not logged in yet; see {@link Account#admit}. */
  public Account openForStranger() {
    return new Account(true);
  }

  /** Returns the state of an area. */
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

  /** The memory that one holder has charged. Thread-safe. */
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
     * Charges bytes if they are available.
     *
     * @param bytes at least 0
     * @return false if they are not available or the account is closed; then nothing has changed,
     *     and the refusal is counted
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

    /** Like {@link #tryTake}, but does not count a refusal. Called under the lock. */
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
     * Charges bytes as soon as they are available.
     *
     * @return a future that completes when the bytes are charged, which may be immediately. Cancel
     *     it to give up; a charge that was made is then given back. It fails with ENOMEM if the
     *     bytes can never be charged: the account is closed, or they exceed what one holder may
     *     have.
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
            new FsException(Errno.ENOMEM, "%d bytes of memory are not available".formatted(bytes)));
      } else if (!taken.complete(null)) {
        giveBack(use, bytes);
      }
    }

    /**
     * Charges bytes if they are available, as {@link #tryTake}. Otherwise it calls back once, when
     * memory of the same area is given back or this account is closed, so that the holder can try
     * again. The callback runs on the thread that gave the memory back, and must not block.
     *
     * @return false if the bytes are not available now
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
     * Gives charged bytes back.
     *
     * @param bytes at most the bytes charged for this use; after {@link #close} the call does
     *     nothing
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
        // One spare step is retained, so that repeated small charges do not update the shared sum
        // each time.
        if (spare <= MemoryPool.STEP && waiters.isEmpty()) {
          return;
        }
        grant(use.area, pool, -spare);
        woken = wake(use.area);
      }
      woken.forEach(w -> w.then.run());
    }

    /**
     * Records that the client has logged in and is no longer a stranger.
     *
     * @param name the user's name; all accounts of one name count together
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

    /** The most bytes of this area that this account can ever have charged. */
    public long most(Area area) {
      return pool(area).mostOfOne();
    }

    /** Approximately how many more bytes could be charged now. */
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

    /** Gives all charged bytes back. A second call does nothing; later charges are refused. */
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

  /** Removes and returns the waiters for an area, first come first. Called under the lock. */
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
   * Waits for a charge, on a thread that may block.
   *
   * @throws FsException ENOMEM if the bytes can never be charged, EINTR if the thread's {@link
   *     Cancellation} is cancelled
   */
  public static void await(CompletableFuture<Void> charge) throws FsException {
    try {
      Waits.result(charge);
    } catch (FsException e) {
      // If the charge was granted at the same moment, the caller keeps it: no other code would give
      // it back.
      if (charge.cancel(false) || charge.isCompletedExceptionally()) {
        throw e;
      }
    }
  }
}
