package dev.warren.database;

import com.zaxxer.hikari.HikariConfig;
import dev.warren.api.database.Database;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;

/** What a pool's connections lead to, from its first user to its last. Thread-safe. */
interface Backend {
  /** For messages, and without secrets. */
  String name();

  /**
   * Begins.
   *
   * @param config of the pool, which it completes
   * @throws IOException if nothing can come of it; the message says what to do
   */
  void begin(HikariConfig config) throws IOException;

  /** Whether it can be used. */
  Health health();

  /** Who listens. */
  Notices notices();

  /** Says something to who listens, as soon as the transaction is committed. */
  void publish(Connection connection, String channel, String message) throws SQLException;

  /** Why there was no connection, in words for people. */
  String words(SQLException failure);

  /** Ends what it has begun, in bounded time; the pool goes after it. */
  void close();

  /** Somebody listens, by the means of this. */
  default Database.Subscription subscribe(String channel, Database.Listener listener) {
    return notices().add(channel, listener);
  }
}
