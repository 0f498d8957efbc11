package dev.warren.server.host;

import dev.warren.api.Caller;
import dev.warren.api.DescriptorBudget.Refusal;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs clients that have too many files open, at most one line per interval however often they try.
 */
final class RefusedDescriptors implements Consumer<Refusal> {
  private static final Logger log = LoggerFactory.getLogger(RefusedDescriptors.class);
  private static final Duration BETWEEN_LINES = Duration.ofMinutes(1);

  private final long allowed;
  private final LongSupplier nanoTime;
  private boolean told;
  private long toldAt;
  private long untold;

  /**
   * @param allowed how many descriptors the process may have
   * @param nanoTime the clock, like {@link System#nanoTime}
   */
  RefusedDescriptors(long allowed, LongSupplier nanoTime) {
    this.allowed = allowed;
    this.nanoTime = nanoTime;
  }

  @Override
  public void accept(Refusal refusal) {
    long others = untoldIfDue();
    if (others < 0) {
      return;
    }
    log.warn(
        "{} has {} files open and can open no more (EMFILE): clients may have {} open together,"
            + " of {} file descriptors (ulimit -n, LimitNOFILE=); {} more refusals since the last"
            + " such line",
        who(refusal.holder()),
        refusal.held(),
        refusal.limit(),
        allowed,
        others);
  }

  /**
   * A caller without an address is the host itself: one plugin has files open inside another's
   * instance.
   */
  private static String who(Caller holder) {
    return holder.remoteAddress() == null
        ? "an instance of the host"
        : "%s (%s from %s)".formatted(holder.user(), holder.protocol(), holder.remoteAddress());
  }

  /** Returns how many refusals have not been logged if a line may be logged now; otherwise -1. */
  private synchronized long untoldIfDue() {
    long now = nanoTime.getAsLong();
    if (told && now - toldAt < BETWEEN_LINES.toNanos()) {
      untold++;
      return -1;
    }
    long others = untold;
    told = true;
    toldAt = now;
    untold = 0;
    return others;
  }
}
