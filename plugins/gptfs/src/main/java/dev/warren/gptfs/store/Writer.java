package dev.warren.gptfs.store;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.Reason;
import dev.warren.api.database.Dialect;
import dev.warren.gptfs.store.JobStore.Promise;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
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
 * The only thread that writes. Changes queued during a commit share the next commit, each with its
 * own savepoint: one that fails does not fail the others. A change completes after its commit.
 *
 * <p>While the disk is full, another process has locked the database, or its server does not
 * respond, the writer retries. A transaction whose commit is in doubt is executed again, which
 * changes nothing if it was committed. After any other failure the state on disk is unknown, so all
 * later changes fail.
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

  /** When changes stop waiting for the database, as {@link System#nanoTime} says; or never. */
  private volatile @Nullable Long patientUntil;

  private final Thread thread;
  private volatile @Nullable FsException refusal;

  /** Why queued changes wait; thrown to callers that must not wait. Null if none waits. */
  private volatile @Nullable FsException waiting;

  private volatile long bytes;

  /** Whether it was logged that the database cannot be written. */
  private boolean stuck;

  /**
   * @param durable whether steps survive a power cut, as {@link Promise} says
   * @param member this host, if hosts share the database
   * @param expelled called when this host's lease ran out, and it has lost its jobs
   * @param unable receives the reason while nothing can be written, and null once it can be again
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

  /** Queues a change, and returns once its promise holds. */
  void write(Change change) throws FsException {
    try {
      check(change.promise());
    } catch (FsException e) {
      change.written.completeExceptionally(e);
      throw e;
    }
    changes.add(change);
    if (refusal != null) {
      sweep(); // the thread may have ended after the check
    }
    if (change.promise() != Promise.LATER) {
      await(change);
    }
  }

  /** Fails if a change with this promise would be refused. */
  void check(Promise promise) throws FsException {
    FsException why = refusal;
    if (why != null) {
      throw new FsException(why.errno(), String.valueOf(why.getMessage()), why);
    }
    FsException passing = waiting;
    if (passing != null && promise.isAtOnce()) {
      throw new FsException(passing.errno(), String.valueOf(passing.getMessage()), passing);
    }
  }

  /** Keeps the cause: an instance that cannot be opened because of it is opened again later. */
  private FsException passing(SQLException e) {
    if (dialect.isFull(e)) {
      return new FsException(Errno.ENOSPC, "there is no space left for the database of jobs", e);
    }
    return isCut(e)
        ? new FsException(Errno.EIO, "the database of jobs does not answer: " + e.getMessage(), e)
        : new FsException(
            Errno.ENOSPC,
            "another program keeps the database of jobs locked: " + e.getMessage(),
            e);
  }

  /** Whether the connection is broken, so that a new one may work. */
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

  /** The size of the database in bytes, as last measured. */
  long size() {
    return bytes;
  }

  /** The store is going to be closed: changes do not wait for the database any longer than this. */
  void closing(Duration patience) {
    patientUntil = System.nanoTime() + patience.toNanos();
  }

  /** Waits before the next attempt; returns whether there is none. */
  private boolean isOver() throws InterruptedException {
    Long until = patientUntil;
    long left =
        until == null
            ? AGAIN_MILLIS
            : Math.clamp((until - System.nanoTime()) / 1_000_000, 0, AGAIN_MILLIS);
    return ending.await(left, TimeUnit.MILLISECONDS) || left == 0;
  }

  /** Writes the changes queued so far, and ends the thread; later changes fail. */
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
    } catch (SQLException e) {
      refuse(String.valueOf(e.getMessage()), e);
    } catch (InterruptedException | RuntimeException | Error e) {
      refuse(Reason.of(e), e);
    }
    if (refusal == null) {
      refusal = closed();
    }
    sweep(group);
    sweep();
  }

  /**
   * Writes on a new connection until the writer is closed, first the group that a broken connection
   * has left.
   *
   * @return true
   */
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

  /** Restores the connection's durability for the pool's next user. */
  private void restore(Connection connection, @Nullable Throwable failure) throws SQLException {
    if (member != null) {
      return; // each transaction had its own
    }
    try {
      execute(connection, dialect.strict());
    } catch (SQLException e) {
      if (failure == null) {
        throw e;
      }
      failure.addSuppressed(e); // the first failure is the cause
    }
  }

  /**
   * Waits before the next attempt. Changes that must not wait fail.
   *
   * @return false if the writer is closed: the whole group has failed
   */
  private boolean awaitBetter(SQLException e, List<Change> group) throws InterruptedException {
    FsException why = passing(e);
    if (!stuck) {
      stuck = true;
      log.log(
          System.Logger.Level.WARNING,
          "the database of jobs cannot be written for now, and is tried again: {0}",
          e.getMessage());
      if (!isCut(e)) { // otherwise the host itself reports that the database is unreachable
        unable.accept(
            "the database of jobs cannot be written for now (%s)".formatted(e.getMessage()));
      }
    }
    changes.drainTo(group); // some changes queued meanwhile must not wait either
    group.removeIf(
        change -> change.promise().isAtOnce() && change.written.completeExceptionally(why));
    waiting = group.isEmpty() ? null : why;
    if (isOver()) {
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

  /** Fails the changes that are not completed yet. */
  private void sweep(List<Change> left) {
    FsException why = refusal == null ? closed() : refusal;
    left.forEach(change -> change.written.completeExceptionally(why));
  }

  private static FsException closed() {
    return new FsException(Errno.EIO, "this gptfs is closed");
  }

  private void refuse(String why, Throwable cause) {
    String message =
        "the database of jobs has failed (%s): repair it, then mount gptfs again or restart the host"
            .formatted(why);
    refusal = new FsException(Errno.EIO, message, cause);
    log.log(
        System.Logger.Level.ERROR,
        "the database of jobs has failed: nothing is accepted until gptfs is mounted again",
        cause);
    unable.accept(message);
  }

  private static void execute(Connection connection, String order) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(order);
    }
  }

  /** Writes on one connection. */
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
        sweep(group); // no caller may wait forever
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

    /** Whether a retry may succeed. */
    private boolean passes(SQLException failure) {
      return dialect.isFull(failure) || dialect.isBusy(failure);
    }

    private List<@Nullable SQLException> commit(List<Change> group) throws SQLException {
      boolean wanted = durable && group.stream().anyMatch(change -> change.promise().isDurable());
      if (member == null && wanted != strict) { // SQLite cannot change it in a transaction
        execute(connection, wanted ? dialect.strict() : dialect.relax());
        strict = wanted;
      }
      List<@Nullable SQLException> failures = new ArrayList<>();
      connection.setAutoCommit(false);
      boolean here = member == null || statements.shared().join(wanted);
      boolean alone = group.size() == 1 && here;
      for (Change change : group) {
        Savepoint before = alone ? null : connection.setSavepoint();
        try {
          change.write(statements);
          if (before != null) {
            connection.releaseSavepoint(before);
          }
          failures.add(null);
        } catch (SQLException e) {
          if (passes(e) || isCut(e) || dialect.isUnclear(e) || dialect.isDamaged(e)) {
            throw e;
          }
          if (before == null) {
            connection.rollback();
          } else {
            connection.rollback(before);
          }
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

    /** Ends the transaction, unless the failure has ended it already. */
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
