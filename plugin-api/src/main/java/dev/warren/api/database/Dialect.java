package dev.warren.api.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.Set;

/** The differences between the databases that the host has drivers for; the rest is plain SQL. */
public enum Dialect {
  /** SQLite, embedded in the host. */
  SQLITE("SQLite") {
    private static final int BUSY = 5;
    private static final int LOCKED = 6;
    private static final int IO_ERROR = 10;
    private static final int DAMAGED = 11;
    private static final int FULL = 13;
    private static final int NO_DATABASE = 26;

    @Override
    public String now() {
      return "CAST(unixepoch('subsec') * 1000 AS INTEGER)";
    }

    @Override
    public String bytes() {
      return "BLOB";
    }

    @Override
    public String forUpdate() {
      return "";
    }

    @Override
    public String relax() {
      return "PRAGMA synchronous = NORMAL";
    }

    @Override
    public String strict() {
      return "PRAGMA synchronous = FULL";
    }

    @Override
    public String size() {
      return "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";
    }

    // A writing transaction locks the whole database in any case.
    @Override
    List<String> alone() {
      return List.of();
    }

    @Override
    public boolean isFull(SQLException failure) {
      return failure.getErrorCode() == FULL;
    }

    @Override
    public boolean isBusy(SQLException failure) {
      return failure.getErrorCode() == BUSY || failure.getErrorCode() == LOCKED;
    }

    @Override
    public boolean isDamaged(SQLException failure) {
      return failure.getErrorCode() == DAMAGED || failure.getErrorCode() == NO_DATABASE;
    }

    @Override
    public boolean isUnclear(SQLException failure) {
      return failure.getErrorCode() == IO_ERROR;
    }

    @Override
    public boolean isGone(SQLException failure) {
      return false;
    }
  },

  /** PostgreSQL, which hosts can share. */
  POSTGRESQL("PostgreSQL") {
    // Deadlock, serialization failure, lock timeout, statement timeout.
    private static final Set<String> BUSY = Set.of("40P01", "40001", "55P03", "57014");

    // Shut down, crashed, starting, dropped; idle timeout in a transaction; too many connections.
    private static final Set<String> GONE =
        Set.of("57P01", "57P02", "57P03", "57P04", "57P05", "25P03", "53300");

    // The word "warren": no other program uses this number by chance.
    private static final long SCHEMA_LOCK = 0x77617272656eL;

    // The server refused the connection, so nothing was committed.
    private static final Set<String> NEVER_THERE = Set.of("08001", "08004", "57P03", "53300");

    @Override
    public String now() {
      return "CAST(EXTRACT(EPOCH FROM statement_timestamp()) * 1000 AS BIGINT)";
    }

    @Override
    public String bytes() {
      return "BYTEA";
    }

    @Override
    public String forUpdate() {
      return " FOR UPDATE";
    }

    @Override
    public String relax() {
      return "SET synchronous_commit = off";
    }

    @Override
    public String strict() {
      return "SET synchronous_commit = on";
    }

    @Override
    public String size() {
      return "SELECT pg_database_size(current_database())";
    }

    // A migration may take long on another host, so nothing here limits the wait for it.
    @Override
    List<String> alone() {
      return List.of(
          "SET LOCAL statement_timeout = 0",
          "SET LOCAL lock_timeout = 0",
          "SELECT pg_advisory_xact_lock(" + SCHEMA_LOCK + ")");
    }

    @Override
    public boolean isFull(SQLException failure) {
      return state(failure).equals("53100");
    }

    @Override
    public boolean isBusy(SQLException failure) {
      return BUSY.contains(state(failure));
    }

    @Override
    public boolean isDamaged(SQLException failure) {
      return state(failure).equals("XX001") || state(failure).equals("XX002");
    }

    @Override
    public boolean isUnclear(SQLException failure) {
      String state = state(failure);
      return (isGone(failure)
              && !(failure instanceof SQLTransientConnectionException)
              && !NEVER_THERE.contains(state))
          || state.equals("58030")
          || state.equals("40003");
    }

    @Override
    public boolean isGone(SQLException failure) {
      return failure instanceof SQLTransientConnectionException
          || state(failure).startsWith("08")
          || GONE.contains(state(failure));
    }

    private static String state(SQLException failure) {
      return failure.getSQLState() == null ? "" : failure.getSQLState();
    }
  };

  private final String product;

  Dialect(String product) {
    this.product = product;
  }

  /** The dialect of a connection. */
  public static Dialect of(Connection connection) throws SQLException {
    String product = connection.getMetaData().getDatabaseProductName();
    for (Dialect dialect : values()) {
      if (dialect.product.equals(product)) {
        return dialect;
      }
    }
    throw new SQLException("no dialect for the database " + product);
  }

  /** An expression: milliseconds since 1970 by the database's clock, which all hosts share. */
  public abstract String now();

  /** The type of a column for bytes. */
  public abstract String bytes();

  /**
   * The end of a query whose rows the same transaction is going to write, with a leading space.
   * Empty where a writing transaction locks the whole database.
   */
  public abstract String forUpdate();

  /**
   * The statement after which a connection's commits survive a crash of this process, but not
   * necessarily one of the database server or the machine.
   */
  public abstract String relax();

  /** The statement that undoes {@link #relax}. */
  public abstract String strict();

  /** The query for the size of the database, in bytes. */
  public abstract String size();

  /** The statements after which no other transaction changes the schema. */
  abstract List<String> alone();

  /** Whether there is no space; a retry may succeed once there is. */
  public abstract boolean isFull(SQLException failure);

  /** Whether the database, or its rows, were locked for longer than the timeout. */
  public abstract boolean isBusy(SQLException failure);

  /** Whether the file is not a database, or is corrupt. */
  public abstract boolean isDamaged(SQLException failure);

  /**
   * Whether the disk or the connection failed, so that the last commit may or may not have
   * happened.
   */
  public abstract boolean isUnclear(SQLException failure);

  /** Whether the database is unreachable; it may be back later. */
  public abstract boolean isGone(SQLException failure);
}
