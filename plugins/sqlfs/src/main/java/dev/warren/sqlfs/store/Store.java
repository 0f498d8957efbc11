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
 * The database of a file system. Reads run beside each other, each on a connection of the host's
 * pool; changes go through one {@link Writer}. Thread-safe.
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
   * What the last commit of this host left.
   *
   * @param session this host's session
   */
  public record State(long session, Counters counters) {}

  /** A question. */
  @FunctionalInterface
  public interface Reading<T extends @Nullable Object> {
    /** Asks it. */
    T run(Statements statements) throws FsException, SQLException;
  }

  /**
   * @param limit how many bytes everything may take
   * @param touched hears what each commit has changed, before those whose changes they are
   */
  public Store(
      DataSource database,
      Dialect dialect,
      long limit,
      SessionGuard sessions,
      Consumer<Touched> touched,
      System.Logger log) {
    this.database = database;
    this.log = log;
    this.dialect = dialect;
    writer = new Writer(database, dialect, limit, sessions, touched, state, log);
    writer.start();
  }

  /** Makes the tables, or brings those of an older program up to date. */
  public static Dialect prepare(DataSource database) throws IOException {
    try (InputStream script =
        Objects.requireNonNull(Store.class.getResourceAsStream("schema-1.sql"))) {
      new Migrations("sqlfs", List.of(new String(script.readAllBytes(), StandardCharsets.UTF_8)))
          .apply(database);
      try (Connection connection = database.getConnection()) {
        return Dialect.of(connection);
      }
    } catch (SQLException e) {
      throw new IOException("the database cannot be used: " + e.getMessage(), e);
    }
  }

  /** Something that makes a new file system. */
  @FunctionalInterface
  public interface Making {
    /** Makes it, if it is not there. */
    void run(Statements statements) throws SQLException;
  }

  /**
   * Makes what every file system has, if it is not there.
   *
   * @param chunkSize for a new one
   * @return the chunks' size, which is what it was when the file system was made
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

  /** Reads. */
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
   * @param done gets the result before any later step is run; it may not wait
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
   * Makes a change some time, which nobody waits for; where it fails, it is made another time.
   *
   * @param done gets the result before any later step is run; it may not wait
   */
  public <T extends @Nullable Object> void writeLater(Step<T> step, Consumer<T> done) {
    CompletableFuture<T> _ =
        writer
            .submit(step, done)
            .whenComplete(
                (_, failure) -> {
                  if (failure != null && !closed) {
                    log.log(System.Logger.Level.DEBUG, "something is left for later", failure);
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

  /** What the last commit of this host left. */
  public State state() {
    return state.get();
  }

  /** Writes what has come so far and a last step, and ends. */
  public void close(Step<@Nullable Void> last) {
    closed = true;
    writer.close(last);
  }
}
