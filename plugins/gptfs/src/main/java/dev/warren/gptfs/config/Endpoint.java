package dev.warren.gptfs.config;

import dev.warren.api.config.Secret;
import java.net.URI;
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

  public Endpoint {
    headers = Map.copyOf(headers);
  }

  /** Without what the headers hold: some services take their key there. */
  @Override
  public String toString() {
    return name + " " + url;
  }
}
