package dev.warren.sqlfs.store;

import dev.warren.api.FsException;
import dev.warren.api.database.Dialect;
import dev.warren.sqlfs.store.Writer.Waiting;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Steps that share a transaction. */
final class Group {
  /** Acquires the lock for writing by updating the only row; returns the counters. */
  private static final String BEGIN =
      "UPDATE sqlfs_volume SET turns = turns + 1 WHERE one = 1 RETURNING last_id, bytes, files";

  private static final String END =
      "UPDATE sqlfs_volume SET last_id = ?, bytes = ?, files = ? WHERE one = 1";

  /** The session that a transaction relied on has expired. */
  private static final class ExpiredSessionException extends SQLException {
    private static final long serialVersionUID = 1;
  }

  /** What all groups of a writer have in common. */
  record Surroundings(
      Dialect dialect,
      long limit,
      SessionGuard sessions,
      Consumer<ChangedFiles> changed,
      AtomicReference<Store.State> state,
      System.Logger log) {}

  private final Surroundings surroundings;
  private final Statements statements;
  private final List<Waiting<?>> steps;

  /**
   * Whether the session is checked at the start of the transaction. Otherwise the transaction
   * relies on it and checks it at the end, in the statement that is needed there anyway.
   */
  private boolean checksFirst;

  /**
   * @param changesSession whether a step renews or ends the session
   */
  Group(
      Surroundings surroundings,
      Statements statements,
      List<Waiting<?>> steps,
      boolean changesSession) {
    this.surroundings = surroundings;
    this.statements = statements;
    this.steps = steps;
    this.checksFirst = changesSession;
  }

  /**
   * Runs all steps and completes their results. If the transaction as a whole fails, but the
   * connection still works, each step is retried alone: one that needs too much space does not fail
   * the others. If it may have been committed, none is retried.
   *
   * @return whether the connection can be used again
   */
  boolean write() {
    SQLException failure = attempt(steps);
    if (failure instanceof ExpiredSessionException) {
      checksFirst = true;
      failure = attempt(steps);
    }
    if (failure == null) {
      return true;
    }
    boolean usable = usable();
    if (!usable || steps.size() == 1 || surroundings.dialect.isUnclear(failure)) {
      fail(steps, failure);
      return usable;
    }
    checksFirst = true;
    for (Waiting<?> one : steps) {
      SQLException alone = attempt(List.of(one));
      if (alone != null) {
        fail(List.of(one), alone);
        if (!usable()) {
          fail(steps, alone); // those without a result
          return false;
        }
      }
    }
    return true;
  }

  private boolean usable() {
    try {
      return statements.connection().isValid(1);
    } catch (SQLException e) {
      surroundings.log.log(System.Logger.Level.DEBUG, "a connection is lost", e);
      return false;
    }
  }

  private void fail(List<Waiting<?>> failed, SQLException failure) {
    FsException reason = Failures.of(surroundings.dialect, failure);
    failed.forEach(waiting -> waiting.result.completeExceptionally(reason));
  }

  /**
   * Runs steps in a transaction. Returns null, or the failure: then nothing was committed or, if
   * the commit failed, perhaps everything.
   */
  private @Nullable SQLException attempt(List<Waiting<?>> together) {
    ChangedFiles changed = new ChangedFiles();
    List<Runnable> results = new ArrayList<>();
    Connection connection = statements.connection();
    try {
      connection.setAutoCommit(false);
      run(together, changed, results);
      connection.commit();
      connection.setAutoCommit(true);
      return null;
    } catch (SQLException e) {
      results.clear();
      rollBack(connection);
      return e;
    } finally {
      surroundings.changed.accept(changed);
      results.forEach(Runnable::run);
    }
  }

  private void run(List<Waiting<?>> together, ChangedFiles changed, List<Runnable> results)
      throws SQLException {
    Counters[] now = {
      statements.first(BEGIN, row -> new Counters(row.getLong(1), row.getLong(2), row.getLong(3)))
    };
    Counters found = now[0];
    if (found == null) {
      throw new SQLException("the file system's row is missing");
    }
    long known = surroundings.state.get().session();
    boolean relies = known != 0 && !checksFirst;
    long session =
        relies
            ? known
            : surroundings.sessions.require(
                statements,
                () -> {
                  Counters c = now[0];
                  now[0] = new Counters(c.lastId() + 1, c.bytes(), c.files());
                  return c.lastId() + 1;
                });
    Transaction transaction =
        new Transaction(
            statements,
            changed,
            now[0],
            surroundings.limit,
            surroundings.sessions.clock(),
            session);
    // A step on its own needs no savepoint, unless a rollback would also remove a new session.
    boolean alone = together.size() == 1 && session == known;
    for (Waiting<?> one : together) {
      results.add(run(one, transaction, alone));
    }
    Counters counters = transaction.counters();
    results.addFirst(() -> surroundings.state.set(new Store.State(session, counters)));
    if (relies) {
      end(counters, found, session);
    } else if (!counters.equals(found)) {
      statements.update(END, counters.lastId(), counters.bytes(), counters.files());
    }
  }

  /** Stores the counters if they have changed, provided that the session has not expired. */
  private void end(Counters counters, Counters found, long session) throws SQLException {
    String alive = surroundings.sessions.isAlive();
    boolean is =
        counters.equals(found)
            ? statements.exists("SELECT 1 WHERE " + alive, session)
            : statements.update(
                    END + " AND " + alive,
                    counters.lastId(),
                    counters.bytes(),
                    counters.files(),
                    session)
                == 1;
    if (!is) {
      throw new ExpiredSessionException();
    }
  }

  private <T extends @Nullable Object> Runnable run(
      Waiting<T> one, Transaction transaction, boolean alone) throws SQLException {
    Connection connection = statements.connection();
    Counters before = transaction.counters();
    Savepoint savepoint = alone ? null : connection.setSavepoint();
    try {
      T result = one.step.run(transaction);
      if (savepoint != null) {
        connection.releaseSavepoint(savepoint);
      }
      return () -> one.complete(result);
    } catch (FsException e) {
      undo(connection, savepoint, transaction, before);
      return () -> one.result.completeExceptionally(e);
    } catch (SQLException e) {
      Dialect dialect = surroundings.dialect;
      if (dialect.isFull(e) || dialect.isUnclear(e) || dialect.isGone(e)) {
        throw e; // the transaction has ended or its state is unknown
      }
      undo(connection, savepoint, transaction, before);
      FsException reason = Failures.of(surroundings.dialect, e);
      return () -> one.result.completeExceptionally(reason);
    } catch (RuntimeException e) {
      undo(connection, savepoint, transaction, before);
      return () -> one.result.completeExceptionally(e);
    }
  }

  private static void undo(
      Connection connection,
      @Nullable Savepoint savepoint,
      Transaction transaction,
      Counters before)
      throws SQLException {
    if (savepoint == null) {
      connection.rollback();
    } else {
      connection.rollback(savepoint);
    }
    transaction.restore(before);
  }

  /** The failure may have ended the transaction already. */
  private void rollBack(Connection connection) {
    try {
      if (!connection.getAutoCommit()) {
        connection.rollback();
      }
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      surroundings.log.log(System.Logger.Level.DEBUG, "there is nothing to roll back", e);
    }
  }
}
