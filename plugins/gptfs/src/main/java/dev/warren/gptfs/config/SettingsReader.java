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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@link Settings}, and collects everything that is wrong. */
public final class SettingsReader {
  private final Config config;
  private final boolean demo;
  private final Problems problems = new Problems();

  private SettingsReader(Config config) {
    this.config = config;
    demo =
        switch (config.string(Keys.DEMO)) {
          case "auto" -> config.findSecret("api_key").map(Secret::reveal).orElse("").isEmpty();
          case "true" -> true;
          default -> false;
        };
  }

  /** Everything that is wrong with values that agree with {@link Keys#SPEC}. */
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
    Config inner = nested("inner", Keys.INNER);
    if (inner == null && !config.has(Keys.DATA_DIRECTORY)) {
      problems.addMissing(
          List.of(), Keys.DATA_DIRECTORY, "name the directory that holds the files");
    }
    Path data = config.findString(Keys.DATA_DIRECTORY).map(Path::of).orElse(null);
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
      problems.add(List.of(), "partial", "'partial' needs 'stream: true'");
    }
    return partial;
  }

  private List<String> fallbacks(Map<String, Endpoint> endpoints) {
    List<String> names = strings("fallbacks");
    for (String name : names) {
      if (!endpoints.containsKey(name)) {
        problems.add(
            List.of(),
            "fallbacks",
            "there is no endpoint '%s'%s".formatted(name, Suggestion.of(name, endpoints.keySet())));
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
        problems.add(List.of(), key, "'%s' must be a list of texts".formatted(key));
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
    problems.add(List.of(), "proxy", "'proxy' must be http://host:port or socks5://host:port");
    return null;
  }

  private @Nullable Path caFile() {
    Path file = config.findString("ca_file").map(Path::of).orElse(null);
    if (file != null && !Files.isReadable(file)) {
      problems.add(List.of(), "ca_file", "cannot read " + file);
    }
    return file;
  }

  private @Nullable Config nested(String key, ConfigSpec spec) {
    return config.has(key) ? problems.nested(List.of(key), config.map(key), spec) : null;
  }
}
