package dev.warren.ninep.server;

import io.netty.channel.SelectStrategy;
import io.netty.channel.SelectStrategyFactory;
import io.netty.util.IntSupplier;

/**
 * Polls for the next request for some microseconds before an event loop sleeps: a client that waits
 * for its reply sends its next request right after it, and waking a thread takes about as long as
 * everything else about a request. The strategy adapts: where clients pause for longer, or other
 * work needs the processor, the event loop sleeps as usual and polls only now and then.
 */
final class BriefSpin implements SelectStrategy {
  static final SelectStrategyFactory FACTORY = BriefSpin::new;

  /** A client on this machine sends within this time, even if its thread has to be woken. */
  private static final long NANOS = 50_000;

  private static final int MOST_TRUST = 16;

  /**
   * How much trust a failed poll costs. Polling continues while at least a third of the polls
   * succeed.
   */
  private static final int MISS = 2;

  /** If a failed poll took this long, the thread was preempted. */
  private static final long PREEMPTED_NANOS = 4 * NANOS;

  /** Without trust, one in this many sleeps is preceded by a poll. */
  private static final int RETRY = 64;

  private int trust;
  private int sleeps;

  @Override
  public int calculateStrategy(IntSupplier selectNow, boolean hasTasks) throws Exception {
    if (hasTasks) {
      return selectNow.get();
    }
    if (trust == 0 && ++sleeps % RETRY != 0) {
      return SELECT;
    }
    long start = System.nanoTime();
    long passed;
    do {
      int ready = selectNow.get();
      if (ready > 0) {
        trust = Math.min(MOST_TRUST, trust + 1);
        return ready;
      }
      Thread.onSpinWait();
      passed = System.nanoTime() - start;
    } while (passed < NANOS);
    trust = passed > PREEMPTED_NANOS ? 0 : Math.max(0, trust - MISS);
    return SELECT;
  }
}
