package dev.warren.sftp.auth;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
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
  private final Map<Object, Failures> failures =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Object, Failures> eldest) {
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
    Object network = network(address);
    Failures before = failures.get(network);
    int count =
        before == null || before.last.plus(FORGET_AFTER).isBefore(now) ? 1 : before.count + 1;
    failures.put(network, new Failures(count, now));
    if (count <= FREE_FAILURES) {
      return Duration.ZERO;
    }
    int doublings = Math.min(count - FREE_FAILURES - 1, 20);
    Duration delay = FIRST_DELAY.multipliedBy(1L << doublings);
    return delay.compareTo(longest) < 0 ? delay : longest;
  }

  /** Notes a success: the address starts anew. */
  public synchronized void succeeded(InetAddress address) {
    failures.remove(network(address));
  }

  private static Object network(InetAddress address) {
    if (address instanceof Inet6Address six) {
      return ByteBuffer.wrap(six.getAddress()).getLong();
    }
    return address;
  }
}
