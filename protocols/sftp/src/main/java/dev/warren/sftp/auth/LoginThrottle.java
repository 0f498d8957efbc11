package dev.warren.sftp.auth;

import dev.warren.frontend.Source;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Slows down who guesses: the answer to a failed log-in comes later with each failure from the same
 * address (for IPv6 the same /64 network). Remembers a bounded number of addresses. Thread-safe.
 */
public final class LoginThrottle {
  /** A client with a handful of keys tries each; that is no guessing. */
  private static final int FREE_FAILURES = 3;

  private static final Duration FIRST_DELAY = Duration.ofMillis(250);
  private static final Duration FORGET_AFTER = Duration.ofMinutes(10);
  private static final int MAX_ADDRESSES = 10_000;

  private final InstantSource clock;
  private final Duration longest;
  private final Map<Source, Failures> failures =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Source, Failures> eldest) {
          return size() > MAX_ADDRESSES;
        }
      };

  private record Failures(int count, Instant last) {}

  /**
   * A throttle.
   *
   * @param longest the longest delay; zero for none at all
   */
  public LoginThrottle(InstantSource clock, Duration longest) {
    this.clock = clock;
    this.longest = longest;
  }

  /** Notes a failure; how long its answer is to wait. */
  public synchronized Duration failed(InetAddress address) {
    Instant now = clock.instant();
    Source source = Source.of(address);
    Failures before = failures.get(source);
    int count =
        before == null || before.last.plus(FORGET_AFTER).isBefore(now) ? 1 : before.count + 1;
    failures.put(source, new Failures(count, now));
    if (count <= FREE_FAILURES) {
      return Duration.ZERO;
    }
    int doublings = Math.min(count - FREE_FAILURES - 1, 20);
    Duration delay = FIRST_DELAY.multipliedBy(1L << doublings);
    return delay.compareTo(longest) < 0 ? delay : longest;
  }

  /**
   * Notes a success: what the same client tried before it is forgiven. What others at the address
   * have tried is not, or whoever may log in could guess the passwords of others at leisure.
   *
   * @param forgiven failures of the connection that has now logged in
   */
  public synchronized void succeeded(InetAddress address, int forgiven) {
    failures.computeIfPresent(
        Source.of(address),
        (_, before) ->
            before.count > forgiven ? new Failures(before.count - forgiven, before.last) : null);
  }
}
