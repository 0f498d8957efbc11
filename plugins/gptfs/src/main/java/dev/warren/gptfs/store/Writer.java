package dev.warren.gptfs.store;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.database.Dialect;
import dev.warren.gptfs.store.JobStore.Promise;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that writes. Changes that come while it commits share the next commit, each in a
 * savepoint of its own: one that fails takes no other along, and nobody hears that his is there
 * before it is.
 *
 * <p>Where there is no space, somebody else has the database, or its server does not answer, it
 * tries again until it can. A commit in doubt is executed once more, which changes nothing if it
 * was done. After another failure nobody knows what is on the disk: everything that comes later
 * fails.
 */
final class Writer {
  private static final int MOST_TOGETHER = 512;
  private static final long AGAIN_MILLIS = 500;
  private static final int COMMITS_A_SIZE = 64;

  private static final Change END = new Change(Promise.LATER, JobStore.SOLE, _ -> {});

  private final DataSource database;
  private final Dialect dialect;
  private final boolean durable;
  private final @Nullable Member member;
  private final Runnable expelled;
  private final Consumer<@Nullable String> unable;
  private final System.Logger log;
  private final BlockingQueue<Change> changes = new LinkedBlockingQueue<>();
  private final CountDownLatch ending = new CountDownLatch(1);
  private final Thread thread;
  private volatile @Nullable FsException refusal;

  /** Why steps wait; who need not wait is told so. Null if none does. */
  private volatile @Nullable FsException waiting;

  private volatile long bytes;

  /** Whether that was said. */
  private boolean stuck;

  /**
   * @param durable whether {@link Promise#POWER} means it
   * @param member this host, if others share the database
   * @param expelled hears that this host was not heard of for too long, and has lost its jobs
   * @param unable hears why nothing can be written, and null when it can be again
   */
  Writer(
      DataSource database,
      boolean durable,
      @Nullable Member member,
      Runnable expelled,
      Consumer<@Nullable String> unable,
      System.Logger log)
      throws SQLException {
    this.database = database;
    try (Connection connection = database.getConnection()) {
      dialect = Dialect.of(connection);
    }
    this.durable = durable;
    this.member = member;
    this.expelled = expelled;
    this.unable = unable;
    this.log = log;
    thread = Thread.ofPlatform().daemon().name("gptfs-store").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Has a change written, and returns when its promise is true. */
  void write(Change change) throws FsException {
    try {
      check(change.promise());
    } catch (FsException e) {
      change.written.completeExceptionally(e);
      throw e;
    }
    changes.add(change);
    if (refusal != null) {
      sweep(); // the thread may have ended between
    }
    if (change.promise() != Promise.LATER) {
      await(change);
    }
  }

  /** Fails if a change with this promise would be refused. */
  void check(Promise promise) throws FsException {
    FsException why = refusal;
    if (why != null) {
      throw new FsException(Errno.EIO, "the store of jobs is closed: " + why.getMessage(), why);
    }
    FsException passing = waiting;
    if (passing != null && promise.isAtOnce()) {
      throw new FsException(passing.errno(), String.valueOf(passing.getMessage()), passing);
    }
  }

  private FsException passing(SQLException e) {
    return dialect.isFull(e) || !isCut(e)
        ? new FsException(Errno.ENOSPC, "there is no space for the jobs' database")
        : new FsException(Errno.EIO, "the jobs' database does not answer: " + e.getMessage());
  }

  /** Whether the connection is of no more use, and another one may be. */
  private boolean isCut(SQLException failure) {
    return dialect.isGone(failure) || (dialect == Dialect.POSTGRESQL && dialect.isUnclear(failure));
  }

  private static void await(Change change) throws FsException {
    try {
      change.written.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof JobStore.LostJobException cause) {
        throw cause;
      }
      if (e.getCause() instanceof FsException cause) {
        throw new FsException(cause.errno(), String.valueOf(cause.getMessage()), cause);
      }
      throw e;
    }
  }

  /** What the database took not long ago. */
  long size() {
    return bytes;
  }

  /** Writes what has come so far, and ends; whatever comes then fails. */
  void close() {
    changes.add(END);
    ending.countDown();
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

  private void run() {
    List<Change> group = new ArrayList<>();
    try {
      boolean ends = false;
      while (!ends) {
        try {
          ends = write(group);
        } catch (SQLException e) {
          if (!isCut(e)) {
            throw e;
          }
          ends = !awaitBetter(e, group);
        }
      }
    } catch (SQLException | InterruptedException | RuntimeException | Error e) {
      refuse(e.toString(), e);
    }
    refuse("it ended", null);
    sweep(group);
    sweep();
  }

  /** Writes on one connection, the group first, which another one has left; true at the end. */
  private boolean write(List<Change> group) throws SQLException, InterruptedException {
    try (Connection connection = database.getConnection()) {
      try (Statements statements = new Statements(connection, dialect, member, log)) {
        new Session(connection, statements).run(group);
      } catch (SQLException | InterruptedException | RuntimeException | Error e) {
        restore(connection, e);
        throw e;
      }
      restore(connection, null);
    }
    return true;
  }

  /** The pool's next user expects a connection as it was. */
  private void restore(Connection connection, @Nullable Throwable failure) throws SQLException {
    try {
      execute(connection, dialect.strict());
    } catch (SQLException e) {
      if (failure == null) {
        throw e;
      }
      failure.addSuppressed(e); // which says why
    }
  }

  /**
   * Waits before something is tried again. Who need not wait is told so.
   *
   * @return false if the host ends, and nobody waits any more
   */
  private boolean awaitBetter(SQLException e, List<Change> group) throws InterruptedException {
    FsException why = passing(e);
    if (!stuck) {
      stuck = true;
      log.log(
          System.Logger.Level.WARNING,
          "the database of jobs cannot be written for now, and is tried again: {0}",
          e.getMessage());
      if (!isCut(e)) { // else the host says it, beside the mount
        unable.accept(
            "the database of jobs cannot be written for now (%s)".formatted(e.getMessage()));
      }
    }
    changes.drainTo(group); // of those that came meanwhile, some need not wait either
    group.removeIf(
        change -> change.promise().isAtOnce() && change.written.completeExceptionally(why));
    waiting = group.isEmpty() ? null : why;
    if (ending.await(AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
      group.forEach(change -> change.written.completeExceptionally(why));
      return false;
    }
    return true;
  }

  private void better() {
    waiting = null;
    if (stuck) {
      stuck = false;
      log.log(System.Logger.Level.INFO, "the database of jobs can be written again");
      unable.accept(null);
    }
  }

  private void sweep() {
    List<Change> left = new ArrayList<>();
    changes.drainTo(left);
    sweep(left);
  }

  /** Fails what has not ended yet. */
  private void sweep(List<Change> left) {
    FsException why = refusal;
    left.forEach(
        change ->
            change.written.completeExceptionally(
                why == null ? new FsException(Errno.EIO, "the store of jobs is closed") : why));
  }

  private void refuse(String why, @Nullable Throwable cause) {
    if (refusal != null) {
      return;
    }
    refusal = new FsException(Errno.EIO, "the jobs' database cannot be written: " + why, cause);
    if (cause != null) {
      log.log(
          System.Logger.Level.ERROR,
          "the database of jobs cannot be written: nothing is accepted",
          cause);
      unable.accept(
          "the database of jobs cannot be written (%s); mend it, then mount it again"
              .formatted(why));
    }
  }

  private static void execute(Connection connection, String order) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(order);
    }
  }

  /** The writing of one connection. */
  private final class Session {
    private final Connection connection;
    private final Statements statements;
    private boolean strict = true;
    private int commits;

    Session(Connection connection, Statements statements) {
      this.connection = connection;
      this.statements = statements;
    }

    void run(List<Change> group) throws SQLException, InterruptedException {
      measure();
      while (true) {
        if (group.isEmpty()) {
          group.add(changes.take());
          changes.drainTo(group, MOST_TOGETHER - 1);
        }
        boolean ends = group.remove(END);
        try {
          write(group);
        } catch (SQLException e) {
          if (ends) {
            group.add(END);
          }
          throw e;
        }
        sweep(group); // nobody waits for ever
        group.clear();
        if (ends) {
          return;
        }
      }
    }

    private void write(List<Change> group) throws SQLException, InterruptedException {
      while (!group.isEmpty()) {
        try {
          List<@Nullable SQLException> failures = commit(group);
          better();
          finish(group, failures);
          return;
        } catch (SQLException e) {
          if (isCut(e)) {
            throw e;
          }
          rollBack();
          if (!passes(e)) {
            FsException reason = failure(e);
            group.forEach(change -> change.written.completeExceptionally(reason));
            throw e;
          }
          if (!awaitBetter(e, group)) {
            return;
          }
        }
      }
    }

    private FsException failure(SQLException e) {
      if (e instanceof LostRowException) {
        return new JobStore.LostJobException(String.valueOf(e.getMessage()));
      }
      return new FsException(Errno.of(dialect, e), "the database of jobs: " + e.getMessage(), e);
    }

    /** Whether it may succeed another time. */
    private boolean passes(SQLException failure) {
      return dialect.isFull(failure) || dialect.isBusy(failure);
    }

    private List<@Nullable SQLException> commit(List<Change> group) throws SQLException {
      boolean wanted = durable && group.stream().anyMatch(change -> change.promise().isDurable());
      if (wanted != strict) {
        execute(connection, wanted ? dialect.strict() : dialect.relax());
        strict = wanted;
      }
      List<@Nullable SQLException> failures = new ArrayList<>();
      connection.setAutoCommit(false);
      boolean here = member == null || statements.shared().join();
      for (Change change : group) {
        Savepoint before = connection.setSavepoint();
        try {
          change.write(statements);
          connection.releaseSavepoint(before);
          failures.add(null);
        } catch (SQLException e) {
          if (passes(e) || isCut(e) || dialect.isUnclear(e) || dialect.isDamaged(e)) {
            throw e;
          }
          connection.rollback(before);
          failures.add(e);
        }
      }
      connection.commit();
      connection.setAutoCommit(true);
      if (!here) {
        expelled.run();
      }
      if (commits++ % COMMITS_A_SIZE == 0) {
        measure();
      }
      return failures;
    }

    private void measure() throws SQLException {
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery(dialect.size())) {
        bytes = rows.next() ? rows.getLong(1) : 0;
      }
    }

    /** What failed may have ended the transaction by itself. */
    private void rollBack() {
      try {
        if (!connection.getAutoCommit()) {
          connection.rollback();
        }
      } catch (SQLException e) {
        log.log(System.Logger.Level.DEBUG, "there is nothing to roll back", e);
      }
      try {
        connection.setAutoCommit(true);
      } catch (SQLException e) {
        log.log(System.Logger.Level.DEBUG, "there is no transaction to end", e);
      }
    }

    private void finish(List<Change> group, List<@Nullable SQLException> failures) {
      for (int i = 0; i < group.size(); i++) {
        SQLException failure = failures.get(i);
        if (failure == null) {
          group.get(i).written.complete(null);
        } else {
          if (group.get(i).promise() == Promise.LATER && !(failure instanceof LostRowException)) {
            log.log(System.Logger.Level.WARNING, "a job's step cannot be kept", failure);
          }
          group.get(i).written.completeExceptionally(failure(failure));
        }
      }
    }
  }
}
