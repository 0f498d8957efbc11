package dev.warren.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that receives published messages. When it breaks, a new one is opened; while that
 * fails, the database is down. Thread-safe.
 */
final class PostgresWatch {
  /**
   * The only PostgreSQL channel: a {@code LISTEN} for each of our channels would have to interrupt
   * the read.
   */
  static final String CHANNEL = "warren";

  private static final Logger log = LoggerFactory.getLogger(PostgresWatch.class);

  /** How long no message may arrive before the connection is tested. */
  private static final int QUIET_MILLIS = 10_000;

  private static final int ANSWER_SECONDS = 5;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** How long {@link #close} waits for the thread, which may be connecting. */
  private static final Duration END = Duration.ofMillis(500);

  /** Opens a connection. */
  @FunctionalInterface
  interface Connecting {
    Connection connect() throws SQLException;
  }

  private final String name;
  private final Connecting connecting;
  private final Function<SQLException, String> words;
  private final Health health;
  private final Subscriptions subscriptions;
  private final Thread thread;
  private final CountDownLatch closed = new CountDownLatch(1);
  private @Nullable Connection current;

  PostgresWatch(
      String name,
      Connecting connecting,
      Function<SQLException, String> words,
      Health health,
      Subscriptions subscriptions) {
    this.name = name;
    this.connecting = connecting;
    this.words = words;
    this.health = health;
    this.subscriptions = subscriptions;
    this.thread = HostThreads.of("watch of " + name, this::run);
  }

  /** The payload that contains a channel and a message. */
  static String payload(String channel, String message) {
    return channel + " " + message;
  }

  void start() {
    thread.start();
  }

  private void run() {
    Duration pause = Duration.ZERO;
    while (!isClosed(pause)) {
      boolean heard = false;
      try (Connection connection = connecting.connect()) {
        if (!keep(connection)) {
          return;
        }
        try (Statement statement = connection.createStatement()) {
          boolean _ = statement.execute("LISTEN " + CHANNEL);
        }
        heard = true;
        answers();
        hear(connection, connection.unwrap(PGConnection.class));
      } catch (SQLException e) {
        // A broken connection alone does not mean that the server is down.
        pause = heard ? FIRST_PAUSE : longer(pause);
        subscriptions.interrupt();
        if (!heard) {
          down(words.apply(e));
        }
      }
    }
  }

  private void answers() {
    boolean began = health.isKnown();
    if (health.up() && began) {
      log.info("{} answers again", name);
    }
    subscriptions.begin();
  }

  private void down(String reason) {
    if (health.down(reason)) {
      log.warn("{} cannot be used, and is tried again and again: {}", name, reason);
    }
  }

  private static Duration longer(Duration pause) {
    Duration longer = pause.isZero() ? FIRST_PAUSE : pause.multipliedBy(2);
    return longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
  }

  private void hear(Connection connection, PGConnection notified) throws SQLException {
    while (true) {
      PGNotification[] all = notified.getNotifications(QUIET_MILLIS);
      if (all == null || all.length == 0) {
        if (!connection.isValid(ANSWER_SECONDS)) {
          throw new SQLException("it does not answer any more", "08006");
        }
        continue;
      }
      for (PGNotification one : all) {
        String payload = one.getParameter();
        int end = payload.indexOf(' ');
        if (end > 0) { // otherwise another program sent it
          subscriptions.heard(payload.substring(0, end), payload.substring(end + 1));
        }
      }
    }
  }

  /** Waits for a pause, or until this is closed; returns whether it is closed. */
  private boolean isClosed(Duration pause) {
    try {
      return closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) { // caused by a listener: no other code runs on this thread
      return closed.getCount() == 0;
    }
  }

  /** Notes the current connection; returns false if this is closed and needs none. */
  private synchronized boolean keep(Connection connection) {
    current = connection;
    return closed.getCount() > 0;
  }

  /** Ends the thread and its connection, in bounded time. */
  void close() {
    closed.countDown();
    try {
      Connection last = last();
      if (last != null) {
        last.abort(Runnable::run);
      }
      boolean _ = thread.join(END);
    } catch (SQLException e) {
      log.debug("{}: the connection that watches cannot be ended", name, e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized @Nullable Connection last() {
    return current;
  }
}
