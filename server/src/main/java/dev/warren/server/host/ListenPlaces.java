package dev.warren.server.host;

import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigSpec;
import dev.warren.api.config.ConfigType;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where a front end is to listen: its key {@value #KEY}, with an address or a list of them, each a
 * text or a map with an {@code address}.
 */
final class ListenPlaces {
  private static final String KEY = "listen";

  private ListenPlaces() {}

  /** The addresses of a section, as they are written. */
  static Set<String> of(ConfigSpec spec, Config config) {
    Set<String> places = new LinkedHashSet<>();
    ConfigKey key = spec.find(KEY).orElse(null);
    List<Object> all =
        key == null || !config.has(KEY)
            ? List.of()
            : key.type() == ConfigType.LIST ? config.list(KEY) : List.of(config.string(KEY));
    for (Object one : all) {
      Object address = one instanceof Map<?, ?> map ? map.get("address") : one;
      if (address != null) {
        places.add(address.toString());
      }
    }
    return places;
  }

  /**
   * Looks whether the files of Unix sockets are gone.
   *
   * @throws IOException if one is still there
   */
  static void requireNoSocket(String name, Collection<String> places) throws IOException {
    for (String place : places) {
      if (place.startsWith("unix:")
          && Files.exists(Path.of(place.substring("unix:".length())), LinkOption.NOFOLLOW_LINKS)) {
        throw new IOException("%s cannot listen on %s: it is in use".formatted(name, place));
      }
    }
  }

  /**
   * Tries whether TCP ports can be had, and lets go of them.
   *
   * @param name the front end's
   * @throws IOException if one cannot; all that cannot are in the message, with what to look for
   */
  static void requireFree(String name, Collection<String> places) throws IOException {
    List<String> taken = new ArrayList<>();
    for (String place : places) {
      int colon = place.lastIndexOf(':');
      if (place.startsWith("unix:")
          || colon <= 0
          || !place.substring(colon + 1).matches("[0-9]{1,5}")) {
        continue;
      }
      String host = place.substring(0, colon).replaceAll("[\\[\\]]", "");
      int port = Integer.parseInt(place.substring(colon + 1));
      if (port == 0 || port > 65535) {
        continue;
      }
      try (ServerSocket socket = new ServerSocket()) {
        socket.setReuseAddress(true); // as the front ends do
        socket.bind(new InetSocketAddress(host, port));
      } catch (IOException e) {
        taken.add(
            "%s cannot listen on %s: %s; \"ss -ltnp 'sport = :%d'\" shows who does, or change %s.listen"
                .formatted(name, place, e.getMessage(), port, name));
      }
    }
    if (!taken.isEmpty()) {
      throw new IOException(String.join("; ", taken));
    }
  }
}
