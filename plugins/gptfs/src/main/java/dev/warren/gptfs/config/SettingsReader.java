package dev.warren.gptfs.config;

import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigProblem;
import dev.warren.api.config.ConfigSpec;
import dev.warren.api.config.DatabaseSettings;
import dev.warren.api.config.Secret;
import dev.warren.api.config.Suggestion;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@link Settings}, and collects all problems. */
public final class SettingsReader {
  private static final Set<String> OF_ONE_HOST = Set.of("localfs", "memfs");

  private final Config config;
  private final boolean demo;
  private final Problems problems = new Problems();

  private SettingsReader(Config config) {
    this.config = config;
    demo =
        switch (config.get(Keys.DEMO)) {
          case "auto" -> config.find(Keys.API_KEY).map(Secret::reveal).orElse("").isEmpty();
          case "true" -> true;
          default -> false;
        };
  }

  /** All problems of values that conform to {@link Keys#SPEC}. */
  public static List<ConfigProblem> check(Config config) {
    SettingsReader reader = new SettingsReader(config);
    reader.read();
    return reader.problems.all();
  }

  /**
   * The settings.
   *
   * @throws IllegalArgumentException if {@link #check} finds problems
   */
  public static Settings settings(Config config) {
    SettingsReader reader = new SettingsReader(config);
    Settings settings = reader.read();
    List<ConfigProblem> problems = reader.problems.all();
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          String.join("; ", problems.stream().map(ConfigProblem::toString).toList()));
    }
    return settings;
  }

  private Settings read() {
    Map<String, Endpoint> endpoints = new EndpointReader(config, demo, problems).endpoints();
    DatabaseSettings database = config.find(Keys.DATABASE).orElse(null);
    Inner inner = database != null && Settings.isShared(database) ? shared(database) : own();
    return new Settings(
        inner.directory(),
        database,
        config.get(Keys.LEASE),
        inner.plugin(),
        inner.config(),
        demo,
        endpoints,
        fallbacks(endpoints),
        new PromptSettings(
            config.find(Keys.MODEL).orElse(null),
            config.find(Keys.SYSTEM_PROMPT).filter(text -> !text.isEmpty()).orElse(null),
            config.get(Keys.PARAMETERS),
            Endpoint.DEFAULT),
        config.get(Keys.STREAM),
        partial(),
        Math.toIntExact(config.get(Keys.WORKERS)),
        maxCalls(database),
        config.get(Keys.SETTLE),
        strings(Keys.IGNORE),
        config.get(Keys.NAMING).equals("full"),
        new RetrySettings(
            Math.toIntExact(config.get(Keys.MAX_ATTEMPTS)),
            Math.toIntExact(config.get(Keys.AMBIGUOUS_RETRIES)),
            config.get(Keys.RETRY_BASE),
            config.get(Keys.RETRY_CAP),
            config.get(Keys.MAX_RETRY_AFTER),
            config.get(Keys.PROBE_INTERVAL),
            config.get(Keys.GIVE_UP_AFTER)),
        Settings.OnUnknown.valueOf(config.get(Keys.ON_UNKNOWN).toUpperCase(Locale.ROOT)),
        new HttpSettings(
            config.get(Keys.CONNECT_TIMEOUT),
            config.get(Keys.READ_TIMEOUT),
            config.get(Keys.STREAM_IDLE_TIMEOUT),
            config.get(Keys.CALL_TIMEOUT),
            proxy(),
            caFile(),
            config.get(Keys.MAX_RESPONSE_BYTES)),
        new Limits(
            Math.toIntExact(config.get(Keys.MAX_QUEUED)),
            config.get(Keys.MAX_QUEUED_BYTES),
            config.get(Keys.MAX_REQUEST_BYTES),
            config.get(Keys.MAX_BATCH_BYTES)),
        keep(),
        config.get(Keys.DURABILITY).equals("durable"),
        config.get(Keys.DRAIN_TIMEOUT));
  }

  /**
   * Where the files are.
   *
   * @param directory the directory on this host; null if another plugin decides where the files are
   */
  private record Inner(@Nullable Path directory, String plugin, Map<String, Object> config) {}

  private Inner own() {
    Config inner = nested(Keys.INNER, Keys.INNER_SPEC);
    if (inner != null) {
      return new Inner(null, inner.get(Keys.INNER_PLUGIN), inner.get(Keys.INNER_CONFIG));
    }
    if (!config.has(Keys.DATA_DIRECTORY)) {
      problems.addMissing(
          List.of(), Keys.DATA_DIRECTORY, "name the directory that holds the files");
    }
    Path data = config.find(Keys.DATA_DIRECTORY).map(Path::of).orElse(null);
    return new Inner(
        data,
        "localfs",
        data == null ? Map.of() : Map.of("local_dir", data.toString(), "create", true));
  }

  /** Hosts that share jobs must share the files: other hosts do not see one host's own files. */
  private Inner shared(DatabaseSettings database) {
    if (config.has(Keys.DATA_DIRECTORY)) {
      problems.add(
          List.of(),
          Keys.DATA_DIRECTORY,
          "hosts that share the jobs of a database must share its files too, and a directory of one"
              + " host is not shared; remove 'data_dir'");
    }
    Config inner = nested(Keys.INNER, Keys.INNER_SPEC);
    if (inner == null) {
      Map<String, Object> where = new LinkedHashMap<>();
      where.put("url", database.url());
      if (database.user() != null) {
        where.put("user", database.user());
      }
      if (database.password() != null) {
        where.put("password", database.password());
      }
      return new Inner(null, "sqlfs", Map.of("database", where));
    }
    String plugin = inner.get(Keys.INNER_PLUGIN);
    if (OF_ONE_HOST.contains(plugin)) {
      problems.add(
          List.of(),
          Keys.INNER,
          "only one host sees the files of '%s', but hosts that share the jobs of a database must share its files too; remove 'inner', or name a plugin whose files all hosts see, such as sqlfs"
              .formatted(plugin));
    }
    return new Inner(null, plugin, inner.get(Keys.INNER_CONFIG));
  }

  private @Nullable Integer maxCalls(@Nullable DatabaseSettings database) {
    Long most = config.find(Keys.MAX_CALLS).orElse(null);
    if (most != null && !Settings.isShared(database)) {
      problems.add(
          List.of(),
          Keys.MAX_CALLS,
          "'max_calls' is a limit for hosts that share the jobs of a PostgreSQL database, but this"
              + " one does not share its jobs, and 'workers' limits its calls; remove 'max_calls'");
    }
    return most == null ? null : Math.toIntExact(most);
  }

  private Keep keep() {
    Config keep = nested(Keys.KEEP, Keys.KEEP_SPEC);
    if (keep == null) {
      keep = Keys.KEEP_SPEC.parse(Map.of()).orThrow();
    }
    return new Keep(keep.get(Keys.KEEP_AGE), keep.get(Keys.KEEP_JOBS), keep.get(Keys.KEEP_BYTES));
  }

  private boolean partial() {
    boolean partial = config.get(Keys.PARTIAL);
    if (partial && !config.get(Keys.STREAM)) {
      problems.add(List.of(), Keys.PARTIAL, "'partial' needs 'stream: true'");
    }
    return partial;
  }

  private List<String> fallbacks(Map<String, Endpoint> endpoints) {
    List<String> names = strings(Keys.FALLBACKS);
    for (String name : names) {
      if (!endpoints.containsKey(name)) {
        problems.add(
            List.of(),
            Keys.FALLBACKS,
            "there is no endpoint '%s'%s".formatted(name, Suggestion.of(name, endpoints.keySet())));
      }
    }
    return names;
  }

  private List<String> strings(ConfigKey<List<Object>> key) {
    List<String> texts = new ArrayList<>();
    for (Object item : config.get(key)) {
      if (item instanceof String text && !text.isEmpty()) {
        texts.add(text);
      } else {
        problems.add(List.of(), key, "'%s' must be a list of texts".formatted(key));
      }
    }
    return List.copyOf(texts);
  }

  private @Nullable Proxy proxy() {
    String text = config.find(Keys.PROXY).orElse(null);
    if (text == null) {
      return null;
    }
    try {
      URI uri = new URI(text);
      Proxy.Type type =
          switch (uri.getScheme() == null ? "" : uri.getScheme()) {
            case "http" -> Proxy.Type.HTTP;
            case "socks", "socks5" -> Proxy.Type.SOCKS;
            default -> Proxy.Type.DIRECT;
          };
      if (type != Proxy.Type.DIRECT && uri.getHost() != null && uri.getPort() > 0) {
        return new Proxy(type, InetSocketAddress.createUnresolved(uri.getHost(), uri.getPort()));
      }
    } catch (URISyntaxException e) {
      // reported below, with the same message
    }
    problems.add(List.of(), Keys.PROXY, "'proxy' must be http://host:port or socks5://host:port");
    return null;
  }

  private @Nullable Path caFile() {
    Path file = config.find(Keys.CA_FILE).map(Path::of).orElse(null);
    if (file != null && !Files.isReadable(file)) {
      problems.add(List.of(), Keys.CA_FILE, "cannot read " + file);
    }
    return file;
  }

  private @Nullable Config nested(ConfigKey<Map<String, Object>> key, ConfigSpec spec) {
    return config.has(key) ? problems.nested(List.of(key.name()), config.get(key), spec) : null;
  }
}
