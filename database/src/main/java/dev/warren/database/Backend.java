package dev.warren.database;

import com.zaxxer.hikari.HikariConfig;
import dev.warren.api.database.Database;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;

/** The database behind a pool, from the pool's first user to its last. Thread-safe. */
interface Backend {
  /** The database's name for messages; contains no secrets. */
  String name();

  /**
   * Starts the backend and completes the configuration of its pool.
   *
   * @throws IOException if the database cannot be used; the message says what to do
   */
  void begin(HikariConfig config) throws IOException;

  /**
   * Whether a statement has found damage, and {@link #begin} would replace a database that is
   * damaged.
   */
  default boolean isToBeReplaced() {
    return false;
  }

  /** The state of the database. */
  Health health();

  /** The subscriptions to messages that are published through the database. */
  Subscriptions subscriptions();

  /** Publishes a message to a channel's subscribers when the connection's transaction commits. */
  void publish(Connection connection, String channel, String message) throws SQLException;

  /** A message for users: why no connection could be made. */
  String words(SQLException failure);

  /** Stops what {@link #begin} started, in bounded time. The pool is closed afterwards. */
  void close();

  /** Subscribes a listener to a channel. */
  default Database.Subscription subscribe(String channel, Database.Listener listener) {
    return subscriptions().add(channel, listener);
  }
}
