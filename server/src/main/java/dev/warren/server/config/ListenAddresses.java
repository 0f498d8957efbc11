package dev.warren.server.config;

import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigSpec;
import dev.warren.api.config.HostPort;
import dev.warren.server.config.YamlNode.YamlMap;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The addresses on which the front ends of a configuration listen: each front end's key {@value
 * #KEY}, with an address or a list of them, each either text or a map with an {@code address}. An
 * address that is written twice is an error: each address would be free by itself, so only the
 * second bind would fail, after the plugins have been opened.
 */
public final class ListenAddresses {
  private static final String KEY = "listen";
  private static final String ADDRESS = "address";
  private static final String UNIX = "unix:";

  /** No message quotes it: text that is no address is reported by its front end. */
  private static final int NO_PORT = 0;

  /** An address, and the path to it in its section. */
  private record Written(String text, List<String> path) {}

  private record Taken(String frontEnd, String text, Position position) {}

  private final Problems problems;
  private final List<Taken> taken = new ArrayList<>();

  ListenAddresses(Problems problems) {
    this.problems = problems;
  }

  /** The addresses in a section, as they are written. */
  public static List<String> of(ConfigSpec spec, Config config) {
    return written(spec, config).stream().map(Written::text).distinct().toList();
  }

  private static List<Written> written(ConfigSpec spec, Config config) {
    List<Written> written = new ArrayList<>();
    Object value = spec.find(KEY).flatMap(config::find).map(Object.class::cast).orElse(List.of());
    List<?> all = value instanceof List<?> list ? list : List.of(value);
    for (int i = 0; i < all.size(); i++) {
      List<String> path = List.of(KEY, Integer.toString(i));
      if (!(all.get(i) instanceof Map<?, ?> map)) {
        written.add(new Written(all.get(i).toString(), path));
      } else if (map.get(ADDRESS) != null) {
        written.add(
            new Written(map.get(ADDRESS).toString(), List.of(KEY, Integer.toString(i), ADDRESS)));
      }
    }
    return written;
  }

  /**
   * Adds a front end's addresses, and reports those that are taken.
   *
   * @param start the position of the section, for addresses that it does not contain
   */
  void add(String frontEnd, ConfigSpec spec, Config config, YamlMap section, Position start) {
    for (Written one : written(spec, config)) {
      Position at = YamlNode.find(section, one.path(), false, start);
      taken.stream()
          .filter(other -> overlap(other.text(), one.text()))
          .findFirst()
          .ifPresent(
              other ->
                  problems.error(
                      at,
                      "%s: the address %s is taken by %s%s (%s); choose another"
                          .formatted(
                              frontEnd,
                              one.text(),
                              other.frontEnd(),
                              other.text().equals(one.text()) ? "" : ", as " + other.text(),
                              other.position())));
      taken.add(new Taken(frontEnd, one.text(), at));
    }
  }

  /** Whether only one of two addresses can be bound at a time. */
  private static boolean overlap(String a, String b) {
    if (a.startsWith(UNIX) || b.startsWith(UNIX)) {
      return a.startsWith(UNIX) && b.startsWith(UNIX) && socket(a).equals(socket(b));
    }
    HostPort first = address(a);
    HostPort second = address(b);
    return first != null
        && second != null
        && first.port() == second.port()
        && first.port() != NO_PORT
        && (first.host().equalsIgnoreCase(second.host())
            || overlap(resolved(first.host()), resolved(second.host())));
  }

  private static Path socket(String text) {
    return Path.of(text.substring(UNIX.length())).toAbsolutePath().normalize();
  }

  private static @Nullable HostPort address(String text) {
    try {
      return HostPort.parse(text, NO_PORT);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static @Nullable InetAddress resolved(String host) {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      return null; // the front end reports it
    }
  }

  /** {@code ::} includes all IPv4 addresses, {@code 0.0.0.0} does not always include IPv6. */
  private static boolean overlap(@Nullable InetAddress a, @Nullable InetAddress b) {
    if (a == null || b == null) {
      return false;
    }
    return a.equals(b) || includes(a, b) || includes(b, a);
  }

  private static boolean includes(InetAddress any, InetAddress other) {
    return any.isAnyLocalAddress() && (any.getAddress().length >= other.getAddress().length);
  }
}
