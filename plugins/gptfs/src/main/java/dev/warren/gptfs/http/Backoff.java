package dev.warren.gptfs.http;

import dev.warren.gptfs.config.RetrySettings;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How long to wait before the next attempt: a random delay up to a limit that doubles, so that jobs
 * which failed together do not retry together.
 *
 * @see <a href="https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/">"Full
 *     jitter"</a>
 */
public final class Backoff {
  private final RetrySettings settings;
  private final RandomGenerator random;

  /** Delays within the limits of the settings. */
  public Backoff(RetrySettings settings, RandomGenerator random) {
    this.settings = settings;
    this.random = random;
  }

  /**
   * The delay after a number of attempts: random up to {@code base * 2^(attempts - 1)}, at most
   * {@code cap}, and added to what the endpoint asked for.
   *
   * @param attempts the number of attempts so far, at least 1
   * @param atLeast the pause that the endpoint asked for; null for none
   */
  public Duration after(int attempts, @Nullable Duration atLeast) {
    long cap = settings.cap().toMillis();
    long bound = settings.base().toMillis() << Math.min(attempts - 1, 20);
    Duration delay = Duration.ofMillis(random.nextLong(Math.min(cap, bound) + 1));
    return atLeast == null ? delay : atLeast.plus(delay);
  }
}
