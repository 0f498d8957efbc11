package dev.warren.database;

import com.zaxxer.hikari.HikariConfig;
import dev.warren.api.Reason;
import dev.warren.api.database.Database;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** A file of this process's. */
final class SqliteBackend implements Backend {
  /** One of them writes, the others read beside it. */
  private static final int MOST_CONNECTIONS = 8;

  /** How long somebody waits for a connection when all are taken. */
  private static final int PATIENCE_MILLIS = 10_000;

  private final Path file;
  private final boolean replaceable;
  private final Health health = new Health();
  private final LocalNotices notices;

  /**
   * @param replaceable whether a damaged file is put aside for a new one
   */
  SqliteBackend(Path file, boolean replaceable) {
    this.file = file;
    this.replaceable = replaceable;
    this.notices = new LocalNotices("notices of " + name());
  }

  @Override
  public String name() {
    return "the database " + file;
  }

  @Override
  public void begin(HikariConfig config) throws IOException {
    Sqlite.require(file, replaceable);
    config.setDataSource(new CommittedNotices(Sqlite.of(file), notices));
    config.setMaximumPoolSize(MOST_CONNECTIONS);
    config.setConnectionTimeout(PATIENCE_MILLIS);
    config.setMaxLifetime(0); // nothing between here and a file closes one that is idle,
    config.setKeepaliveTime(0); // and none needs to be kept awake
    boolean _ = health.up();
  }

  @Override
  public Health health() {
    return health;
  }

  @Override
  public Notices notices() {
    return notices.notices();
  }

  @Override
  public Database.Subscription subscribe(String channel, Database.Listener listener) {
    notices.start();
    return notices().add(channel, listener);
  }

  @Override
  public void publish(Connection connection, String channel, String message) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      boolean _ =
          statement.execute("SELECT 1"); // or the pool sees nothing that it has to roll back
    }
    connection.unwrap(CommittedNotices.Outbox.class).say(channel, message);
  }

  @Override
  public String words(SQLException failure) {
    return Reason.of(failure);
  }

  @Override
  public void close() {
    health.close();
    notices.close();
  }

  /** What its pool is for. */
  record Kind(Path file, boolean replaceable) implements Pool.Kind {
    @Override
    public Backend make() {
      return new SqliteBackend(file, replaceable);
    }

    /** What becomes of a damaged file is settled by who comes first. */
    @Override
    public boolean isSame(Pool.Kind other) {
      return true;
    }
  }
}
