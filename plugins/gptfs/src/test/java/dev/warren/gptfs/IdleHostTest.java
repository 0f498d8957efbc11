package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.testkit.database.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The queries that an idle host sends to its database. */
@Tag("slow")
class IdleHostTest {
  private static final String BEAT = "INSERT INTO gptfs_hosts";

  /** The usual lease, which is renewed every ten seconds. */
  private static final Duration LEASE = Duration.ofSeconds(30);

  /** Two windows of ten seconds: one alone has one poll or two, which are ten seconds apart too. */
  private static final int WINDOWS = 2;

  private static final int MOST_IN_TWENTY_SECONDS = 40;

  @TempDir Path directory;

  private static List<String> statements(PostgresServer server) throws Exception {
    return Files.readAllLines(server.log()).stream()
        .filter(line -> line.contains("LOG:  execute ") || line.contains("LOG:  statement: "))
        .toList();
  }

  private static List<Integer> beats(List<String> statements) {
    return IntStream.range(0, statements.size())
        .filter(i -> statements.get(i).contains(BEAT))
        .boxed()
        .toList();
  }

  @Test
  void anIdleHostMakesFewerThanTwoStatementsASecond() throws Exception {
    try (PostgresServer server = PostgresServer.startOwn("log_statement = 'all'");
        SharedHosts hosts = new SharedHosts(directory)) {
      hosts.database = SharedHosts.settings(server.database());
      Mount host = hosts.limited(LEASE, 4, 4);
      int begun = beats(statements(server)).size();
      Until.holds("beats", () -> beats(statements(server)).size() > begun + WINDOWS);
      List<String> all = statements(server);
      List<Integer> beats = beats(all);
      List<String> idle = all.subList(beats.get(begun), beats.get(begun + WINDOWS));
      assertThat(idle)
          .hasSizeLessThan(MOST_IN_TWENTY_SECONDS)
          .anyMatch(line -> line.contains("FROM gptfs_settings"));
      hosts.hosts.remove(host);
      host.close();
    }
  }
}
