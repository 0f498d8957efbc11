package dev.warren.gptfs.store;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.database.Dialect;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A queue of the calls of all hosts that share a store. Numbers increase in the order of commits,
 * so no call can enter before one that is visible, and all hosts agree on the first calls. The
 * calls of a host that is considered dead are removed. Thread-safe.
 */
public final class SharedCalls {
  // The advisory lock: the word "calls" in ASCII.
  private static final long LOCK = 0x63616c6c73L;

  private final Member member;

  /** Held by the thread that uses a connection, so that all threads together use at most one. */
  private final ReentrantLock connected = new ReentrantLock(true);

  SharedCalls(Member member) {
    this.member = member;
  }

  /** Statements on a connection, with a result. */
  @FunctionalInterface
  private interface Asking<T> {
    T ask(Connection connection) throws SQLException;
  }

  /** Executes a transaction on its own connection: the writer must not wait for these locks. */
  private <T> T ask(Asking<T> asking) throws FsException {
    connected.lock();
    try (Connection connection = member.database().getConnection()) {
      connection.setAutoCommit(false);
      try {
        T result = asking.ask(connection);
        connection.commit();
        return result;
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      } finally {
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      throw new FsException(
          Errno.of(Dialect.POSTGRESQL, e),
          "max_calls: the calls of all hosts cannot be counted: " + e.getMessage(),
          e);
    } finally {
      connected.unlock();
    }
  }

  /**
   * Adds a call of this host at the end of the queue.
   *
   * @return its number
   */
  public long enter() throws FsException {
    return ask(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
          }
          try (PreparedStatement insert =
              connection.prepareStatement(
                  "INSERT INTO gptfs_calls (host) VALUES (?) RETURNING number")) {
            insert.setString(1, member.id());
            try (ResultSet rows = insert.executeQuery()) {
              if (!rows.next()) {
                throw new SQLException("the database gave no number to a call");
              }
              return rows.getLong(1);
            }
          }
        });
  }

  /** Removes a call from the queue, and notifies all hosts. */
  public void leave(long number) throws FsException {
    ask(
        connection -> {
          try (PreparedStatement delete =
              connection.prepareStatement("DELETE FROM gptfs_calls WHERE number = ?")) {
            delete.setLong(1, number);
            delete.executeUpdate();
          }
          member.database().publish(connection, Member.CHANNEL, SharedJobs.CALLS);
          return true;
        });
  }

  /**
   * The numbers of the first calls in the queue.
   *
   * @param most the maximum number of calls
   */
  public Set<Long> first(int most) throws FsException {
    return ask(
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT number FROM gptfs_calls ORDER BY number LIMIT ?")) {
            select.setInt(1, most);
            return numbers(select);
          }
        });
  }

  /**
   * Removes calls of this host that it does not know, as after a commit in doubt.
   *
   * @param known the numbers of this host's calls
   * @return the numbers of its calls that are in the queue
   */
  public Set<Long> retain(Set<Long> known) throws FsException {
    return ask(
        connection -> {
          Array numbers = connection.createArrayOf("int8", known.toArray());
          try (PreparedStatement delete =
              connection.prepareStatement(
                  "DELETE FROM gptfs_calls WHERE host = ? AND number <> ALL (?)")) {
            delete.setString(1, member.id());
            delete.setArray(2, numbers);
            if (delete.executeUpdate() > 0) {
              member.database().publish(connection, Member.CHANNEL, SharedJobs.CALLS);
            }
          }
          try (PreparedStatement select =
              connection.prepareStatement("SELECT number FROM gptfs_calls WHERE host = ?")) {
            select.setString(1, member.id());
            return numbers(select);
          }
        });
  }

  private static Set<Long> numbers(PreparedStatement select) throws SQLException {
    Set<Long> numbers = new HashSet<>();
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        numbers.add(rows.getLong(1));
      }
    }
    return numbers;
  }
}
