package dev.warren.database;

import dev.warren.api.config.DatabaseSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The databases that plugins use: one pool of connections for each, closed with its last user.
 * Thread-safe.
 */
public final class Databases {
  private static final String FILE = "sqlite";

  private final Map<Path, Pool> pools = new ConcurrentHashMap<>();

  /** None is open yet. */
  public Databases() {}

  /** Why settings cannot be used, whatever is there; empty if they may be. */
  public static Optional<String> problem(DatabaseSettings settings) {
    if (!settings.kind().equals(FILE)) {
      return Optional.of(
          "this version has no driver for '%s': write jdbc:sqlite:FILE".formatted(settings.kind()));
    }
    if (settings.user() != null || settings.password() != null) {
      return Optional.of("a database in a file has no user and no password; remove them");
    }
    try {
      String name = settings.file().map(Path::toString).orElse("");
      if (name.isEmpty() || name.startsWith(":") || name.startsWith("file:")) {
        return Optional.of("write the file's name after 'jdbc:sqlite:', and nothing else");
      }
      return name.contains("?")
          ? Optional.of("a name of a database's file has no '?', and no options after it")
          : Optional.empty();
    } catch (InvalidPathException e) {
      return Optional.of("that is no name of a file: " + e.getReason());
    }
  }

  /**
   * Opens a database.
   *
   * @return what the caller closes
   * @throws IOException if it cannot be used; the message says what to do
   */
  public OpenDatabase open(DatabaseSettings settings) throws IOException {
    Optional<String> problem = problem(settings);
    if (problem.isPresent()) {
      throw new IOException(problem.get());
    }
    Path file = settings.file().orElseThrow().toAbsolutePath().normalize();
    Sqlite.prepareDirectory(file);
    Path name = real(file);
    while (true) {
      Pool pool =
          pools.computeIfAbsent(name, _ -> new Pool(name, ended -> pools.remove(name, ended)));
      if (pool.enter(settings.replaceable())) {
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
