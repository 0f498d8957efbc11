package dev.warren.gptfs.http;

import dev.warren.gptfs.config.Endpoint;
import dev.warren.gptfs.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * Removes keys from texts of services: an error about a wrong key quotes it, and some services echo
 * whole headers. For errors and logs only; answers are not changed.
 */
public final class Redactor {
  static final String STARS = "***";
  private static final int SHORTEST = 6;

  /** Keys as several services format them, abbreviated ones too. */
  private static final Pattern KEY = Pattern.compile("\\b(sk|pk|rk|gsk|xai)-[A-Za-z0-9_*.-]{8,}");

  private final List<String> secrets = new ArrayList<>();

  /** Redacts the keys and the header values of these endpoints. */
  public Redactor(Collection<Endpoint> endpoints) {
    for (Endpoint endpoint : endpoints) {
      add(endpoint.key().reveal());
      endpoint.headers().values().forEach(this::add);
    }
    secrets.sort(Comparator.comparingInt(String::length).reversed());
  }

  private void add(String secret) {
    if (secret.length() >= SHORTEST && !secrets.contains(secret)) {
      secrets.add(secret);
    }
  }

  /** A message for users, without the secrets and without anything that looks like a key. */
  public String message(String text) {
    return KEY.matcher(exact(text)).replaceAll("$1-" + STARS);
  }

  /**
   * A response for users; see {@link #message}. Only errors are changed, since answers must not be.
   *
   * @return its JSON, or its text if it is not JSON
   */
  public JsonNode body(Reply.Answered reply) {
    byte[] body = reply.body();
    JsonNode content =
        Json.any(body)
            .filter(json -> !json.isMissingNode())
            .orElseGet(() -> StringNode.valueOf(new String(body, StandardCharsets.UTF_8)));
    return reply.status() / 100 == 2 ? content : clean(content);
  }

  private JsonNode clean(JsonNode node) {
    switch (node) {
      case ObjectNode object ->
          object.properties().forEach(it -> it.setValue(clean(it.getValue())));
      case ArrayNode array -> {
        for (int i = 0; i < array.size(); i++) {
          array.set(i, clean(array.get(i)));
        }
      }
      case StringNode string -> {
        return StringNode.valueOf(message(string.stringValue()));
      }
      default -> {}
    }
    return node;
  }

  private String exact(String text) {
    String clean = text;
    for (String secret : secrets) {
      clean = clean.replace(secret, STARS);
    }
    return clean;
  }
}
