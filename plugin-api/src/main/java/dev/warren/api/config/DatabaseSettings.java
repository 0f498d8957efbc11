package dev.warren.api.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which database an instance uses: what a key of type {@link ConfigType#DATABASE} says, or, where
 * nobody wrote one, a file of the instance's own.
 *
 * @param url as JDBC has it, {@code jdbc:sqlite:/var/lib/jobs.db}; without secrets
 * @param user who logs in; null for nobody
 * @param password null for none
 * @param replaceable whether a file that turns out to be damaged is put aside for a new one; else
 *     the database is refused until somebody has mended it
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

  /** An embedded database in a file of this machine, which needs nothing installed. */
  public static DatabaseSettings file(Path file) {
    return new DatabaseSettings(SQLITE + file, null, null, false);
  }

  /** The same, for what can be made anew when the file is damaged. */
  public DatabaseSettings asReplaceable() {
    return new DatabaseSettings(url, user, password, true);
  }

  /** The file of an embedded database; empty if it is another one. */
  public Optional<Path> file() {
    return url.startsWith(SQLITE)
        ? Optional.of(Path.of(url.substring(SQLITE.length())))
        : Optional.empty();
  }

  /** What a URL is for: {@code sqlite} of {@code jdbc:sqlite:/var/lib/jobs.db}. */
  public String kind() {
    return url.substring(JDBC.length(), url.indexOf(':', JDBC.length()));
  }

  /** What was written, {@code jdbc:...} or a map with {@code url}; null if it is none. */
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
