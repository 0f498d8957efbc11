package dev.warren.gptfs;

import dev.warren.api.FileSystem;
import dev.warren.api.config.DatabaseSettings;
import dev.warren.api.database.Database;
import dev.warren.gptfs.store.Member;
import dev.warren.testkit.InterceptedDatabase;
import dev.warren.testkit.TestContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.WeakHashMap;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The database of jobs that belongs to a file system; it persists from one mount to the next. */
final class TestDatabase {
  /** A wrapped database is a different object, so tests must say which one they mean. */
  private static final Map<FileSystem, Path> PLACES = new WeakHashMap<>();

  private final Path directory;
  private final InterceptedDatabase.@Nullable Commits commits;
  private final @Nullable DatabaseSettings server;
  private final Duration lease;
  private @Nullable TestContext context;
  private @Nullable Member member;

  private TestDatabase(Path directory, InterceptedDatabase.@Nullable Commits commits) {
    this(directory, commits, null, Duration.ZERO);
  }

  private TestDatabase(
      Path directory,
      InterceptedDatabase.@Nullable Commits commits,
      @Nullable DatabaseSettings server,
      Duration lease) {
    this.directory = directory;
    this.commits = commits;
    this.server = server;
    this.lease = lease;
  }

  /** The connection of one host to a server that it shares with others. */
  static TestDatabase shared(DatabaseSettings server, Duration lease) throws IOException {
    return new TestDatabase(create(), null, server, lease);
  }

  /** The id of this host among those that share the database; null if it is not shared. */
  @Nullable Member member() {
    return member;
  }

  /** The database of a file system; a new one for each file system that has none yet. */
  static synchronized TestDatabase of(FileSystem files) throws IOException {
    Path place = PLACES.get(files);
    if (place == null) {
      place = create();
      PLACES.put(files, place);
    }
    return new TestDatabase(place, null);
  }

  /** The database in a directory. */
  static TestDatabase in(Path directory) {
    return new TestDatabase(directory, null);
  }

  private static Path create() throws IOException {
    Path directory = Files.createTempDirectory("gptfs-test");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
    return directory;
  }

  private static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      List<Path> all = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : all) {
        Files.delete(file);
      }
    } catch (IOException e) {
      System.err.println(directory + " is left: " + e);
    }
  }

  /** The same database with a wrapper around its commits. */
  TestDatabase with(InterceptedDatabase.Commits other) {
    return new TestDatabase(directory, other);
  }

  Path file() {
    return directory.resolve("jobs.db");
  }

  DataSource open() throws IOException {
    context = TestContext.in(directory);
    if (server != null) {
      Database shared = context.database(server);
      member = new Member(UUID.randomUUID().toString(), "test", "1", lease, shared);
      return shared;
    }
    DataSource opened = context.database(DatabaseSettings.file(file()).asReplaceable());
    return commits == null ? opened : InterceptedDatabase.around(opened, commits);
  }

  void close() {
    if (context != null) {
      context.close();
    }
  }
}
