package dev.warren.sqlfs.store;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.database.Dialect;
import dev.warren.api.database.Migrations;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The database of a file system. Reads are concurrent, each on a connection of the host's pool;
 * changes are made by one {@link Writer}. Thread-safe.
 */
public final class Store {
  private static final long ROOT_CHARGE = 256;

  private final DataSource database;
  private final Dialect dialect;
  private final System.Logger log;
  private final Writer writer;
  private final AtomicReference<State> state =
      new AtomicReference<>(new State(0, new Counters(0, 0, 0)));
  private volatile boolean closed;

  /**
   * The state after this host's last commit.
   *
   * @param session this host's session
   */
  public record State(long session, Counters counters) {}

  /** A read of the database. */
  @FunctionalInterface
  public interface Reading<T extends @Nullable Object> {
    /** Runs its queries. */
    T run(Statements statements) throws FsException, SQLException;
  }

  /**
   * @param limit the maximum size of the file system, in bytes
   * @param changed called with each transaction's changes, before its steps return their results
   */
  public Store(
      DataSource database,
      Dialect dialect,
      long limit,
      SessionGuard sessions,
      Consumer<ChangedFiles> changed,
      System.Logger log) {
    this.database = database;
    this.log = log;
    this.dialect = dialect;
    writer = new Writer(database, dialect, limit, sessions, changed, state, log);
    writer.start();
  }

  /** Makes the tables, or brings those of an older program up to date. */
  public static Dialect prepare(DataSource database) throws IOException {
    try {
      new Migrations(
              "sqlfs",
              List.of(script("schema-1.sql"), script("schema-2.sql"), script("schema-3.sql")))
          .apply(database);
      try (Connection connection = database.getConnection()) {
        return Dialect.of(connection);
      }
    } catch (SQLException e) {
      throw new IOException("the database cannot be used: " + e.getMessage(), e);
    }
  }

  private static String script(String name) throws IOException {
    try (InputStream script = Objects.requireNonNull(Store.class.getResourceAsStream(name))) {
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /**
   * Requires that there is a file system in a database.
   *
   * @throws IOException if there is none
   */
  public static void requireFileSystem(DataSource database) throws IOException {
    try (Connection connection = database.getConnection();
        Statements sql = new Statements(connection)) {
      if (!sql.exists("SELECT 1 FROM sqlfs_volume WHERE one = 1")) {
        throw new IOException("there is no file system in the database: its first row is missing");
      }
    } catch (SQLException e) {
      throw new IOException("there is no file system in the database: " + e.getMessage(), e);
    }
  }

  /** Something that makes a new file system. */
  @FunctionalInterface
  public interface Making {
    /** Initializes it; must change nothing if it exists. */
    void run(Statements statements) throws SQLException;
  }

  /**
   * Initializes the file system, unless it exists.
   *
   * @param chunkSize of a new one, in bytes
   * @return the chunk size with which the file system was created, in bytes
   */
  public static int begin(DataSource database, int chunkSize, Making making) throws IOException {
    try (Connection connection = database.getConnection();
        Statements sql = new Statements(connection)) {
      connection.setAutoCommit(false);
      try {
        sql.update(
            "INSERT INTO sqlfs_volume (one, chunk, last_id, bytes, files, turns)"
                + " VALUES (1, ?, 1, ?, 1, 0) ON CONFLICT (one) DO NOTHING",
            chunkSize,
            ROOT_CHARGE);
        making.run(sql);
        connection.commit();
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      } finally {
        connection.setAutoCommit(true);
      }
      return (int) sql.number("SELECT chunk FROM sqlfs_volume WHERE one = 1");
    } catch (SQLException e) {
      throw new IOException("the database cannot be used: " + e.getMessage(), e);
    }
  }

  /** Runs a read. */
  public <T extends @Nullable Object> T read(Reading<T> reading) throws FsException {
    requireOpen();
    try (Connection connection = database.getConnection();
        Statements statements = new Statements(connection)) {
      return reading.run(statements);
    } catch (SQLException e) {
      throw Failures.of(dialect, e);
    }
  }

  /** Makes a change, and returns once it is on stable storage. */
  public <T extends @Nullable Object> T write(Step<T> step) throws FsException {
    return write(step, _ -> {});
  }

  /**
   * Makes a change, and returns once it is on stable storage.
   *
   * @param done called with the result before the next transaction begins; must not block
   */
  public <T extends @Nullable Object> T write(Step<T> step, Consumer<T> done) throws FsException {
    requireOpen();
    try {
      return writer.submit(step, done).join();
    } catch (CompletionException e) {
      throw Failures.thrown(e);
    }
  }

  /**
   * Makes a change without waiting for it. A failure is only logged, so the change must be one that
   * is tried again anyway.
   *
   * @param done called with the result before the next transaction begins; must not block
   */
  public <T extends @Nullable Object> void writeLater(Step<T> step, Consumer<T> done) {
    CompletableFuture<T> _ =
        writer
            .submit(step, done)
            .whenComplete(
                (_, failure) -> {
                  if (failure != null && !closed) {
                    log.log(
                        System.Logger.Level.DEBUG,
                        "a change that can wait failed; it is tried again later",
                        failure);
                  }
                });
  }

  /** Whether it was closed. */
  public boolean isClosed() {
    return closed;
  }

  private void requireOpen() throws FsException {
    if (closed) {
      throw new FsException(Errno.EIO, "the file system is closed");
    }
  }

  /** The state after this host's last commit. */
  public State state() {
    return state.get();
  }

  /** Makes the changes submitted so far and a last one, and ends the writer. */
  public void close(Step<@Nullable Void> last) {
    closed = true;
    writer.close(last);
  }
}
