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
 * Creates and upgrades a plugin's tables. The first script makes version 1, the second version 2,
 * and so on; a released script must never change. A table records which versions each plugin has,
 * so several plugins may share a database. If several hosts start at once, each script runs once.
 * Immutable.
 *
 * <p>{@code ${bytes}} in a script is replaced by the type of a column for bytes.
 *
 * <p>Tables of a newer version are refused unless its script allows older programs to use them,
 * because hosts of different versions share a database during an upgrade. A script may allow this
 * if it only adds what the statements of older programs neither name nor need. It declares the
 * oldest version that may continue on a line of its own: {@code -- usable from version 1}.
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
   * Defines the scripts up to the newest version.
   *
   * @param part the name under which versions are recorded, usually the plugin's; at most 200
   *     characters
   * @param scripts one for each version, in order; each statement ends with a semicolon at the end
   *     of a line
   */
  public Migrations(String part, List<String> scripts) {
    this.part = part;
    this.scripts = List.copyOf(scripts);
  }

  /**
   * Runs the scripts that have not run yet, in one transaction.
   *
   * @return the version before, 0 for none
   * @throws SQLException if the database fails, or its tables are of a version that this program
   *     cannot use; the message says what to do
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

  /** Rolls back; a failure of the rollback must not hide the original one. */
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

  /** Returns the version of the tables, 0 for none; throws if this program cannot use it. */
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
