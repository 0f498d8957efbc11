package dev.warren.sqlfs;

import dev.warren.api.FileSystem;
import dev.warren.api.config.DatabaseSettings;
import dev.warren.api.config.Secret;
import dev.warren.sqlfs.names.Owner;
import dev.warren.testkit.TestContext;
import dev.warren.testkit.database.PostgresServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** The mount of a database on one of several hosts. */
final class TestHost {
  static final Owner OWNER = new Owner(7, 8);
  static final Duration LEASE = Duration.ofHours(1);

  /** Simulates more than a second between any two calls, so that nothing stays cached. */
  static LongSupplier forgetful() {
    AtomicLong ticks = new AtomicLong();
    return () -> ticks.addAndGet(2_000_000_000);
  }

  private TestHost() {}

  static DatabaseSettings sqlite(Path directory) {
    return DatabaseSettings.file(directory.resolve("shared.db"));
  }

  /** A new database on the server that all tests share. */
  static DatabaseSettings postgres() throws IOException, InterruptedException {
    return at(PostgresServer.shared().database());
  }

  /** The settings of the database with the given URL. */
  static DatabaseSettings at(String url) {
    return url.startsWith("jdbc:sqlite:")
        ? new DatabaseSettings(url, null, null, false)
        : new DatabaseSettings(
            url, PostgresServer.USER, new Secret(PostgresServer.PASSWORD), false);
  }

  static Instance.Settings settings(LongSupplier ticks) {
    return new Instance.Settings(
        1L << 40, 4096, 8 << 20, OWNER, "test", LEASE, InstantSource.system(), ticks);
  }

  static FileSystem open(TestContext context, DatabaseSettings database, Instance.Settings settings)
      throws IOException {
    return new SqlFileSystem(
        Instance.open(context.database(database), settings, context.logger()), OWNER);
  }
}
