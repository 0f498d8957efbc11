package dev.warren.api.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
  private static final Set<String> KEYS = Set.of("url", "user", "password");

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
