package org.example.rawsql;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Random;

/**
 * Measures the statements that sqlfs executes, sent by one client of the database without a file
 * system: how fast the database itself is. The tables have the columns of sqlfs's tables.
 *
 * <p>Arguments: the database's URL, the bytes of the file, the number of files, the number of
 * directory entries, how many seconds to read. DB_USER and DB_PASSWORD are the user and the
 * password for a database on a server. Prints a line for each result.
 */
public final class RawStatements implements AutoCloseable {
  /** The size of sqlfs's chunks, and how many of them it writes in one transaction. */
  private static final int CHUNK = 64 << 10, CHUNKS = 32;

  /** How many chunks a read of the protocol's largest size needs. */
  private static final int READ = 16;

  private static final int SMALL = 4096;

  private final Connection connection;
  private final Random random = new Random(1);
  private long last;

  private RawStatements(String url) throws SQLException {
    connection =
        DriverManager.getConnection(url, System.getenv("DB_USER"), System.getenv("DB_PASSWORD"));
    boolean sqlite = url.startsWith("jdbc:sqlite:");
    if (sqlite) {
      execute("PRAGMA journal_mode = WAL");
      execute("PRAGMA synchronous = FULL");
      execute("PRAGMA journal_size_limit = " + (16 << 20));
    }
    String bytes = sqlite ? "BLOB" : "BYTEA";
    execute("CREATE TABLE volume (one INTEGER PRIMARY KEY, last_id BIGINT)");
    execute("INSERT INTO volume VALUES (1, 0)");
    execute(
        "CREATE TABLE inode (id BIGINT PRIMARY KEY, type INTEGER, permissions INTEGER, uid INTEGER,"
            + " gid INTEGER, links INTEGER, size BIGINT, stored BIGINT, content BIGINT,"
            + " accessed BIGINT, modified BIGINT, changed BIGINT, born BIGINT, version BIGINT,"
            + " parent BIGINT, target "
            + bytes
            + ")");
    execute(
        "CREATE TABLE entry (parent BIGINT, name %s, cookie BIGINT, inode BIGINT, PRIMARY KEY (parent, name))"
            .formatted(bytes));
    execute("CREATE UNIQUE INDEX entry_order ON entry (parent, cookie)");
    execute(
        "CREATE TABLE chunk (content BIGINT, number BIGINT, data %s, PRIMARY KEY (content, number))"
            .formatted(bytes));
    connection.setAutoCommit(false);
  }

  /** Runs all measurements. */
  public static void main(String[] arguments) throws SQLException {
    long bytes = Long.parseLong(arguments[1]);
    int files = Integer.parseInt(arguments[2]);
    int entries = Integer.parseInt(arguments[3]);
    double seconds = Double.parseDouble(arguments[4]);
    try (RawStatements raw = new RawStatements(arguments[0])) {
      raw.write(1, Math.min(bytes, 32 << 20)); // the JVM compiles code that is executed often
      raw.create(2, files / 10, 1);
      long began = System.nanoTime();
      raw.write(3, bytes);
      say("put", bytes / since(began) / 1e6);
      began = System.nanoTime();
      say("read", raw.read(3, bytes / CHUNK, seconds) / since(began) / 1e6);
      began = System.nanoTime();
      raw.create(4, files, 1);
      say("create", files / since(began));
      began = System.nanoTime();
      raw.create(5, files, 16);
      say("create16", files / since(began));
      raw.create(6, entries, 1000);
      raw.list(6, entries);
      began = System.nanoTime();
      raw.list(6, entries);
      say("list", entries / since(began));
    }
  }

  private static double since(long began) {
    return (System.nanoTime() - began) / 1e9;
  }

  private static void say(String name, double value) {
    System.out.printf(Locale.ROOT, "%s %.1f%n", name, value);
  }

  private void execute(String statement) throws SQLException {
    try (PreparedStatement prepared = connection.prepareStatement(statement)) {
      prepared.execute();
    }
  }

  private static void update(PreparedStatement statement, Object... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
    statement.executeUpdate();
  }

  private byte[] data(int length) {
    byte[] data = new byte[length];
    random.nextBytes(data);
    return data;
  }

  /** Inserts the chunks of a content, as many in a transaction as sqlfs does. */
  private void write(long content, long bytes) throws SQLException {
    byte[] data = data(CHUNK);
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO chunk VALUES (?, ?, ?)")) {
      for (long number = 0; number < bytes / CHUNK; number++) {
        ByteBuffer.wrap(data).putLong(number); // no two chunks are equal
        update(insert, content, number, data);
        if (number % CHUNKS == CHUNKS - 1) {
          connection.commit();
        }
      }
      connection.commit();
    }
  }

  /** Reads a content repeatedly; returns the number of bytes that were read. */
  private long read(long content, long chunks, double seconds) throws SQLException {
    long began = System.nanoTime();
    long bytes = 0;
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT number, data FROM chunk WHERE content = ? AND number BETWEEN ? AND ? ORDER BY"
                + " number")) {
      for (long first = 0;
          since(began) < seconds;
          first = first + READ < chunks ? first + READ : 0) {
        select.setLong(1, content);
        select.setLong(2, first);
        select.setLong(3, first + READ - 1);
        try (ResultSet rows = select.executeQuery()) {
          while (rows.next()) {
            bytes += rows.getBytes(2).length;
          }
        }
      }
      connection.commit();
    }
    return bytes;
  }

  /**
   * Inserts small files with one chunk each into a directory, {@code together} of them in each
   * transaction.
   */
  private void create(long parent, int files, int together) throws SQLException {
    byte[] data = data(SMALL);
    try (PreparedStatement volume =
            connection.prepareStatement("UPDATE volume SET last_id = ? WHERE one = 1");
        PreparedStatement inode =
            connection.prepareStatement(
                "INSERT INTO inode VALUES (?, 32768, 420, 0, 0, 1, ?, ?, ?, 0, 0, 0, 0, 0, ?,"
                    + " NULL)");
        PreparedStatement entry =
            connection.prepareStatement("INSERT INTO entry VALUES (?, ?, ?, ?)");
        PreparedStatement directory =
            connection.prepareStatement("UPDATE inode SET modified = ?, changed = ? WHERE id = ?");
        PreparedStatement chunk =
            connection.prepareStatement("INSERT INTO chunk VALUES (?, 0, ?)")) {
      for (int i = 0; i < files; i++) {
        long id = ++last + 1_000_000;
        ByteBuffer.wrap(data).putLong(id);
        update(volume, id);
        update(inode, id, SMALL, SMALL, id, parent);
        update(entry, parent, "f%06d".formatted(i).getBytes(), id, id);
        update(directory, id, id, parent);
        update(chunk, id, data);
        if (i % together == together - 1) {
          connection.commit();
        }
      }
      connection.commit();
    }
  }

  /** Reads all entries of a directory with the files' attributes. */
  private void list(long parent, int entries) throws SQLException {
    int seen = 0;
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT e.name, e.cookie, i.* FROM entry e JOIN inode i ON i.id = e.inode"
                + " WHERE e.parent = ? ORDER BY e.cookie")) {
      select.setFetchSize(1000);
      select.setLong(1, parent);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          for (int column = 3; column <= 17; column++) {
            rows.getLong(column);
          }
          seen += rows.getBytes(1).length > 0 ? 1 : 0;
        }
      }
      connection.commit();
    }
    if (seen != entries) {
      throw new IllegalStateException(seen + " entries instead of " + entries);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
