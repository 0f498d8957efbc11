package dev.warren.sftp.auth;

import dev.warren.frontend.Source;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Slows down password guessing: the reply to a failed login is delayed longer with each failure
 * from the same address (for IPv6, the same /64 network). Remembers a limited number of addresses.
 * Thread-safe.
 */
public final class LoginThrottle {
  /** A client with several keys tries each of them; such failures are no guesses. */
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
   * Creates a throttle.
   *
   * @param longest the maximum delay; zero for no delays
   */
  public LoginThrottle(InstantSource clock, Duration longest) {
    this.clock = clock;
    this.longest = longest;
  }

  /** Records a failure. Returns how long to delay the reply. */
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
   * Records a success: the same client's earlier failures are forgotten. Failures of other clients
   * at the address are not, or else a user who may log in could guess other users' passwords
   * without delay.
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
