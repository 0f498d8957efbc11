package dev.warren.gptfs.config;

import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigProblem;
import dev.warren.api.config.ConfigSpec;
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
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/** Reads {@link Settings}, and collects everything that is wrong. */
public final class SettingsReader {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]", "::1");

  /** Stand for what is wrong, or for what nobody needs because the stand-in answers. */
  private static final URI NO_URL = URI.create("https://invalid.invalid/");

  private static final Secret NO_KEY = new Secret("");

  /** Headers that gptfs sets itself. */
  private static final Set<String> RESERVED_HEADERS =
      Set.of("content-type", "content-length", "host", "transfer-encoding");

  private final Config config;
  private final boolean demo;
  private final List<ConfigProblem> problems = new ArrayList<>();

  private SettingsReader(Config config) {
    this.config = config;
    demo =
        switch (config.string("demo")) {
          case "auto" -> config.findSecret("api_key").map(Secret::reveal).orElse("").isEmpty();
          case "true" -> true;
          default -> false;
        };
  }

  /** Everything that is wrong with values that agree with {@link Keys#SPEC}. */
  public static List<ConfigProblem> check(Config config) {
    SettingsReader reader = new SettingsReader(config);
    reader.read();
    return List.copyOf(reader.problems);
  }

  /**
   * The settings.
   *
   * @throws IllegalArgumentException if {@link #check} finds problems
   */
  public static Settings settings(Config config) {
    SettingsReader reader = new SettingsReader(config);
    Settings settings = reader.read();
    if (!reader.problems.isEmpty()) {
      throw new IllegalArgumentException(
          String.join("; ", reader.problems.stream().map(ConfigProblem::toString).toList()));
    }
    return settings;
  }

  private Settings read() {
    Map<String, Endpoint> endpoints = endpoints();
    Config inner = nested("inner", Keys.INNER);
    if (inner == null && !config.has("data_dir")) {
      problems.add(
          new ConfigProblem(
              List.of(), true, "missing key 'data_dir': name the directory that holds the files"));
    }
    Path data = config.findString("data_dir").map(Path::of).orElse(null);
    return new Settings(
        inner == null ? data : null,
        inner == null ? "localfs" : inner.string("plugin"),
        inner == null
            ? data == null ? Map.of() : Map.of("local_dir", data.toString(), "create", true)
            : inner.map("config"),
        demo,
        endpoints,
        fallbacks(endpoints),
        new PromptSettings(
            config.findString("model").orElse(null),
            config.findString("system_prompt").filter(text -> !text.isEmpty()).orElse(null),
            config.map("parameters"),
            Endpoint.DEFAULT),
        config.bool("stream"),
        partial(),
        (int) config.integer("workers"),
        config.duration("settle"),
        strings("ignore"),
        config.string("naming").equals("full"),
        new RetrySettings(
            (int) config.integer("max_attempts"),
            (int) config.integer("ambiguous_retries"),
            config.duration("retry_base"),
            config.duration("retry_cap"),
            config.duration("max_retry_after"),
            config.duration("probe_interval")),
        Settings.OnUnknown.valueOf(config.string("on_unknown").toUpperCase(Locale.ROOT)),
        new HttpSettings(
            config.duration("connect_timeout"),
            config.duration("read_timeout"),
            config.duration("stream_idle_timeout"),
            config.duration("call_timeout"),
            proxy(),
            caFile(),
            config.size("max_response_bytes")),
        new Limits(
            (int) config.integer("max_queued"),
            config.size("max_queued_bytes"),
            config.size("max_request_bytes"),
            config.size("max_batch_bytes")),
        keep(),
        config.string("durability").equals("durable"),
        config.duration("drain_timeout"));
  }

  private Keep keep() {
    Config keep = nested("keep", Keys.KEEP);
    if (keep == null) {
      keep = Keys.KEEP.parse(Map.of()).orThrow();
    }
    return new Keep(keep.duration("age"), keep.integer("jobs"), keep.size("bytes"));
  }

  private boolean partial() {
    boolean partial = config.bool("partial");
    if (partial && !config.bool("stream")) {
      problems.add(ConfigProblem.of("partial", "'partial' needs 'stream: true'"));
    }
    return partial;
  }

  private Map<String, Endpoint> endpoints() {
    Map<String, Endpoint> endpoints = new LinkedHashMap<>();
    endpoints.put(Endpoint.DEFAULT, endpoint(List.of(), Endpoint.DEFAULT, config, null));
    config
        .map("endpoints")
        .forEach(
            (name, raw) -> {
              List<String> path = List.of("endpoints", name);
              if (name.equals(Endpoint.DEFAULT)) {
                problems.add(
                    new ConfigProblem(
                        path, true, "'default' is the endpoint of 'api_host'; use another name"));
              }
              Config nested = nested(path, raw, Keys.ENDPOINT);
              if (nested != null) {
                endpoints.put(
                    name, endpoint(path, name, nested, nested.findString("model").orElse(null)));
              }
            });
    return endpoints;
  }

  private Endpoint endpoint(List<String> path, String name, Config values, @Nullable String model) {
    Secret key = values.findSecret("api_key").orElse(NO_KEY);
    if (key.reveal().isEmpty() && !demo) {
      problems.add(missing(path, values, "api_key", "sent as a bearer token"));
    }
    if (key.reveal().chars().anyMatch(c -> c <= ' ' || c > '~')) {
      problems.add(
          problem(path, "api_key", "'api_key' holds a blank, a line end or another odd character"));
    }
    Map<String, String> headers = new LinkedHashMap<>();
    values
        .map("headers")
        .forEach(
            (header, value) -> {
              if (!header.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")
                  || RESERVED_HEADERS.contains(header.toLowerCase(Locale.ROOT))) {
                problems.add(problem(path, "headers", "'%s' cannot be set".formatted(header)));
              }
              String text = value instanceof Secret s ? s.reveal() : value.toString();
              if (text.chars().anyMatch(c -> c < ' ' || c > '~')) {
                problems.add(
                    problem(path, "headers", "'%s' holds an odd character".formatted(header)));
              }
              headers.put(header, text);
            });
    URI url = values.findString("api_host").map(text -> url(path, text)).orElse(NO_URL);
    if (!values.has("api_host") && !demo) {
      problems.add(missing(path, values, "api_host", "the endpoint's full URL"));
    }
    return new Endpoint(name, url, key, model, headers);
  }

  private static ConfigProblem missing(
      List<String> path, Config values, String key, String documentation) {
    return values.has(key)
        ? problem(path, key, "'%s' is empty: %s".formatted(key, documentation))
        : new ConfigProblem(path, true, "missing key '%s': %s".formatted(key, documentation));
  }

  private URI url(List<String> path, String text) {
    try {
      URI url = new URI(text);
      String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
      // The client is stricter than the URI about hosts.
      if (url.getHost() == null || HttpUrl.parse(text) == null) {
        problems.add(
            problem(
                path,
                "api_host",
                "'api_host' must be a full URL such as"
                    + " https://api.openai.com/v1/chat/completions"));
        return NO_URL;
      }
      if (url.getUserInfo() != null) {
        problems.add(problem(path, "api_host", "'api_host' must not hold a password"));
        return NO_URL;
      }
      if (scheme.equals("http")
          && !config.bool("allow_http")
          && !LOOPBACK.contains(url.getHost().toLowerCase(Locale.ROOT))) {
        problems.add(
            problem(
                path,
                "api_host",
                "'api_host' would send the key unencrypted; use https or set allow_http: true"));
      }
      return url;
    } catch (URISyntaxException e) {
      problems.add(problem(path, "api_host", "'api_host' is no URL: " + e.getReason()));
      return NO_URL;
    }
  }

  private List<String> fallbacks(Map<String, Endpoint> endpoints) {
    List<String> names = strings("fallbacks");
    for (String name : names) {
      if (!endpoints.containsKey(name)) {
        problems.add(
            ConfigProblem.of(
                "fallbacks",
                "there is no endpoint '%s'%s"
                    .formatted(name, Suggestion.of(name, endpoints.keySet()))));
      }
    }
    return names;
  }

  private List<String> strings(String key) {
    List<String> texts = new ArrayList<>();
    for (Object item : config.list(key)) {
      if (item instanceof String text && !text.isEmpty()) {
        texts.add(text);
      } else {
        problems.add(ConfigProblem.of(key, "'%s' must be a list of texts".formatted(key)));
      }
    }
    return List.copyOf(texts);
  }

  private @Nullable Proxy proxy() {
    String text = config.findString("proxy").orElse(null);
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
      // said below, in the same words
    }
    problems.add(
        ConfigProblem.of("proxy", "'proxy' must be http://host:port or socks5://host:port"));
    return null;
  }

  private @Nullable Path caFile() {
    Path file = config.findString("ca_file").map(Path::of).orElse(null);
    if (file != null && !Files.isReadable(file)) {
      problems.add(ConfigProblem.of("ca_file", "cannot read " + file));
    }
    return file;
  }

  private @Nullable Config nested(String key, ConfigSpec spec) {
    return config.has(key) ? nested(List.of(key), config.map(key), spec) : null;
  }

  private @Nullable Config nested(List<String> path, Object raw, ConfigSpec spec) {
    if (!(raw instanceof Map<?, ?> map)) {
      problems.add(new ConfigProblem(path, false, "must be a map"));
      return null;
    }
    Map<String, Object> named = new LinkedHashMap<>();
    map.forEach((key, value) -> named.put(String.valueOf(key), value));
    ConfigSpec.Result result = spec.parse(named);
    for (ConfigProblem problem : result.problems()) {
      List<String> full = new ArrayList<>(path);
      full.addAll(problem.path());
      problems.add(new ConfigProblem(full, problem.onKey(), problem.message()));
    }
    return result.config();
  }

  private static ConfigProblem problem(List<String> path, String key, String message) {
    List<String> full = new ArrayList<>(path);
    full.add(key);
    return new ConfigProblem(full, false, message);
  }
}
