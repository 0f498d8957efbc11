package dev.warren.sqlfs.store;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.database.Dialect;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The only thread that writes. Steps submitted during a commit share the next transaction, each
 * with its own savepoint: one that fails does not fail the others, and no step returns before the
 * commit. A connection that failed is not used again; the next step gets another.
 */
final class Writer {
  private static final int MOST_TOGETHER = 64;

  /** How long an idle connection is kept. */
  private static final long IDLE_MILLIS = 1_000;

  private final DataSource database;
  private final Group.Surroundings surroundings;
  private final SessionGuard sessions;
  private final System.Logger log;
  private final BlockingQueue<Waiting<?>> queue = new LinkedBlockingQueue<>();
  private final Thread thread;
  private volatile boolean ended;

  Writer(
      DataSource database,
      Dialect dialect,
      long limit,
      SessionGuard sessions,
      Consumer<ChangedFiles> changed,
      AtomicReference<Store.State> state,
      System.Logger log) {
    this.database = database;
    this.sessions = sessions;
    this.log = log;
    surroundings = new Group.Surroundings(dialect, limit, sessions, changed, state, log);
    thread = Thread.ofPlatform().daemon().name("sqlfs-writer").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** A step that was submitted, and its future result. */
  static final class Waiting<T extends @Nullable Object> {
    final Step<T> step;
    final Consumer<T> done;
    final CompletableFuture<T> result = new CompletableFuture<>();

    Waiting(Step<T> step, Consumer<T> done) {
      this.step = step;
      this.done = done;
    }

    void complete(T value) {
      done.accept(value);
      result.complete(value);
    }
  }

  <T extends @Nullable Object> CompletableFuture<T> submit(Step<T> step, Consumer<T> done) {
    Waiting<T> waiting = new Waiting<>(step, done);
    queue.add(waiting);
    if (ended) {
      sweep(); // the thread may have ended meanwhile
    }
    return waiting.result;
  }

  /** Runs the steps submitted so far and a last one, and ends; later steps fail. */
  void close(Step<@Nullable Void> step) {
    synchronized (this) {
      if (ending == null) {
        Waiting<@Nullable Void> last = new Waiting<>(step, _ -> {});
        ending = last;
        queue.add(last);
      }
    }
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private volatile @Nullable Waiting<@Nullable Void> ending;

  private void run() {
    try {
      boolean goesOn = true;
      while (goesOn) {
        Waiting<?> first = queue.poll(Math.max(1, sessions.untilBeat()), TimeUnit.MILLISECONDS);
        goesOn = serve(first);
      }
    } catch (InterruptedException | RuntimeException | Error e) {
      log.log(
          System.Logger.Level.ERROR,
          "the writer thread failed: nothing can be written until the mount is restarted",
          e);
    } finally {
      ended = true;
      sweep();
    }
  }

  /**
   * Runs steps on one connection, until none is submitted for a while or the connection fails.
   * Returns false after the last step.
   */
  private boolean serve(@Nullable Waiting<?> first) throws InterruptedException {
    List<Waiting<?>> group = new ArrayList<>();
    @Nullable Waiting<?> next = first;
    @Nullable Step<@Nullable Void> beat = sessions.untilBeat() == 0 ? sessions.beat() : null;
    try (Connection connection = database.getConnection();
        Statements statements = new Statements(connection)) {
      while (true) {
        group.clear();
        if (next != null) {
          group.add(next);
          queue.drainTo(group, MOST_TOGETHER - 1);
        }
        Waiting<@Nullable Void> last = ending;
        boolean goesOn = last == null || !group.contains(last);
        if (beat == null && sessions.untilBeat() == 0) {
          beat = sessions.beat();
        }
        boolean changesSession = beat != null || !goesOn;
        if (beat != null) {
          group.addFirst(new Waiting<@Nullable Void>(beat, _ -> {}));
          beat = null;
        }
        if (!group.isEmpty()
            && !new Group(surroundings, statements, group, changesSession).write()) {
          return goesOn;
        }
        if (!goesOn) {
          return false;
        }
        next = queue.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
        if (next == null) {
          return true;
        }
      }
    } catch (SQLException e) {
      if (group.isEmpty() && next != null) {
        group.add(next);
      }
      queue.drainTo(group); // without a connection, all of them fail
      FsException failure = Failures.of(surroundings.dialect(), e);
      group.forEach(waiting -> waiting.result.completeExceptionally(failure));
      Waiting<@Nullable Void> last = ending;
      return last == null || !group.contains(last);
    }
  }

  private void sweep() {
    List<Waiting<?>> left = new ArrayList<>();
    queue.drainTo(left);
    FsException why = new FsException(Errno.EIO, "the file system is closed");
    left.forEach(waiting -> waiting.result.completeExceptionally(why));
  }
}
