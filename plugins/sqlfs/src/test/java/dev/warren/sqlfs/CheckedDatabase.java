package dev.warren.sqlfs;

import static dev.warren.testkit.TestFiles.path;

import dev.warren.api.FileSystem;
import dev.warren.api.XattrMode;
import dev.warren.api.config.DatabaseSettings;
import dev.warren.api.database.Database;
import dev.warren.sqlfs.check.Check;
import dev.warren.sqlfs.check.Repair;
import dev.warren.testkit.TestContext;
import dev.warren.testkit.TestFiles;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A database that is damaged by SQL, checked and repaired. */
final class CheckedDatabase implements AutoCloseable {
  static final byte[] CONTENT = new byte[10_000];

  private final TestContext context;
  private final DatabaseSettings settings;
  private final Database database;
  private final AtomicLong ticks = new AtomicLong();

  CheckedDatabase(Path directory, DatabaseSettings settings) throws Exception {
    context = TestContext.in(directory);
    this.settings = settings;
    database = context.database(settings);
  }

  FileSystem open() throws Exception {
    return TestHost.open(context, settings, TestHost.settings(System::nanoTime));
  }

  /** Creates a few files of all kinds, and closes them. */
  void fill() throws Exception {
    try (FileSystem fs = open()) {
      fs.mkdir(path("/d"), 0755);
      fs.mkdir(path("/d/e"), 0755);
      fs.mkdir(path("/d/e/inner"), 0755);
      TestFiles.write(fs, path("/d/e/inner/deep"), "deep");
      TestFiles.write(fs, path("/d/f"), CONTENT);
      TestFiles.write(fs, path("/g"), "two names");
      fs.link(path("/g"), path("/d/h"));
      fs.symlink("d/f", path("/s"));
      fs.setXattr(path("/d/f"), "user.colour", new byte[] {1, 2, 3}, XattrMode.SET);
    }
  }

  /** The number of a file. */
  long id(String name) throws Exception {
    try (FileSystem fs = open()) {
      return fs.stat(path(name)).fileId();
    }
  }

  /**
   * Executes a statement in a transaction that takes the same lock first as those of the hosts, so
   * that the two cannot deadlock.
   */
  void sql(String statement, Object... values) throws Exception {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try (PreparedStatement place =
              connection.prepareStatement("UPDATE sqlfs_volume SET turns = turns + 1");
          PreparedStatement s = connection.prepareStatement(statement)) {
        place.executeUpdate();
        for (int i = 0; i < values.length; i++) {
          s.setObject(i + 1, values[i]);
        }
        s.executeUpdate();
        connection.commit();
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }
  }

  long number(String statement) throws Exception {
    try (Connection connection = database.getConnection();
        PreparedStatement s = connection.prepareStatement(statement);
        ResultSet rows = s.executeQuery()) {
      return rows.next() ? rows.getLong(1) : 0;
    }
  }

  List<String> check() throws Exception {
    List<String> lines = new ArrayList<>();
    Check.run(database, lines::add);
    return lines;
  }

  /** Returns the output of a repair, which must have repaired everything. */
  List<String> repair() throws Exception {
    return repair(this::aLeasePasses);
  }

  List<String> repair(Repair.Pause pause) throws Exception {
    List<String> lines = new ArrayList<>();
    if (!repair(pause, lines)) {
      throw new AssertionError(lines);
    }
    return lines;
  }

  boolean repair(Repair.Pause pause, List<String> lines) throws Exception {
    Repair.Settings how = new Repair.Settings(TestHost.OWNER, TestHost.LEASE, ticks::get, pause);
    return Repair.run(database, how, context.logger(), lines::add);
  }

  /** Simulates that the repair has run for the length of a lease, and has to renew its lease. */
  void aLeasePasses() {
    try {
      sql("UPDATE sqlfs_session SET since = 0");
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    ticks.addAndGet(TestHost.LEASE.toNanos());
  }

  @Override
  public void close() {
    context.close();
  }
}
