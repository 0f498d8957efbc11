package dev.warren.database;

import com.zaxxer.hikari.HikariConfig;
import dev.warren.api.Reason;
import dev.warren.api.database.Database;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** A file that only this process uses. */
final class SqliteBackend implements Backend {
  /** One connection writes while the others read. */
  private static final int MOST_CONNECTIONS = 8;

  /** How long a caller waits for a connection while all are in use. */
  private static final int PATIENCE_MILLIS = 10_000;

  private final Path file;
  private final boolean replaceable;
  private final long checkedBytes;
  private final DamageMark mark;
  private final Health health = new Health();
  private final LocalNotices subscriptions;

  /**
   * @param replaceable whether a damaged file is renamed and replaced by a new one
   * @param checkedBytes the size up to which a file is always completely checked
   */
  SqliteBackend(Path file, boolean replaceable, long checkedBytes) {
    this.file = file;
    this.replaceable = replaceable;
    this.checkedBytes = checkedBytes;
    this.mark = new DamageMark(file);
    this.subscriptions = new LocalNotices("notices of " + name());
  }

  @Override
  public String name() {
    return "the database " + file;
  }

  @Override
  public void begin(HikariConfig config) throws IOException {
    Sqlite.require(file, replaceable, checkedBytes, mark);
    config.setExceptionOverride(mark);
    config.setDataSource(new CommittedNotices(Sqlite.of(file), subscriptions));
    config.setMaximumPoolSize(MOST_CONNECTIONS);
    config.setConnectionTimeout(PATIENCE_MILLIS);
    config.setMaxLifetime(0); // no network drops an idle connection to a file,
    config.setKeepaliveTime(0); // so none needs to be kept alive
    boolean _ = health.up();
  }

  @Override
  public boolean isToBeReplaced() {
    return replaceable && mark.isMet();
  }

  @Override
  public Health health() {
    return health;
  }

  @Override
  public Subscriptions subscriptions() {
    return subscriptions.subscriptions();
  }

  @Override
  public Database.Subscription subscribe(String channel, Database.Listener listener) {
    subscriptions.start();
    return subscriptions().add(channel, listener);
  }

  @Override
  public void publish(Connection connection, String channel, String message) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      boolean _ =
          statement.execute("SELECT 1"); // without a statement, the pool would not roll back
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
    subscriptions.close();
  }

  /** The settings of a file's pool. */
  record Kind(Path file, boolean replaceable, long checkedBytes) implements Pool.Kind {
    @Override
    public Backend make() {
      return new SqliteBackend(file, replaceable, checkedBytes);
    }

    /** True even if {@code replaceable} differs: the first user decides about a damaged file. */
    @Override
    public boolean isSame(Pool.Kind other) {
      return true;
    }
  }
}
