package dev.warren.api.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The database that an instance uses: the value of a key of type {@link ConfigType#DATABASE} or, if
 * none was configured, a file that the instance chose.
 *
 * @param url a JDBC URL such as {@code jdbc:sqlite:/var/lib/jobs.db}, without secrets
 * @param user the database user; null if none is needed
 * @param password null if none is needed
 * @param replaceable whether a damaged file is put aside and replaced by a new one; if not, the
 *     database cannot be used until an administrator has repaired it
 */
public record DatabaseSettings(
    String url, @Nullable String user, @Nullable Secret password, boolean replaceable) {
  private static final String JDBC = "jdbc:";
  private static final String SQLITE = JDBC + "sqlite:";
  private static final Set<String> KEYS = Set.of("url", "user", "password");

  /**
   * Returns the settings of an embedded database in a local file, which requires no installation.
   */
  public static DatabaseSettings file(Path file) {
    return new DatabaseSettings(SQLITE + file, null, null, false);
  }

  /** Returns these settings for data that can be recreated if the file is damaged. */
  public DatabaseSettings asReplaceable() {
    return new DatabaseSettings(url, user, password, true);
  }

  /** The file of an embedded database; empty for any other database. */
  public Optional<Path> file() {
    return url.startsWith(SQLITE)
        ? Optional.of(Path.of(url.substring(SQLITE.length())))
        : Optional.empty();
  }

  /**
   * The kind of database that a URL names: {@code sqlite} for {@code jdbc:sqlite:/var/lib/jobs.db}.
   */
  public String kind() {
    return url.substring(JDBC.length(), url.indexOf(':', JDBC.length()));
  }

  /**
   * Converts a configuration value, {@code jdbc:...} or a map with {@code url}; returns null if it
   * is neither.
   */
  static @Nullable DatabaseSettings parse(Object raw) {
    if (raw instanceof Map<?, ?> map) {
      Object url = map.get("url");
      return url != null && isText(url) && KEYS.containsAll(map.keySet())
          ? of(url.toString(), map.get("user"), map.get("password"))
          : null;
    }
    return isText(raw) ? of(raw.toString(), null, null) : null;
  }

  private static @Nullable DatabaseSettings of(
      String url, @Nullable Object user, @Nullable Object password) {
    boolean right =
        url.matches("jdbc:[a-z][a-z0-9]*:.+")
            && (user == null || isText(user))
            && (password == null || password instanceof Secret || isText(password));
    return right
        ? new DatabaseSettings(
            url,
            user == null ? null : user.toString(),
            password == null
                ? null
                : password instanceof Secret secret ? secret : new Secret(password.toString()),
            false)
        : null;
  }

  private static boolean isText(Object raw) {
    return !(raw instanceof Map) && !(raw instanceof Iterable) && !raw.toString().isBlank();
  }

  /** The URL alone. */
  @Override
  public String toString() {
    return url;
  }
}
