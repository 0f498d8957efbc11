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
 * The databases that plugins use: one pool of connections for each, closed with its last user.
 * Thread-safe.
 */
public final class Databases {
  private static final String FILE = "sqlite";

  /** What a server's pool may have if nobody says otherwise; see {@code max_connections} there. */
  public static final int USUAL_CONNECTIONS = 10;

  /** How long the first user waits for a server to say anything. */
  private static final Duration FIRST_ANSWER = Duration.ofSeconds(8);

  /** A server's pool is that of a user: what one may, another may not. */
  private record Login(String address, String user) {}

  private final Map<Object, Pool> pools = new ConcurrentHashMap<>();
  private final IntSupplier connections;

  /** None is open yet. */
  public Databases() {
    this(USUAL_CONNECTIONS);
  }

  /**
   * None is open yet.
   *
   * @param connections how many there may be to each server and user, in a pool for all who ask
   */
  public Databases(int connections) {
    this(() -> connections);
  }

  /**
   * None is open yet.
   *
   * @param connections is asked when a pool is made
   */
  public Databases(IntSupplier connections) {
    this.connections = connections;
  }

  /** Why settings cannot be used, whatever is there. */
  public static List<Fault> faults(DatabaseSettings settings) {
    List<Fault> faults = new ArrayList<>();
    switch (settings.kind()) {
      case FILE -> file(settings, faults);
      case PostgresUrl.KIND -> {
        PostgresUrl _ = PostgresUrl.parse(settings.url(), faults);
        if (settings.user() == null) {
          faults.add(Fault.url("a server wants to know who logs in: write 'user' beside the URL"));
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
        faults.add(Fault.url("a name of a database's file has no '?', and no options after it"));
      }
    } catch (InvalidPathException e) {
      faults.add(Fault.url("that is no name of a file: " + e.getReason()));
    }
  }

  /**
   * Opens a database that can be used.
   *
   * @return what the caller closes
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
   * Opens a database, which may be a server that does not answer: see {@link OpenDatabase#trouble}.
   * It is tried again and again until it does.
   *
   * @return what the caller closes
   * @throws IOException if it cannot be used, and never will be; the message says what to do
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
    return enter(name, new SqliteBackend.Kind(name, replaceable));
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

  /** One name for one file, which may not be there yet. */
  private static Path real(Path file) throws IOException {
    Path directory = file.getParent();
    Path there = directory == null ? file : directory.toRealPath().resolve(file.getFileName());
    return Files.exists(there) ? there.toRealPath() : there;
  }

  /** How many are open. */
  int size() {
    return pools.size();
  }
}
