package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.config.Config;
import dev.warren.api.config.DatabaseSettings;
import dev.warren.api.config.Secret;
import dev.warren.memfs.MemfsPlugin;
import dev.warren.testkit.TestContext;
import dev.warren.testkit.database.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Hosts that share the jobs of a PostgreSQL database, and the files of one file system. */
final class SharedHosts implements AutoCloseable {
  /** A lease longer than any test takes, so that such a host never counts as dead by itself. */
  static final Duration LONG = Duration.ofMinutes(10);

  static final Duration SHORT = Duration.ofSeconds(1);

  final FakeModel model = new FakeModel();
  final FileSystem files;
  final List<Mount> hosts = new ArrayList<>();
  private final Path directory;
  private final List<TestContext> contexts = new ArrayList<>();

  /** The database of the next host. */
  DatabaseSettings database;

  SharedHosts(Path directory) throws Exception {
    this.directory = directory;
    MemfsPlugin memory = new MemfsPlugin();
    Config config = memory.configSpec().parse(Map.of()).orThrow();
    files = memory.open(TestContext.in(directory), config);
    database = settings(PostgresServer.shared().database());
  }

  static DatabaseSettings settings(String url) {
    return new DatabaseSettings(
        url, PostgresServer.USER, new Secret(PostgresServer.PASSWORD), false);
  }

  /** Starts one more host. */
  Mount host(Duration lease, int workers) throws Exception {
    return host(lease, workers, UnaryOperator.identity());
  }

  /** Starts one more host, with additional configuration keys. */
  Mount host(Duration lease, Map<String, ?> more) throws Exception {
    Map<String, Object> config = Mount.config(model.url());
    config.putAll(more);
    return open(lease, config, files);
  }

  /** Starts one more host, with a wrapper around the files. */
  Mount host(Duration lease, int workers, UnaryOperator<FileSystem> wrapper) throws Exception {
    Map<String, Object> config = Mount.config(model.url());
    config.put("workers", workers);
    return open(lease, config, wrapper.apply(files));
  }

  /** Starts one more host, with a clock that the test moves. */
  Mount manual(Duration lease, UnaryOperator<FileSystem> wrapper) throws Exception {
    Mount host =
        Mount.open(
            wrapper.apply(files),
            TestDatabase.shared(database, lease),
            new ManualTimers(),
            Mount.config(model.url()));
    hosts.add(host);
    return host;
  }

  /** Starts one more host, which limits the calls of all hosts. */
  Mount limited(Duration lease, int workers, int maxCalls) throws Exception {
    Map<String, Object> config = Mount.config(model.url());
    config.put("workers", workers);
    config.put("max_calls", maxCalls);
    config.remove("inner");
    config.put(
        "database",
        Map.of(
            "url", database.url(),
            "user", PostgresServer.USER,
            "password", PostgresServer.PASSWORD));
    return open(lease, config, files);
  }

  /** Starts one more host, with this configuration. */
  Mount open(Duration lease, Map<String, Object> config, FileSystem inner) throws Exception {
    Mount host = Mount.open(inner, TestDatabase.shared(database, lease), config);
    hosts.add(host);
    return host;
  }

  /** The first value of a query's result, or the number of changed rows. */
  String ask(String question) throws Exception {
    // Not from the hosts' pool, which a busy machine may use up for longer than a caller may wait:
    // another URL has another pool.
    try (TestContext context = TestContext.in(directory);
        Connection connection =
            context.database(settings(database.url() + "?ApplicationName=test")).getConnection();
        Statement statement = connection.createStatement()) {
      if (!statement.execute(question)) {
        return Integer.toString(statement.getUpdateCount());
      }
      ResultSet rows = statement.getResultSet();
      return rows.next() ? String.valueOf(rows.getString(1)) : "nothing";
    }
  }

  /** Opens a separate connection to the database, which the caller closes. */
  Connection connect() throws Exception {
    TestContext context = TestContext.in(directory);
    contexts.add(context);
    return context.database(database).getConnection();
  }

  /** Makes the other hosts consider this one dead, as if it had been stopped. */
  void expire(Mount host) throws Exception {
    assertThat(
            ask(
                "UPDATE gptfs_hosts SET seen_at = 1, lease_until = 2 WHERE id = '%s'"
                    .formatted(host.host())))
        .isEqualTo("1");
  }

  void awaitCalls(int calls) throws Exception {
    Until.holds(calls + " calls", () -> model.calls() >= calls);
  }

  @Override
  public void close() throws FsException {
    for (Mount host : hosts) {
      host.close();
    }
    contexts.forEach(TestContext::close);
    files.close();
    model.close();
  }
}
