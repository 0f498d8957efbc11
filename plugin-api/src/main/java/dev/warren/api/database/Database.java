package dev.warren.api.database;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A database that the host gives to an instance: connections, and word from others who use it. The
 * same on a file that this process alone has and on a server that many hosts share. Thread-safe.
 *
 * <p>A server may stop answering and come back. Who asks for a connection meanwhile waits for a few
 * seconds, and gets a {@link java.sql.SQLTransientConnectionException} then; nothing has to be
 * opened again. The host says beside the mount, in the log and by {@code /readyz} what is wrong.
 */
public interface Database extends DataSource {
  /** How many bytes a channel's name and a message may have together. */
  int MOST_BYTES = 7_900;

  /** Why the database cannot be used at present, in one line; null if it can, for all we know. */
  @Nullable String trouble();

  /**
   * Says something to all who listen to a channel, the publisher's own process included, once the
   * connection's transaction is committed; at once if it is in none. What is rolled back is never
   * heard; what is said twice in a transaction may be heard once.
   *
   * @param connection one of this database
   * @param channel a name: lower-case letters, digits, hyphens, dots, underscores and slashes
   * @throws IllegalArgumentException if that is no such name, or if both have more than {@link
   *     #MOST_BYTES} or a character 0
   */
  void publish(Connection connection, String channel, String message) throws SQLException;

  /**
   * Listens to a channel until the subscription is closed, or the instance.
   *
   * @throws IllegalArgumentException if that is no name of a channel
   */
  Subscription subscribe(String channel, Listener listener);

  /**
   * Hears what is published. It is called by any thread and has to return at once, without asking
   * the database: all others who listen wait for it.
   */
  interface Listener {
    /** Somebody has published this, and what its transaction did can be seen. */
    void heard(String message);

    /**
     * Something may have been published and not been heard: what was learnt from the database
     * before is to be looked at again. Called when listening begins, when it is interrupted, and
     * when it goes on.
     */
    void missed();
  }

  /** Somebody listens. */
  interface Subscription extends AutoCloseable {
    /** Whether what is published now will be heard. Not if the database does not answer. */
    boolean isHearing();

    /** Ends it. A call of the listener's that is under way may still go on. */
    @Override
    void close();
  }
}
