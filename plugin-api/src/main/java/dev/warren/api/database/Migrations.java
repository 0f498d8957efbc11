package dev.warren.api.database;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import javax.sql.DataSource;

/**
 * Brings a plugin's tables from one version of its program to the next. Version 1 is made by the
 * first script, and so on; a script that was released is never changed. What has been done is in a
 * table, so that several plugins may share a database. Hosts that begin at once do it once.
 * Immutable.
 *
 * <p>{@code ${bytes}} in a script stands for the type of a column for bytes.
 *
 * <p>Tables that a newer program has made are refused, unless it says that older ones may go on:
 * hosts of neighbouring versions use one database while they are upgraded. A script that only adds
 * what the statements of older programs neither name nor need says so in a line of its own, with
 * the first version whose programs may: {@code -- usable from version 1}.
 */
public final class Migrations {
  private static final String TABLE =
      """
      CREATE TABLE IF NOT EXISTS warren_schema (
        part VARCHAR(200) NOT NULL,
        version INTEGER NOT NULL,
        checksum BIGINT NOT NULL,
        usable_from INTEGER NOT NULL,
        PRIMARY KEY (part, version))
      """;

  private static final Pattern USABLE_FROM =
      Pattern.compile("(?m)^-- usable from version (\\d{1,9})$");
  private static final Pattern END = Pattern.compile(";[ \t]*(\r?\n|\\z)");

  private final String part;
  private final List<String> scripts;

  /**
   * The way to the newest version.
   *
   * @param part whose tables they are: the plugin's name, mostly
   * @param scripts one for each version, in order; statements end with a semicolon at the end of a
   *     line
   */
  public Migrations(String part, List<String> scripts) {
    this.part = part;
    this.scripts = List.copyOf(scripts);
  }

  /**
   * Does what has not been done yet, all of it or nothing.
   *
   * @return the version that was found, 0 for none
   * @throws SQLException if the database cannot be used, or is of a newer program; the message says
   *     what to do
   */
  public int apply(DataSource database) throws SQLException {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        int found = apply(connection);
        connection.commit();
        return found;
      } catch (SQLException | RuntimeException e) {
        undo(connection, e);
        throw e;
      } finally {
        connection.setAutoCommit(true);
      }
    }
  }

  /** Why it failed is not to be lost where the connection is. */
  private static void undo(Connection connection, Exception why) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      why.addSuppressed(e);
    }
  }

  private int apply(Connection connection) throws SQLException {
    Dialect dialect = Dialect.of(connection);
    try (Statement statement = connection.createStatement()) {
      for (String one : dialect.alone()) {
        statement.execute(one);
      }
      statement.execute(TABLE);
      int found = check(connection, dialect);
      for (int version = found + 1; version <= scripts.size(); version++) {
        String script = script(version, dialect);
        for (String one : END.split(script, -1)) {
          if (!one.isBlank()) {
            statement.execute(one);
          }
        }
        try (PreparedStatement insert =
            connection.prepareStatement("INSERT INTO warren_schema VALUES (?, ?, ?, ?)")) {
          insert.setString(1, part);
          insert.setInt(2, version);
          insert.setLong(3, checksum(script));
          insert.setInt(4, usableFrom(script, version));
          insert.executeUpdate();
        }
      }
      return found;
    }
  }

  private String script(int version, Dialect dialect) {
    return scripts.get(version - 1).replace("${bytes}", dialect.bytes());
  }

  private static int usableFrom(String script, int version) {
    Matcher matcher = USABLE_FROM.matcher(script);
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : version;
  }

  /** The version that is there, which must be one that this program comes from, or may use. */
  private int check(Connection connection, Dialect dialect) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT version, checksum, usable_from FROM warren_schema WHERE part = ? ORDER BY"
                + " version")) {
      select.setString(1, part);
      int found = 0;
      int usableFrom = 0;
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          found = rows.getInt(1);
          usableFrom = Math.max(usableFrom, rows.getInt(3));
          if (found <= scripts.size() && rows.getLong(2) != checksum(script(found, dialect))) {
            throw new SQLException(
                "version %d of %s's tables in the database is not what this program knows by that number; use the program that made it"
                    .formatted(found, part));
          }
        }
      }
      if (usableFrom > scripts.size()) {
        throw new SQLException(
            "the database has %s's tables in version %d, and this program knows up to %d: it is older than the one that made them; use that one, or restore a backup"
                .formatted(part, found, scripts.size()));
      }
      return found;
    }
  }

  private static long checksum(String script) {
    CRC32 crc = new CRC32();
    crc.update(script.getBytes(StandardCharsets.UTF_8));
    return crc.getValue();
  }
}
