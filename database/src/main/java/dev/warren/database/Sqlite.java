package dev.warren.database;

import dev.warren.api.Reason;
import dev.warren.api.database.Dialect;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.JDBC;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** Databases in files. */
final class Sqlite {
  private static final Logger log = LoggerFactory.getLogger(Sqlite.class);

  /** How long a transaction waits for the lock of another. */
  private static final int BUSY_MILLIS = 10_000;

  /** Larger files are not completely checked when opened, unless they have a {@link DamageMark}. */
  static final long CHECKED_BYTES = 128L << 20;

  /** A larger write-ahead log is truncated to this size after a checkpoint. */
  private static final int LOG_BYTES = 16 << 20;

  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS");

  static {
    NativeLibrary.prepare();
    hide();
  }

  private Sqlite() {}

  /** Removes the host's driver from {@link DriverManager}, where plugins would get it. */
  private static void hide() {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(Sqlite.class.getClassLoader()); // DriverManager reads it once
    try {
      boolean _ = JDBC.isValidURL(""); // loading it registers it
      for (Driver driver : Collections.list(DriverManager.getDrivers())) {
        if (driver instanceof JDBC) {
          DriverManager.deregisterDriver(driver);
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e); // cannot happen: it is registered
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** A source of connections to a file; each call opens a new one. */
  static DataSource of(Path file) {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    // A deferred transaction would fail if another one committed between its first read and its
    // first write.
    config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
    config.setBusyTimeout(BUSY_MILLIS);
    config.setJournalSizeLimit(LOG_BYTES);
    config.enforceForeignKeys(true);
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + file);
    return source;
  }

  /** Creates the parent directories of a database's file, accessible only to the owner. */
  static void prepareDirectory(Path file) throws IOException {
    try {
      Files.createDirectories(file.resolveSibling("").toAbsolutePath(), only("rwx------"));
    } catch (IOException e) {
      throw new IOException("the database %s cannot be made: %s".formatted(file, Reason.of(e)), e);
    }
  }

  /**
   * Creates a database's file, readable only by the owner, or checks an existing one for damage.
   *
   * @param replaceable whether a damaged file is renamed and replaced by a new one
   * @param checkedBytes the size up to which a file without a mark is completely checked
   * @param mark the mark of the file; removed, unless the file is refused
   */
  static void require(Path file, boolean replaceable, long checkedBytes, DamageMark mark)
      throws IOException {
    create(file);
    String damage = damage(file, Files.size(file) <= checkedBytes || mark.isSet());
    if (damage == null) {
      mark.clear();
      return;
    }
    if (!replaceable) {
      throw new IOException(
          "the database %s is damaged (%s): restore it from a backup, or move it away to begin with an empty one"
              .formatted(file, damage));
    }
    Path aside = putAside(file);
    log.error(
        "the database {} is damaged ({}); it is kept as {}, and a new one begins",
        file,
        damage,
        aside);
    create(file);
    mark.clear(); // last, because a crash before this line only costs one more check
  }

  private static void create(Path file) throws IOException {
    try {
      Files.createFile(file, only("rw-------"));
    } catch (FileAlreadyExistsException _) {
      if (!Files.isRegularFile(file)) {
        throw new IOException("the database " + file + " is no regular file");
      }
    } catch (IOException e) {
      throw new IOException("the database %s cannot be made: %s".formatted(file, Reason.of(e)), e);
    }
  }

  private static FileAttribute<?>[] only(String permissions) {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  /** The damage found in a database's file; null if none was found. */
  private static @Nullable String damage(Path file, boolean all) throws IOException {
    try (Connection connection = of(file).getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                all ? "PRAGMA quick_check(1)" : "SELECT 'ok' FROM sqlite_schema LIMIT 1")) {
      String result = rows.next() ? rows.getString(1) : "ok";
      return result.equals("ok") ? null : result.lines().findFirst().orElse(result);
    } catch (SQLException e) {
      if (Dialect.SQLITE.isDamaged(e)) {
        return Reason.of(e);
      }
      throw new IOException(
          "the database %s cannot be opened: %s".formatted(file, Reason.of(e)), e);
    }
  }

  private static Path putAside(Path file) throws IOException {
    String suffix = ".damaged-" + LocalDateTime.now(ZoneId.systemDefault()).format(STAMP);
    for (String part : new String[] {"-wal", "-shm", ""}) {
      Path there = Path.of(file + part);
      if (Files.exists(there)) {
        Files.move(there, Path.of(file + suffix + part));
      }
    }
    return Path.of(file + suffix);
  }
}
