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
 * A PostgreSQL server for tests, on a free port of the loopback address, with its data in a
 * temporary directory; commits are durable. All tests of a JVM share one ({@link #shared}), on
 * which each test has its own database ({@link #database}). A test that stops or breaks the server
 * starts its own ({@link #startOwn}). Thread-safe.
 */
public final class PostgresServer implements AutoCloseable {
  /** The superuser, who logs in with {@link #PASSWORD}. */
  public static final String USER = "warren";

  /** The password of {@link #USER}. */
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
   * The server that all tests of this JVM share; it is closed when the JVM ends. If PostgreSQL is
   * not installed, the test is skipped, and the build reports it.
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
   * Starts a server for one test, which must close it.
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

  /** Creates a directory that belongs to the user who runs the server. */
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

  /** Adds a line to {@code postgresql.conf}, which applies from the next start. */
  public void configure(String line) throws IOException {
    Files.writeString(
        data().resolve("postgresql.conf"), line + "\n", UTF_8, StandardOpenOption.APPEND);
  }

  /**
   * Inserts lines at the start of {@code pg_hba.conf}: who may log in, and how. They apply from the
   * next start.
   */
  public void letIn(String... lines) throws IOException {
    Path file = data().resolve("pg_hba.conf");
    Files.writeString(file, String.join("\n", lines) + "\n" + Files.readString(file));
  }

  /**
   * Makes the server accept TLS too, from its next start.
   *
   * @return the certificate, which clients must trust
   */
  public Path serveTls(Certificates.Pair pair) throws IOException {
    own(Files.copy(pair.certificate(), data().resolve("server.crt")), "rw-------");
    own(Files.copy(pair.key(), data().resolve("server.key")), "rw-------");
    configure("ssl = on");
    return pair.certificate();
  }

  /** Sets a file's permissions, and gives it to the user who runs the server. */
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

  /** The server's data directory. */
  public Path dataDirectory() {
    return data();
  }

  /** Starts the server unless it runs, and waits until it accepts connections. */
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

  /**
   * Whether {@code postmaster.pid} says that this process accepts connections; after a crash, the
   * file of an earlier process may remain.
   */
  private static boolean serves(Path state, Process started) throws IOException {
    if (!Files.exists(state)) {
      return false;
    }
    List<String> lines = Files.readAllLines(state);
    return lines.size() >= 8
        && lines.getFirst().equals(Long.toString(started.pid()))
        && lines.get(7).strip().equals("ready");
  }

  /** The log file of the server. */
  public Path log() {
    return directory.resolve("log");
  }

  /** Stops the server as an administrator does for a restart: all connections are closed. */
  public void stop() throws InterruptedException {
    signal("INT", true);
  }

  /** Stops the server as in a crash: nothing that it holds in memory is written. */
  public void kill() throws InterruptedException {
    signal("QUIT", true);
  }

  /** Stops all processes of the server with SIGSTOP, until {@link #resume}. */
  public void suspend() throws InterruptedException {
    family().forEach(one -> signal("STOP", one));
  }

  /** Continues the processes that {@link #suspend} stopped. */
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

  /** Creates an empty database; returns its JDBC URL. */
  public String database() throws IOException, InterruptedException {
    String name = "test" + DATABASES.incrementAndGet();
    sql("postgres", "CREATE DATABASE " + name);
    return url(name);
  }

  /** The JDBC URL of a database. */
  public String url(String name) {
    return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, name);
  }

  /** The configuration value of a database that a user logs in to with a password. */
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

  /** Runs a statement with psql, outside all pools; returns what psql prints. */
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

  /** Stops the server and deletes its files. */
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

  /** Deletes files, some of which the server's last processes may still be deleting too. */
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
