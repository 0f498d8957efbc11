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
 * A connection that waits: for what others publish, and for its own end, which tells that the
 * server has gone. It comes back by itself. Thread-safe.
 */
final class PostgresWatch {
  /** One for all: who listens to what is known here, and a channel of PostgreSQL's is soon made. */
  static final String CHANNEL = "warren";

  private static final Logger log = LoggerFactory.getLogger(PostgresWatch.class);

  /** How long nothing has to come until the server is asked whether it is there. */
  private static final int QUIET_MILLIS = 10_000;

  private static final int ANSWER_SECONDS = 5;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** How long the end waits for the thread, which may be connecting. */
  private static final Duration END = Duration.ofMillis(500);

  /** Makes a connection. */
  @FunctionalInterface
  interface Connecting {
    Connection connect() throws SQLException;
  }

  private final String name;
  private final Connecting connecting;
  private final Function<SQLException, String> words;
  private final Health health;
  private final Notices notices;
  private final Thread thread;
  private final CountDownLatch closed = new CountDownLatch(1);
  private @Nullable Connection current;

  PostgresWatch(
      String name,
      Connecting connecting,
      Function<SQLException, String> words,
      Health health,
      Notices notices) {
    this.name = name;
    this.connecting = connecting;
    this.words = words;
    this.health = health;
    this.notices = notices;
    this.thread = HostThreads.of("watch of " + name, this::run);
  }

  /** What is sent in place of a channel and a message. */
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
        // That this connection has ended is no reason to believe that the server has gone.
        pause = heard ? FIRST_PAUSE : longer(pause);
        notices.interrupt();
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
    notices.begin();
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
        if (end > 0) { // else it is nothing of ours
          notices.heard(payload.substring(0, end), payload.substring(end + 1));
        }
      }
    }
  }

  /** Whether it is to end, when a pause is over. */
  private boolean isClosed(Duration pause) {
    try {
      return closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) { // by a listener, as nobody else knows the thread
      return closed.getCount() == 0;
    }
  }

  /** Whether a new connection is wanted. */
  private synchronized boolean keep(Connection connection) {
    current = connection;
    return closed.getCount() > 0;
  }

  /** Ends it, in bounded time. */
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
