package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.gptfs.time.SharedTimers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hosts that share their jobs use one clock, that of the database, even if their own clocks are
 * wrong.
 */
class SharedClockTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir private Path directory;

  /**
   * The host's own clock shows another day, but the times in its statuses must be those of the
   * database: other hosts read them and wait for them.
   */
  @Test
  void timesAreThoseOfTheDatabase() throws Exception {
    try (SharedHosts hosts = new SharedHosts(directory)) {
      Mount host = hosts.manual(SharedHosts.LONG, UnaryOperator.identity());
      long before = databaseTime(hosts);
      host.put("inbox/x.txt", "x");
      host.clock().run();
      host.awaitState("x", "completed");
      // The host knows the database's clock only within a tolerance.
      assertThat(Instant.parse(host.status("x").path("finished_at").asString()))
          .isBetween(
              Instant.ofEpochMilli(before).minusSeconds(5),
              Instant.ofEpochMilli(databaseTime(hosts)).plusSeconds(5));
    }
  }

  private static long databaseTime(SharedHosts hosts) throws Exception {
    return Long.parseLong(
        hosts.ask("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"));
  }

  @Test
  void aHostsOwnClockCountsOnlyUntilTheSharedOneIsKnown() {
    ManualTimers own = new ManualTimers();
    SharedTimers shared = new SharedTimers(own);
    assertThat(shared.instant()).isEqualTo(own.instant());
    Instant time = own.instant().plus(HOUR);
    shared.set(time);
    own.set(HOUR.multipliedBy(-3)); // as an administrator could set it
    assertThat(shared.instant()).isEqualTo(time);
    own.advance(Duration.ofMinutes(1));
    assertThat(shared.instant()).isEqualTo(time.plusSeconds(60));
  }

  /** Otherwise the time would go back and forth with each reading. */
  @Test
  void aReadingThatIsOnlyLateChangesNothing() {
    ManualTimers own = new ManualTimers();
    SharedTimers shared = new SharedTimers(own);
    Instant time = own.instant();
    shared.set(time.minusMillis(900));
    assertThat(shared.instant()).isEqualTo(time);
    shared.set(time.minusMillis(1100));
    assertThat(shared.instant()).isEqualTo(time.minusMillis(1100));
  }
}
