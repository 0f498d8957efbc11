package dev.warren.gptfs.config;

import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/** Reads the endpoints of the configuration. */
final class EndpointReader {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]", "::1");

  /** Placeholders for invalid values, and for values that are not needed in a demo. */
  private static final URI NO_URL = URI.create("https://invalid.invalid/");

  private static final Secret NO_KEY = new Secret("");

  /** Headers that gptfs sets itself. */
  private static final Set<String> RESERVED_HEADERS =
      Set.of("content-type", "content-length", "host", "transfer-encoding");

  private final Config config;
  private final boolean demo;
  private final Problems problems;

  /**
   * A reader.
   *
   * @param config the config of the whole instance
   * @param demo whether the stand-in answers, so that no value is required
   * @param problems receives what is wrong
   */
  EndpointReader(Config config, boolean demo, Problems problems) {
    this.config = config;
    this.demo = demo;
    this.problems = problems;
  }

  /** All endpoints by name, including the default one. */
  Map<String, Endpoint> endpoints() {
    Map<String, Endpoint> endpoints = new LinkedHashMap<>();
    endpoints.put(Endpoint.DEFAULT, endpoint(List.of(), Endpoint.DEFAULT, config, null));
    config
        .get(Keys.ENDPOINTS)
        .forEach(
            (name, raw) -> {
              List<String> path = List.of(Keys.ENDPOINTS.name(), name);
              if (name.equals(Endpoint.DEFAULT)) {
                problems.addKey(path, "'default' is the endpoint of 'api_host'; use another name");
              }
              Config nested = problems.nested(path, raw, Keys.ENDPOINT_SPEC);
              if (nested != null) {
                endpoints.put(
                    name, endpoint(path, name, nested, nested.find(Keys.MODEL).orElse(null)));
              }
            });
    return endpoints;
  }

  private Endpoint endpoint(List<String> path, String name, Config values, @Nullable String model) {
    Secret key = values.find(Keys.API_KEY).orElse(NO_KEY);
    if (key.reveal().isEmpty() && !demo) {
      missing(path, values, Keys.API_KEY, "sent as a bearer token");
    }
    if (key.reveal().chars().anyMatch(c -> c <= ' ' || c > '~')) {
      problems.add(
          path,
          Keys.API_KEY,
          "'api_key' contains a space, a line break or another invalid character");
    }
    Map<String, String> headers = new LinkedHashMap<>();
    values
        .get(Keys.HEADERS)
        .forEach(
            (header, value) -> {
              if (!header.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")
                  || RESERVED_HEADERS.contains(header.toLowerCase(Locale.ROOT))) {
                problems.add(path, Keys.HEADERS, "'%s' cannot be set".formatted(header));
              }
              String text = value instanceof Secret s ? s.reveal() : value.toString();
              if (text.chars().anyMatch(c -> c < ' ' || c > '~')) {
                problems.add(
                    path, Keys.HEADERS, "'%s' contains an invalid character".formatted(header));
              }
              headers.put(header, text);
            });
    URI url = values.find(Keys.API_HOST).map(text -> url(path, text)).orElse(NO_URL);
    if (!values.has(Keys.API_HOST) && !demo) {
      missing(path, values, Keys.API_HOST, "the endpoint's full URL");
    }
    return new Endpoint(name, url, key, model, headers);
  }

  private URI url(List<String> path, String text) {
    try {
      URI url = new URI(text);
      String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
      // OkHttp is stricter about hosts than java.net.URI.
      if (url.getHost() == null || HttpUrl.parse(text) == null) {
        problems.add(
            path,
            Keys.API_HOST,
            "'api_host' must be a full URL such as"
                + " https://api.openai.com/v1/chat/completions");
        return NO_URL;
      }
      if (url.getUserInfo() != null) {
        problems.add(path, Keys.API_HOST, "'api_host' must not hold a password");
        return NO_URL;
      }
      if (scheme.equals("http")
          && !config.get(Keys.ALLOW_HTTP)
          && !LOOPBACK.contains(url.getHost().toLowerCase(Locale.ROOT))) {
        problems.add(
            path,
            Keys.API_HOST,
            "'api_host' would send the key unencrypted; use https or set allow_http: true");
      }
      return url;
    } catch (URISyntaxException e) {
      problems.add(path, Keys.API_HOST, "'api_host' is not a URL: " + e.getReason());
      return NO_URL;
    }
  }

  private void missing(List<String> path, Config values, ConfigKey<?> key, String documentation) {
    if (values.has(key)) {
      problems.add(path, key, "'%s' is empty: %s".formatted(key, documentation));
    } else {
      problems.addMissing(path, key, documentation);
    }
  }
}
