package dev.warren.gptfs.http;

import dev.warren.gptfs.config.Endpoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Takes keys out of texts that others wrote: a service's complaint about a wrong key quotes it, and
 * a careless one echoes whole headers. For errors and logs: answers stay as they are, whatever they
 * say.
 */
public final class Redactor {
  static final String STARS = "***";
  private static final int SHORTEST = 6;

  /** Keys as several services write them, shortened ones too. */
  private static final Pattern KEY = Pattern.compile("\\b(sk|pk|rk|gsk|xai)-[A-Za-z0-9_*.-]{8,}");

  private final List<String> secrets = new ArrayList<>();

  /** For the keys and headers of these endpoints. */
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

  /** A message for people: without our secrets and without anything that looks like a key. */
  public String message(String text) {
    return KEY.matcher(exact(text)).replaceAll("$1-" + STARS);
  }

  private String exact(String text) {
    String clean = text;
    for (String secret : secrets) {
      clean = clean.replace(secret, STARS);
    }
    return clean;
  }
}
