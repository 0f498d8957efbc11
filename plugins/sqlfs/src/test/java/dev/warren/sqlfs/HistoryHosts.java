package dev.warren.sqlfs;

import static dev.warren.testkit.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.api.config.DatabaseSettings;
import dev.warren.api.config.Secret;
import dev.warren.api.database.Database;
import dev.warren.sqlfs.check.Check;
import dev.warren.testkit.Race;
import dev.warren.testkit.TestContext;
import dev.warren.testkit.database.PostgresServer;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Two hosts on one PostgreSQL database, each with connections of its own and several threads, while
 * another thread cuts connections.
 */
final class HistoryHosts implements AutoCloseable {
  static final int HOSTS = 2;
  private static final int THREADS = 3;

  /** The approximate number of calls between two cuts. */
  private static final int CALLS_PER_CUT = 25;

  private static @Nullable String database;

  private final TestContext context;
  private final String url;
  private final Database server;
  private final List<FileSystem> hosts = new ArrayList<>();

  /**
   * @param cacheBytes the size of each host's cache
   * @param ticks the clock that hosts use for the age of cached values
   */
  HistoryHosts(Path directory, long cacheBytes, LongSupplier ticks)
      throws IOException, InterruptedException {
    context = TestContext.in(directory);
    url = emptyDatabase();
    server = context.database(settings(PostgresServer.shared().url("postgres")));
    for (int host = 0; host < HOSTS; host++) {
      Instance.Settings defaults = TestHost.settings(ticks);
      hosts.add(
          TestHost.open(
              context,
              settings(url + "?ApplicationName=" + applicationName(host)),
              new Instance.Settings(
                  defaults.limit(),
                  defaults.chunkSize(),
                  cacheBytes,
                  defaults.owner(),
                  "host " + host,
                  defaults.lease(),
                  defaults.clock(),
                  ticks)));
    }
  }

  /**
   * One database for all histories, because creating and removing hundreds of databases takes long.
   */
  private static synchronized String emptyDatabase() throws IOException, InterruptedException {
    if (database == null) {
      database = PostgresServer.shared().database();
    }
    PostgresServer.shared().sql(database, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    return database;
  }

  private static DatabaseSettings settings(String url) {
    return new DatabaseSettings(
        url, PostgresServer.USER, new Secret(PostgresServer.PASSWORD), false);
  }

  private static String applicationName(int host) {
    return "host-" + host;
  }

  /** The hosts' mounts. */
  List<FileSystem> all() {
    return hosts;
  }

  /** The action that each thread repeats. */
  @FunctionalInterface
  interface Work {
    void on(int host, FileSystem fs, Random random);
  }

  /**
   * Lets all threads of all hosts work.
   *
   * @param calls how often each thread repeats its work
   */
  void run(long seed, int calls, boolean cuts, Work work) throws Exception {
    int workers = HOSTS * THREADS;
    AtomicInteger done = new AtomicInteger();
    Race.run(
        cuts ? workers + 1 : workers,
        index -> {
          Random random = new Random(seed * (workers + 1) + index);
          if (index == workers) {
            cut(random, done, workers * calls);
            return;
          }
          int host = index % HOSTS;
          for (int call = 0; call < calls; call++) {
            try {
              work.on(host, hosts.get(host), random);
            } finally {
              done.incrementAndGet();
            }
          }
        });
    for (FileSystem fs : hosts) {
      await().until(() -> answers(fs));
    }
  }

  private static boolean answers(FileSystem fs) throws FsException {
    try {
      fs.rmdir(VfsPath.ROOT.resolve("none"));
      return false;
    } catch (FsException e) {
      if (e.errno() != Errno.EIO && e.errno() != Errno.ENOENT) {
        throw e;
      }
      return e.errno() == Errno.ENOENT;
    }
  }

  /** Cuts connections, again and again, until all calls are made. */
  private void cut(Random random, AtomicInteger done, int calls) throws Exception {
    for (int next = CALLS_PER_CUT; next < calls; next += 1 + random.nextInt(2 * CALLS_PER_CUT)) {
      int then = next;
      await().until(() -> done.get() >= then);
      if (random.nextBoolean()) {
        terminate("application_name = '%s'".formatted(applicationName(random.nextInt(HOSTS))));
      } else {
        terminate("state <> 'idle' ORDER BY random() LIMIT 1");
      }
    }
  }

  private void terminate(String which) throws Exception {
    try (Connection connection = server.getConnection();
        PreparedStatement s =
            connection.prepareStatement(
                "SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid FROM pg_stat_activity"
                    + " WHERE datname = ? AND "
                    + which
                    + ") AS victims")) {
      s.setString(1, url.substring(url.lastIndexOf('/') + 1));
      try (ResultSet rows = s.executeQuery()) {
        assertThat(rows.next()).isTrue();
      }
    }
  }

  /** Ends the hosts; returns the damage that is found in their database. */
  List<String> problems() throws Exception {
    end();
    try (Connection connection = context.database(settings(url)).getConnection()) {
      return Check.problems(connection);
    }
  }

  private void end() throws FsException {
    for (FileSystem fs : hosts) {
      fs.close();
    }
  }

  @Override
  public void close() throws FsException {
    try {
      end();
    } finally {
      context.close();
    }
  }
}
