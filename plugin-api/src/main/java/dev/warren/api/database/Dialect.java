package dev.warren.api.database;

import dev.warren.api.Errno;
import java.sql.Connection;
import java.sql.SQLException;

/** Where databases differ, for those that the host has drivers of. All else is plain SQL. */
public enum Dialect {
  /** SQLite, embedded in the host. */
  SQLITE;

  private static final int BUSY = 5;
  private static final int LOCKED = 6;
  private static final int IO_ERROR = 10;
  private static final int DAMAGED = 11;
  private static final int FULL = 13;
  private static final int NO_DATABASE = 26;

  /** The dialect of a connection. */
  public static Dialect of(Connection connection) throws SQLException {
    String product = connection.getMetaData().getDatabaseProductName();
    if (!product.equals("SQLite")) {
      throw new SQLException("no dialect for the database " + product);
    }
    return SQLITE;
  }

  /** An expression: milliseconds since 1970 by the database's clock, which all hosts share. */
  public String now() {
    return "CAST(unixepoch('subsec') * 1000 AS INTEGER)";
  }

  /** The statement after which commits of a connection survive the process, not a power cut. */
  public String relax() {
    return "PRAGMA synchronous = NORMAL";
  }

  /** The statement that takes {@link #relax} back. */
  public String strict() {
    return "PRAGMA synchronous = FULL";
  }

  /** The question how many bytes a database takes. */
  public String size() {
    return "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";
  }

  /** Whether there is no space: the same may be done again once there is. */
  public boolean isFull(SQLException failure) {
    return failure.getErrorCode() == FULL;
  }

  /** Whether somebody else has had the database for longer than anybody waits. */
  public boolean isBusy(SQLException failure) {
    return failure.getErrorCode() == BUSY || failure.getErrorCode() == LOCKED;
  }

  /** Whether what is stored turned out to be no database, or a broken one. */
  public boolean isDamaged(SQLException failure) {
    return failure.getErrorCode() == DAMAGED || failure.getErrorCode() == NO_DATABASE;
  }

  /** Whether the disk failed: what of the last commit is there, nobody knows. */
  public boolean isUnclear(SQLException failure) {
    return failure.getErrorCode() == IO_ERROR;
  }

  /** What a caller of a file system is told. */
  public Errno errno(SQLException failure) {
    return isFull(failure) ? Errno.ENOSPC : Errno.EIO;
  }
}
