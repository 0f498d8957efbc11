package dev.warren.server.plugin;

import dev.warren.api.config.DatabaseSettings;
import dev.warren.api.database.Database;
import dev.warren.database.Databases;
import dev.warren.database.OpenDatabase;
import dev.warren.server.bounded.BoundedCall;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The databases that an instance uses, closed together with it. Thread-safe. */
final class UsedDatabases implements AutoCloseable {
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(1);

  private final Databases databases;
  private final Troubles troubles = new Troubles();
  private final List<OpenDatabase> used = new ArrayList<>();
  private boolean closed;

  UsedDatabases(Databases databases) {
    this.databases = databases;
  }

  /** What is wrong with them. */
  Troubles troubles() {
    return troubles;
  }

  /**
   * One that does not answer is kept as well: who opens the instance again is told when it does.
   */
  Database open(DatabaseSettings settings) throws IOException {
    OpenDatabase database = databases.enter(settings);
    if (!isKept(database)) {
      database.close();
      throw new IOException("the instance is closed and can open no more databases");
    }
    database.watch(trouble -> troubles.say(database, trouble));
    String trouble = database.trouble();
    if (trouble != null) {
      throw new IOException(trouble);
    }
    return database;
  }

  private synchronized boolean isKept(OpenDatabase database) {
    return !closed && used.add(database);
  }

  /**
   * Closes all of them, even if an instance that hangs while closing still uses connections: those
   * end then.
   */
  @Override
  public void close() {
    List<OpenDatabase> all = taken();
    if (all.isEmpty()) {
      return;
    }
    try {
      boolean _ =
          BoundedCall.run(
              "closing databases", LONGEST_CLOSE, () -> all.forEach(OpenDatabase::close));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized List<OpenDatabase> taken() {
    closed = true;
    List<OpenDatabase> all = List.copyOf(used);
    used.clear();
    return all;
  }
}
