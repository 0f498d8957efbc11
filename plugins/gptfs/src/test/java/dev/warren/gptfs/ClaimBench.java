package dev.warren.gptfs;

import dev.warren.gptfs.job.Input;
import dev.warren.gptfs.job.JobRecord;
import dev.warren.gptfs.store.DatabaseStore;
import dev.warren.gptfs.store.SharedJobs;
import dev.warren.testkit.database.PostgresServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32C;
import javax.sql.DataSource;

/**
 * Measures, by hand, what claiming a job costs beside many that wait. Prints the rows of a table;
 * bench/hosts runs it.
 */
final class ClaimBench {
  private static final int ROUNDS = 3;
  private static final int CLAIMS = 500;
  private static final int WARM_UP = 1000;
  private static final int AT_ONCE = 100_000;

  private ClaimBench() {}

  /** Runs. */
  public static void main(String[] arguments) throws Exception {
    double _ = measure(10); // the JVM compiles what is executed often
    Map<Integer, List<Double>> rounds = new LinkedHashMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      for (int waiting : new int[] {10, 1_000, 100_000, 1_000_000}) {
        rounds.computeIfAbsent(waiting, _ -> new ArrayList<>()).add(measure(waiting));
      }
    }
    double few = median(rounds.getOrDefault(10, List.of()));
    rounds.forEach(
        (waiting, millis) ->
            System.out.printf(
                "| %,d | %.2f | %.2f |%n", waiting, median(millis), median(millis) / few));
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }

  private static double measure(int waiting) throws Exception {
    TestDatabase database =
        TestDatabase.shared(
            SharedHosts.settings(PostgresServer.shared().database()), Duration.ofMinutes(10));
    DataSource source = database.open();
    try (DatabaseStore store =
        DatabaseStore.open(
            source,
            false,
            true,
            database.member(),
            () -> {},
            _ -> {},
            System.getLogger("claim-bench"))) {
      SharedJobs shared = Objects.requireNonNull(store.shared());
      var _ = shared.beat(0);
      load(source, waiting);
      String lane = "";
      long[] nanos = new long[CLAIMS];
      for (int i = -WARM_UP; i < CLAIMS; i++) {
        long begin = System.nanoTime();
        List<SharedJobs.Taken> taken = shared.claim(1, lane);
        if (i >= 0) {
          nanos[i] = System.nanoTime() - begin;
        }
        lane = taken.getFirst().lane();
        free(source);
      }
      Arrays.sort(nanos);
      return nanos[CLAIMS / 2] / 1e6;
    } finally {
      database.close();
    }
  }

  private static void load(DataSource source, int waiting) throws Exception {
    byte[] description =
        JobRecord.fresh("W%025d".formatted(0), "d/x.txt", "d/x", "default")
            .settling(false, 1, "")
            .queued(Input.NONE, new JobRecord.Route("default", "m", false, false), Instant.EPOCH)
            .row(true)
            .description();
    CRC32C crc = new CRC32C();
    crc.update(description);
    try (Connection connection = source.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                """
                INSERT INTO gptfs_jobs (id, source, base, state, ended, told, seen, answer_bytes, attempt, fence, changed_at,
                  description, checksum, lane)
                SELECT 'W' || lpad(n::text, 25, '0'), n % 100 || '/' || n || '.txt', n % 100 || '/' || n, 'QUEUED', 0, 1, 0, 0, 0,
                  1, 0, ?, ?, md5((n % 100)::text) FROM generate_series(?, ?) AS n
                """)) {
      insert.setBytes(1, description);
      insert.setLong(2, crc.getValue());
      for (int first = 1; first <= waiting; first += AT_ONCE) { // statements are limited in time
        insert.setInt(3, first);
        insert.setInt(4, Math.min(waiting, first + AT_ONCE - 1));
        insert.executeUpdate();
      }
    }
    execute(source, "VACUUM ANALYZE gptfs_jobs"); // as PostgreSQL does by itself after a while
  }

  /** Not measured: the claimed job waits again. */
  private static void free(DataSource source) throws Exception {
    execute(
        source,
        "UPDATE gptfs_jobs SET lease_owner = NULL, fence = fence + 1 WHERE lease_owner IS NOT"
            + " NULL");
  }

  private static void execute(DataSource source, String sql) throws Exception {
    try (Connection connection = source.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.execute();
    }
  }
}
