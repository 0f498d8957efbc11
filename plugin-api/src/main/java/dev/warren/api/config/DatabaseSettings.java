package dev.warren.api.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
  private static final String URL = "url";
  private static final String USER = "user";
  private static final String PASSWORD = "password";
  private static final List<String> KEYS = List.of(URL, USER, PASSWORD);
  private static final String WHICH =
      "jdbc:sqlite:FILE for a file, jdbc:postgresql://HOST/NAME for a server";
  private static final String NO_URL = "'url' must say which database: " + WHICH;

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
      return problems("", map).isEmpty()
          ? of(map.get(URL), map.get(USER), map.get(PASSWORD))
          : null;
    }
    return isUrl(raw) ? of(raw, null, null) : null;
  }

  private static DatabaseSettings of(
      @Nullable Object url, @Nullable Object user, @Nullable Object password) {
    return new DatabaseSettings(
        Objects.toString(url),
        user == null ? null : user.toString(),
        password == null || password instanceof Secret
            ? (Secret) password
            : new Secret(password.toString()),
        false);
  }

  /**
   * What is wrong with a map, each at its place.
   *
   * @param name the key that it is the value of
   */
  static List<ConfigProblem> problems(String name, Map<?, ?> map) {
    List<ConfigProblem> problems = new ArrayList<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      String key = Objects.toString(entry.getKey());
      String problem =
          switch (key) {
            case URL -> isUrl(entry.getValue()) ? null : NO_URL;
            case USER, PASSWORD ->
                isText(entry.getValue())
                    ? null
                    : "'%s' must be text that is not empty".formatted(key);
            default ->
                "unknown key '%s'%s; known are %s"
                    .formatted(key, Suggestion.of(key, KEYS), String.join(", ", KEYS));
          };
      if (problem != null) {
        problems.add(new ConfigProblem(List.of(name, key), !KEYS.contains(key), problem));
      }
    }
    if (!map.containsKey(URL)) {
      problems.add(new ConfigProblem(List.of(name), false, "missing key 'url': " + WHICH));
    }
    return problems;
  }

  private static boolean isUrl(@Nullable Object raw) {
    return isText(raw) && Objects.toString(raw).matches("jdbc:[a-z][a-z0-9]*:.+");
  }

  private static boolean isText(@Nullable Object raw) {
    return raw instanceof Secret
        || (raw != null
            && !(raw instanceof Map)
            && !(raw instanceof Iterable)
            && !raw.toString().isBlank());
  }

  /** The URL alone. */
  @Override
  public String toString() {
    return url;
  }
}
