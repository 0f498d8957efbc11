package dev.warren.sqlfs.history;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** Records calls. Thread-safe. */
public final class Recorder<C> {
  private final AtomicLong clock = new AtomicLong();
  private final Queue<Event<C>> events = new ConcurrentLinkedQueue<>();

  /** A call. */
  @FunctionalInterface
  public interface Attempt {
    /** Makes the call, and returns its result. */
    String run() throws FsException;
  }

  /** Creates a recorder of an empty history. */
  public Recorder() {}

  /** A number greater than all earlier ones. */
  public long now() {
    return clock.incrementAndGet();
  }

  /** The last number that was given, or a later one. */
  public long last() {
    return clock.get();
  }

  /**
   * Makes a call on a host, and records it. A call that fails with EIO may have happened; any other
   * error is its result.
   */
  public void record(int host, C call, Attempt attempt) {
    long start = now();
    try {
      String result = attempt.run();
      events.add(Event.known(host, call, result, start, now()));
    } catch (FsException e) {
      events.add(
          e.errno() == Errno.EIO
              ? Event.unknown(host, call, start)
              : Event.known(host, call, e.errno().name(), start, now()));
    }
  }

  /** The events that were recorded so far. */
  public List<Event<C>> events() {
    return List.copyOf(events);
  }
}
