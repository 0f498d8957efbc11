package dev.warren.gptfs.config;

import dev.warren.api.config.Secret;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where calls go.
 *
 * @param name {@value #DEFAULT} or a key of {@code endpoints}
 * @param url the full URL that is posted to
 * @param key sent as a bearer token
 * @param model the model on this endpoint; null for the mount's
 * @param headers further request headers
 */
public record Endpoint(
    String name, URI url, Secret key, @Nullable String model, Map<String, String> headers) {
  /** The name of the endpoint of {@code api_host}. */
  public static final String DEFAULT = "default";

  /** The header that most services want the key in, as a bearer token. */
  public static final String BEARER = "Authorization";

  /** Azure's, which refuses a request that has both. */
  private static final String API_KEY = "api-key";

  public Endpoint {
    headers = Map.copyOf(headers);
  }

  /** The header that the key is sent in: what Azure's hosts want, or one of {@link #headers}. */
  public String keyHeader() {
    String host = url.getHost() == null ? "" : url.getHost().toLowerCase(Locale.ROOT);
    boolean azure =
        host.endsWith(".openai.azure.com")
            || host.endsWith(".cognitiveservices.azure.com")
            || host.endsWith(".services.ai.azure.com")
            || headers.keySet().stream().anyMatch(API_KEY::equalsIgnoreCase);
    return azure ? API_KEY : BEARER;
  }

  /** Without what the headers hold: some services take their key there. */
  @Override
  public String toString() {
    return name + " " + url;
  }
}
