package dev.warren.testkit.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * A PostgreSQL server for tests, on a free port of this machine's loopback, with its data in a
 * temporary directory, and committing to the disk as any other. One serves all tests of a JVM
 * ({@link #shared}); each test has a database of its own there ({@link #database}). What breaks the
 * server starts one for itself ({@link #startOwn}). Thread-safe.
 */
public final class PostgresServer implements AutoCloseable {
  /** Who may do everything, by a password. */
  public static final String USER = "warren";

  /** The password. */
  public static final String PASSWORD = "not-for-anybody's-eyes";

  private static final int SECONDS_TO_START = 60;
  private static final AtomicInteger DATABASES = new AtomicInteger();
  private static @Nullable PostgresServer shared;

  private final PostgresPrograms programs;
  private final Path directory;
  private final int port;
  private @Nullable Process process;

  private PostgresServer(PostgresPrograms programs, Path directory, int port) {
    this.programs = programs;
    this.directory = directory;
    this.port = port;
  }

  /**
   * The server for all tests of this JVM, which it outlives by nothing. Where PostgreSQL is not
   * installed, the test is skipped, and the build says so.
   */
  public static synchronized PostgresServer shared() throws IOException, InterruptedException {
    if (shared == null) {
      PostgresServer server = startOwn();
      Runtime.getRuntime().addShutdownHook(new Thread(server::close));
      shared = server;
    }
    return shared;
  }

  /**
   * A server of the test's own, which it closes.
   *
   * @param settings lines for {@code postgresql.conf}
   */
  public static PostgresServer startOwn(String... settings)
      throws IOException, InterruptedException {
    Optional<PostgresPrograms> programs = PostgresPrograms.find();
    Assumptions.assumeTrue(
        programs.isPresent(), "PostgreSQL is not installed: apt-get install postgresql");
    PostgresServer server = new PostgresServer(programs.orElseThrow(), ownDirectory(), freePort());
    try {
      server.initialize(settings);
      server.start();
      return server;
    } catch (IOException | InterruptedException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /** One that PostgreSQL's user may write to, and no path that is too long for a socket. */
  private static Path ownDirectory() throws IOException {
    Path directory = Files.createTempDirectory("warren-pg");
    own(directory, "rwx------");
    return directory;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  private void initialize(String... settings) throws IOException, InterruptedException {
    Path password = directory.resolve("password");
    Files.writeString(password, PASSWORD);
    programs.run(
        directory,
        "initdb",
        "--pgdata=" + data(),
        "--username=" + USER,
        "--pwfile=" + password,
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--no-locale",
        "--no-instructions");
    configure("listen_addresses = '127.0.0.1'");
    configure("unix_socket_directories = ''");
    configure("port = " + port);
    configure("max_connections = 60");
    configure("shared_buffers = 32MB");
    configure("log_destination = stderr");
    configure("log_timezone = UTC");
    configure("log_line_prefix = '%m [%p] '");
    for (String setting : settings) {
      configure(setting);
    }
  }

  private Path data() {
    return directory.resolve("data");
  }

  /** Adds a line to {@code postgresql.conf}, for when it starts. */
  public void configure(String line) throws IOException {
    Files.writeString(
        data().resolve("postgresql.conf"), line + "\n", UTF_8, StandardOpenOption.APPEND);
  }

  /** Puts lines at the head of {@code pg_hba.conf}, for when it starts: who is let in, and how. */
  public void letIn(String... lines) throws IOException {
    Path file = data().resolve("pg_hba.conf");
    Files.writeString(file, String.join("\n", lines) + "\n" + Files.readString(file));
  }

  /**
   * Has it serve TLS beside the rest, from its next start on.
   *
   * @return the certificate, by which clients know it
   */
  public Path serveTls(Certificates.Pair pair) throws IOException {
    own(Files.copy(pair.certificate(), data().resolve("server.crt")), "rw-------");
    own(Files.copy(pair.key(), data().resolve("server.key")), "rw-------");
    configure("ssl = on");
    return pair.certificate();
  }

  /** Gives a file to who runs the server, and to nobody else. */
  private static void own(Path file, String permissions) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    if (PostgresPrograms.isRoot()) {
      Files.setOwner(
          file,
          file.getFileSystem()
              .getUserPrincipalLookupService()
              .lookupPrincipalByName(PostgresPrograms.servant()));
    }
  }

  /** Where its data are. */
  public Path dataDirectory() {
    return data();
  }

  /** Starts it, if it does not run, and waits until it serves. */
  public synchronized void start() throws IOException, InterruptedException {
    if (process != null && process.isAlive()) {
      return;
    }
    List<String> command = new ArrayList<>(programs.command("postgres", "-D", data().toString()));
    Process started =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
            .start();
    process = started;
    Path state = data().resolve("postmaster.pid");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_TO_START);
    while (!serves(state, started)) {
      if (System.nanoTime() > end || started.waitFor(10, TimeUnit.MILLISECONDS)) {
        throw new IOException("the server does not start: " + Files.readString(log()));
      }
    }
  }

  /** It says so in the last line of its file; one that crashed has left the file of another one. */
  private static boolean serves(Path state, Process started) throws IOException {
    if (!Files.exists(state)) {
      return false;
    }
    List<String> lines = Files.readAllLines(state);
    return lines.size() >= 8
        && lines.getFirst().equals(Long.toString(started.pid()))
        && lines.get(7).strip().equals("ready");
  }

  /** What it has logged. */
  public Path log() {
    return directory.resolve("log");
  }

  /** Stops it as an administrator does who wants it back soon: all connections are cut. */
  public void stop() throws InterruptedException {
    signal("INT", true);
  }

  /** Stops it as a power cut does: nothing that it holds in memory is written. */
  public void kill() throws InterruptedException {
    signal("QUIT", true);
  }

  /** Makes it hang, connections and all, until {@link #resume}. */
  public void suspend() throws InterruptedException {
    family().forEach(one -> signal("STOP", one));
  }

  /** Lets it go on. */
  public void resume() throws InterruptedException {
    family().forEach(one -> signal("CONT", one));
  }

  private synchronized List<ProcessHandle> family() {
    return process == null
        ? List.of()
        : Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
  }

  private synchronized void signal(String name, boolean wait) throws InterruptedException {
    Process now = process;
    if (now == null || !now.isAlive()) {
      return;
    }
    signal(name, now.toHandle());
    if (wait) {
      now.waitFor();
    }
  }

  private static void signal(String name, ProcessHandle target) {
    try {
      int status =
          new ProcessBuilder("kill", "-" + name, Long.toString(target.pid()))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD) // it may have ended meanwhile
              .start()
              .waitFor();
      if (status != 0 && target.isAlive()) {
        throw new IllegalStateException("kill -%s: %d".formatted(name, status));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The port on 127.0.0.1. */
  public int port() {
    return port;
  }

  /** Makes an empty database, and says its URL, as a configuration has it. */
  public String database() throws IOException, InterruptedException {
    String name = "test" + DATABASES.incrementAndGet();
    sql("postgres", "CREATE DATABASE " + name);
    return url(name);
  }

  /** The URL of a database. */
  public String url(String name) {
    return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, name);
  }

  /** A database as it stands in a configuration. */
  public static Map<String, Object> setting(String url) {
    return Map.of("url", url, "user", USER, "password", PASSWORD);
  }

  /** Ends all connections to a database, as an administrator can. */
  public void terminateConnections(String url) throws IOException, InterruptedException {
    sql(
        "postgres",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s' AND pid <> pg_backend_pid()"
            .formatted(nameOf(url)));
  }

  private static String nameOf(String url) {
    String path = url.substring(url.lastIndexOf('/') + 1);
    int options = path.indexOf('?');
    return options < 0 ? path : path.substring(0, options);
  }

  /** Asks or tells a database something, beside all pools; the answer as psql prints it. */
  public String sql(String database, String statement) throws IOException, InterruptedException {
    Path answer = Files.createTempFile("warren-psql", ".out");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(
                  programs.directory().resolve("psql").toString(),
                  "--no-psqlrc",
                  "--quiet",
                  "--tuples-only",
                  "--no-align",
                  "--set=ON_ERROR_STOP=1",
                  "--host=127.0.0.1",
                  "--port=" + port,
                  "--username=" + USER,
                  "--command=" + statement,
                  nameOf(database))
              .redirectErrorStream(true)
              .redirectOutput(answer.toFile());
      builder.environment().put("PGPASSWORD", PASSWORD);
      int status = builder.start().waitFor();
      String said = Files.readString(answer).strip();
      if (status != 0) {
        throw new IOException("psql failed: " + said);
      }
      return said;
    } finally {
      Files.deleteIfExists(answer);
    }
  }

  /** Stops it, and leaves nothing behind. */
  @Override
  public synchronized void close() {
    try {
      resume();
      kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      Files.walkFileTree(directory, new Removal());
    } catch (IOException e) {
      throw new UncheckedIOException(directory + " is left", e);
    }
  }

  /** The last processes of a server may still be removing files themselves. */
  private static final class Removal extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (e instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw e;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
        throws IOException {
      Files.deleteIfExists(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
