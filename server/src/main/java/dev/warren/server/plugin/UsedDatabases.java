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
  private final DatabaseProblems problems = new DatabaseProblems();
  private final List<OpenDatabase> used = new ArrayList<>();
  private boolean closed;

  UsedDatabases(Databases databases) {
    this.databases = databases;
  }

  /** The problems of these databases. */
  DatabaseProblems problems() {
    return problems;
  }

  /**
   * Adds a database, even one that does not respond, so that a caller that wants to open the
   * instance again can be notified when it responds.
   */
  Database open(DatabaseSettings settings) throws IOException {
    OpenDatabase database = databases.enter(settings);
    if (!isKept(database)) {
      database.close();
      throw new IOException("the instance is closed and can open no more databases");
    }
    database.watch(trouble -> problems.say(database, trouble));
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
   * Closes all databases, even if an instance that hangs while closing still uses connections:
   * these connections are then closed.
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
