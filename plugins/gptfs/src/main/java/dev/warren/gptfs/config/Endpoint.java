package dev.warren.gptfs.config;

import dev.warren.api.config.Secret;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A service that is called.
 *
 * @param name {@value #DEFAULT} or a key of {@code endpoints}
 * @param url the full URL that requests are sent to
 * @param key sent in the {@link #keyHeader()}
 * @param model the model on this endpoint; null for the mount's
 * @param headers further request headers
 */
public record Endpoint(
    String name, URI url, Secret key, @Nullable String model, Map<String, String> headers) {
  /** The name of the endpoint of {@code api_host}. */
  public static final String DEFAULT = "default";

  /** The header in which most services expect the key, as a bearer token. */
  public static final String BEARER = "Authorization";

  /** The header in which Azure expects the key; it refuses a request that has both. */
  private static final String API_KEY = "api-key";

  public Endpoint {
    headers = Map.copyOf(headers);
  }

  /** The header for the key: {@code api-key} for Azure or if {@link #headers} has it. */
  public String keyHeader() {
    String host = url.getHost() == null ? "" : url.getHost().toLowerCase(Locale.ROOT);
    boolean azure =
        host.endsWith(".openai.azure.com")
            || host.endsWith(".cognitiveservices.azure.com")
            || host.endsWith(".services.ai.azure.com")
            || headers.keySet().stream().anyMatch(API_KEY::equalsIgnoreCase);
    return azure ? API_KEY : BEARER;
  }

  /** Leaves out the headers, because some services expect their key in one. */
  @Override
  public String toString() {
    return name + " " + url;
  }
}
