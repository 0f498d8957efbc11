package dev.warren.sqlfs.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Statements on one connection, each prepared once. Not thread-safe. */
public final class Statements implements AutoCloseable {
  private final Connection connection;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();

  /** Converts the current row of a result. */
  @FunctionalInterface
  public interface Row<T> {
    /** Converts the row. */
    T of(ResultSet row) throws SQLException;
  }

  Statements(Connection connection) {
    this.connection = connection;
  }

  Connection connection() {
    return connection;
  }

  /** Changes rows; returns how many. */
  public int update(String sql, Object... values) throws SQLException {
    return bound(sql, values).executeUpdate();
  }

  /** The first row of a query's result; null if there is none. */
  public <T> @Nullable T first(String sql, Row<T> row, Object... values) throws SQLException {
    try (ResultSet rows = bound(sql, values).executeQuery()) {
      return rows.next() ? row.of(rows) : null;
    }
  }

  /** All rows of a query's result. */
  public <T> List<T> all(String sql, Row<T> row, Object... values) throws SQLException {
    List<T> all = new ArrayList<>();
    try (ResultSet rows = bound(sql, values).executeQuery()) {
      while (rows.next()) {
        all.add(row.of(rows));
      }
    }
    return all;
  }

  /** A number from a query that always returns one, such as a count or a sum. */
  public long number(String sql, Object... values) throws SQLException {
    Long number = first(sql, row -> row.getLong(1), values);
    if (number == null) {
      throw new SQLException("no row for " + sql);
    }
    return number;
  }

  /** Whether a query returns a row. */
  public boolean exists(String sql, Object... values) throws SQLException {
    return first(sql, _ -> true, values) != null;
  }

  private PreparedStatement bound(String sql, Object... values) throws SQLException {
    PreparedStatement statement = prepared.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      prepared.put(sql, statement);
    }
    for (int i = 0; i < values.length; i++) {
      switch (values[i]) {
        case Long number -> statement.setLong(i + 1, number);
        case Integer number -> statement.setInt(i + 1, number);
        case byte[] bytes -> statement.setBytes(i + 1, bytes);
        case Object text -> statement.setString(i + 1, text.toString());
      }
    }
    return statement;
  }

  @Override
  public void close() throws SQLException {
    for (PreparedStatement one : prepared.values()) {
      one.close();
    }
  }
}
