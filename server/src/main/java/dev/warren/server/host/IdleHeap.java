package dev.warren.server.host;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Returns the heap's unused memory to the operating system once the host is idle. The serial
 * collector does that only in a full collection, and an idle host has none by itself.
 *
 * <p>The host counts as idle after an interval without any collection, in which it has allocated
 * next to nothing.
 */
final class IdleHeap implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(30);

  /** A heap of no more bytes than this is not worth a collection. */
  static final long SMALL = 96L << 20;

  /** With more live bytes than this, a full collection stops the host for a noticeable time. */
  static final long MANY_ALIVE = 256L << 20;

  /** How many intervals lie between two collections if there are many live bytes. */
  static final int RARELY = 120;

  private final Heap heap;
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("idle-heap").factory());
  private long seen;
  private long collected = -1;
  private long alive;
  private int intervals;

  IdleHeap() {
    this(new ProcessHeap());
  }

  IdleHeap(Heap heap) {
    this.heap = heap;
    seen = heap.collections();
  }

  /** The heap of a process. */
  interface Heap {
    /** Bytes that it has from the operating system. */
    long committed();

    /** Bytes that are in use, garbage included. */
    long used();

    /** The number of collections of any kind so far. */
    long collections();

    /** Makes a full collection. */
    void collect();
  }

  private static final class ProcessHeap implements Heap {
    @Override
    public long committed() {
      return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
    }

    @Override
    public long used() {
      return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @Override
    public long collections() {
      return ManagementFactory.getGarbageCollectorMXBeans().stream()
          .mapToLong(GarbageCollectorMXBean::getCollectionCount)
          .sum();
    }

    @Override
    public void collect() {
      System.gc();
    }
  }

  void start() {
    long millis = INTERVAL.toMillis();
    var _ = timer.scheduleWithFixedDelay(this::look, millis, millis, TimeUnit.MILLISECONDS);
  }

  /** Collects if the host is idle and has collected garbage since the last time. */
  void look() {
    long now = heap.collections();
    boolean idle = now == seen;
    seen = now;
    intervals++;
    boolean isCheap = alive <= MANY_ALIVE || intervals >= RARELY;
    if (idle && now != collected && heap.committed() > SMALL && isCheap) {
      intervals = 0;
      heap.collect();
      alive = heap.used();
      collected = heap.collections();
      seen = collected;
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
