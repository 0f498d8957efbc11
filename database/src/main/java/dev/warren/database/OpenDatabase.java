package dev.warren.database;

import dev.warren.api.database.Database;
import java.io.Closeable;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One user's access to a database: it provides connections until it is closed. Thread-safe. */
public final class OpenDatabase extends Source implements Database, Closeable {
  private final Pool pool;
  private final Backend backend;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Set<Runnable> ends = ConcurrentHashMap.newKeySet();

  OpenDatabase(Pool pool) {
    this.pool = pool;
    this.backend = pool.backend();
  }

  @Override
  public Connection getConnection() throws SQLException {
    requireOpen();
    return pool.connection();
  }

  private void requireOpen() throws SQLException {
    if (closed.get()) {
      throw new SQLException("the database was closed with its instance");
    }
  }

  @Override
  public @Nullable String trouble() {
    String trouble = backend.health().trouble();
    return trouble == null ? null : backend.name() + ": " + trouble;
  }

  /** Waits until the state is known; if it is not by then, the database counts as down. */
  void awaitKnown(Duration atMost) throws InterruptedException {
    if (!backend.health().awaitKnown(atMost)) {
      boolean _ = backend.health().down("no reply for %d s".formatted(atMost.toSeconds()));
    }
  }

  /**
   * Calls a watcher with {@link #trouble} now and after each change, until this is closed. Any
   * thread may call it, so it must not block.
   */
  public void watch(Consumer<@Nullable String> watcher) {
    keep(
        backend
            .health()
            .watch(
                trouble ->
                    watcher.accept(trouble == null ? null : backend.name() + ": " + trouble)));
  }

  @Override
  public void publish(Connection connection, String channel, String message) throws SQLException {
    requireOpen();
    Subscriptions.require(channel, message);
    backend.publish(connection, channel, message);
  }

  @Override
  public Subscription subscribe(String channel, Listener listener) {
    Kept kept = new Kept(backend.subscribe(channel, listener), ends);
    keep(kept);
    return kept;
  }

  /** A subscription that ends when the database is closed, at the latest. */
  private record Kept(Subscription subscription, Set<Runnable> ends)
      implements Subscription, Runnable {
    @Override
    public boolean isHearing() {
      return subscription.isHearing();
    }

    @Override
    public void close() {
      ends.remove(this);
      subscription.close();
    }

    @Override
    public void run() {
      subscription.close();
    }

    @Override
    public boolean equals(@Nullable Object object) {
      return object == this; // two subscriptions of one channel differ
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  /** Runs an action when this is closed; at once if it already is. */
  private void keep(Runnable end) {
    ends.add(end);
    if (closed.get()) {
      end.run();
    }
  }

  /**
   * Ends this user's subscriptions. The last user also closes the pool, including connections in
   * use.
   */
  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
      ends.forEach(Runnable::run);
      pool.leave();
    }
  }
}
