package dev.warren.api.database;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A database that the host provides to an instance, with connections and with messages between its
 * users. A file that only this process uses and a server that many hosts share behave the same.
 * Thread-safe.
 *
 * <p>A server may become unreachable and return. Meanwhile, {@code getConnection} blocks for a few
 * seconds at most and then throws {@link java.sql.SQLTransientConnectionException}; nothing has to
 * be reopened. The host reports the reason on the status page, in the log and at {@code /readyz}.
 */
public interface Database extends DataSource {
  /** The limit for a channel's name and a message together, in bytes of UTF-8. */
  int MOST_BYTES = 7_900;

  /**
   * Why the database cannot be used at present, in one line; null if it can, as far as is known.
   */
  @Nullable String trouble();

  /**
   * Publishes a message to all subscribers of a channel, including those in this process, when the
   * connection's transaction commits; immediately outside a transaction. A rollback of the whole
   * transaction discards the message. Equal messages of one transaction may be delivered once.
   *
   * @param connection a connection of this database
   * @param channel 1 to 200 characters: lower-case letters, digits, hyphens, dots, underscores and
   *     slashes
   * @throws IllegalArgumentException if the channel's name is invalid, if both are longer than
   *     {@link #MOST_BYTES}, or if the message contains a character 0
   */
  void publish(Connection connection, String channel, String message) throws SQLException;

  /**
   * Subscribes a listener to a channel until the subscription or the instance is closed.
   *
   * @throws IllegalArgumentException if the channel's name is invalid
   */
  Subscription subscribe(String channel, Listener listener);

  /**
   * Receives published messages. Any thread may call it. It must not block or use the database:
   * other listeners wait for it.
   */
  interface Listener {
    /** A message was published; the changes of its transaction are visible. */
    void heard(String message);

    /**
     * Messages may have been published and not delivered, so data read from the database earlier
     * may be outdated. Called when delivery begins, is interrupted and resumes.
     */
    void missed();
  }

  /** A subscription to a channel. */
  interface Subscription extends AutoCloseable {
    /**
     * Whether messages published now will be delivered; false while the database is unreachable.
     */
    boolean isHearing();

    /** Ends the subscription. A call of the listener that is in progress may continue. */
    @Override
    void close();
  }
}
