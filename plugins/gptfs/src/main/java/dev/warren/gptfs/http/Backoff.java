package dev.warren.gptfs.http;

import dev.warren.gptfs.config.RetrySettings;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How long to wait before the next attempt: any time up to a bound that doubles, so that jobs which
 * failed together do not come back together.
 *
 * @see <a href="https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/">"Full
 *     jitter"</a>
 */
public final class Backoff {
  private final RetrySettings settings;
  private final RandomGenerator random;

  /** Delays within the settings' bounds. */
  public Backoff(RetrySettings settings, RandomGenerator random) {
    this.settings = settings;
    this.random = random;
  }

  /**
   * The delay after so many attempts.
   *
   * @param attempts made so far, at least 1
   * @param atLeast what the endpoint asked for; null for nothing
   */
  public Duration after(int attempts, @Nullable Duration atLeast) {
    long cap = settings.cap().toMillis();
    long bound = settings.base().toMillis() << Math.min(attempts - 1, 20);
    Duration delay = Duration.ofMillis(random.nextLong(Math.min(cap, bound) + 1));
    return atLeast == null ? delay : atLeast.plus(delay);
  }
}
