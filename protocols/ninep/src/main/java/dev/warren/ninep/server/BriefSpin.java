package dev.warren.ninep.server;

import io.netty.channel.SelectStrategy;
import io.netty.channel.SelectStrategyFactory;
import io.netty.util.IntSupplier;

/**
 * Looks for the next request for some microseconds before an event loop goes to sleep: a client
 * that waits for its reply sends again right after it, and to wake a thread takes about as long as
 * everything else about a request. Whether it pays is learnt: where clients think for longer, or
 * other work needs the processor, an event loop sleeps as any other and only tries now and then.
 */
final class BriefSpin implements SelectStrategy {
  static final SelectStrategyFactory FACTORY = BriefSpin::new;

  /** A client on this machine answers within that, even if it has to be woken. */
  private static final long NANOS = 50_000;

  private static final int MOST_TRUST = 16;

  /** What one time in vain costs; so it goes on while a third of them are not. */
  private static final int MISS = 2;

  /** A time in vain that took that long was one in which the thread did not run. */
  private static final long PREEMPTED_NANOS = 4 * NANOS;

  /** Without trust, every so many sleeps it tries once. */
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
