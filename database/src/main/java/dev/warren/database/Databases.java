package dev.warren.database;

import dev.warren.api.config.DatabaseSettings;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;

/**
 * The databases that plugins use, with a connection pool for each file, and for each server URL and
 * user. A pool is closed when its last user closes it. Thread-safe.
 */
public final class Databases {
  private static final String FILE = "sqlite";

  /**
   * The default limit of connections in a server's pool. The server's own limit is its {@code
   * max_connections}.
   */
  public static final int USUAL_CONNECTIONS = 10;

  /** How long opening a database waits for the server's first reply. */
  private static final Duration FIRST_ANSWER = Duration.ofSeconds(8);

  /** The key of a server's pool: each database user needs its own, since privileges differ. */
  private record Login(String address, String user) {}

  private final Map<Object, Pool> pools = new ConcurrentHashMap<>();
  private final IntSupplier connections;
  private final long checkedBytes;

  /** Allows {@link #USUAL_CONNECTIONS} connections to each server and user. */
  public Databases() {
    this(USUAL_CONNECTIONS);
  }

  /**
   * Allows a fixed number of connections.
   *
   * @param connections the limit for each server and user, shared by all callers
   */
  public Databases(int connections) {
    this(() -> connections);
  }

  /**
   * Allows a number of connections that may change.
   *
   * @param connections returns the limit for each server and user; applies to pools created
   *     afterwards
   */
  public Databases(IntSupplier connections) {
    this(connections, Sqlite.CHECKED_BYTES);
  }

  /**
   * Like {@link #Databases(IntSupplier)}, with another size up to which files are checked.
   *
   * @param checkedBytes the size up to which a file is completely checked whenever it is opened
   */
  Databases(IntSupplier connections, long checkedBytes) {
    this.connections = connections;
    this.checkedBytes = checkedBytes;
  }

  /** Returns what is wrong with settings, without contacting the database; empty if nothing is. */
  public static List<Fault> faults(DatabaseSettings settings) {
    List<Fault> faults = new ArrayList<>();
    switch (settings.kind()) {
      case FILE -> file(settings, faults);
      case PostgresUrl.KIND -> {
        PostgresUrl _ = PostgresUrl.parse(settings.url(), faults);
        if (settings.user() == null) {
          faults.add(Fault.url("a database server needs a user: write 'user' beside the URL"));
        }
      }
      default ->
          faults.add(
              Fault.url(
                  "this version has no driver for '%s': write jdbc:sqlite:FILE or jdbc:postgresql://HOST/NAME"
                      .formatted(settings.kind())));
    }
    return faults;
  }

  private static void file(DatabaseSettings settings, List<Fault> faults) {
    if (settings.user() != null || settings.password() != null) {
      faults.add(
          new Fault(
              settings.user() == null ? "password" : "user",
              "a database in a file has no user and no password; remove them"));
    }
    try {
      String name = settings.file().map(Path::toString).orElse("");
      if (name.isEmpty() || name.startsWith(":") || name.startsWith("file:")) {
        faults.add(Fault.url("write the file's name after 'jdbc:sqlite:', and nothing else"));
      } else if (name.contains("?")) {
        faults.add(
            Fault.url("a database's file name must not contain '?', as options are not supported"));
      }
    } catch (InvalidPathException e) {
      faults.add(Fault.url("invalid file name: " + e.getReason()));
    }
  }

  /**
   * Opens a database, and fails if it cannot be used at present.
   *
   * @return the database, which the caller closes
   * @throws IOException if it cannot be used; the message says what to do
   */
  public OpenDatabase open(DatabaseSettings settings) throws IOException {
    OpenDatabase database = enter(settings);
    String trouble = database.trouble();
    if (trouble != null) {
      database.close();
      throw new IOException(trouble);
    }
    return database;
  }

  /**
   * Opens a database even if its server does not respond: see {@link OpenDatabase#trouble}.
   * Connecting is retried until the server responds.
   *
   * @return the database, which the caller closes
   * @throws IOException if a retry would not help, as with invalid settings or a damaged file; the
   *     message says what to do
   */
  public OpenDatabase enter(DatabaseSettings settings) throws IOException {
    List<Fault> faults = faults(settings);
    if (!faults.isEmpty()) {
      throw new IOException(String.join("; ", faults.stream().map(Fault::message).toList()));
    }
    Path file = settings.file().orElse(null);
    return file == null ? server(settings) : file(file, settings.replaceable());
  }

  private OpenDatabase file(Path written, boolean replaceable) throws IOException {
    Path file = written.toAbsolutePath().normalize();
    Sqlite.prepareDirectory(file);
    Path name = real(file);
    return enter(name, new SqliteBackend.Kind(name, replaceable, checkedBytes));
  }

  private OpenDatabase server(DatabaseSettings settings) throws IOException {
    PostgresUrl url = PostgresUrl.parse(settings.url(), new ArrayList<>());
    OpenDatabase database =
        enter(
            new Login(settings.url(), Objects.toString(settings.user())),
            new PostgresBackend.Kind(url, settings, connections.getAsInt()));
    try {
      database.awaitKnown(FIRST_ANSWER);
      return database;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      database.close();
      throw new InterruptedIOException("interrupted while the database is opened");
    }
  }

  private OpenDatabase enter(Object key, Pool.Kind kind) throws IOException {
    while (true) {
      Pool pool = pools.computeIfAbsent(key, _ -> new Pool(ended -> pools.remove(key, ended)));
      if (pool.enter(kind)) {
        return new OpenDatabase(pool);
      }
    }
  }

  /** The canonical path of a file, which need not exist yet. */
  private static Path real(Path file) throws IOException {
    Path directory = file.getParent();
    Path there = directory == null ? file : directory.toRealPath().resolve(file.getFileName());
    return Files.exists(there) ? there.toRealPath() : there;
  }

  /** The number of open pools. */
  int size() {
    return pools.size();
  }
}
