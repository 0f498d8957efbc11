package dev.warren.server.http;

import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigProblem;
import dev.warren.api.config.ConfigSpec;
import dev.warren.api.config.HostPort;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One element of {@code listen}: an address, or a map of an address and whether other machines may
 * reach it. Permission for one address does not extend to others.
 */
record ListenEntry(InetSocketAddress address, boolean allowRemote) {
  private static final int USUAL_PORT = 2080;
  private static final ConfigKey<String> ADDRESS =
      ConfigKey.string("address", "HOST:PORT").asRequired();
  private static final ConfigKey<Boolean> ALLOW_REMOTE =
      ConfigKey.bool("allow_remote", "whether other machines may reach this address")
          .withDefault(false);

  private static final ConfigSpec SPEC = ConfigSpec.of(ADDRESS, ALLOW_REMOTE);

  /**
   * Reads an element.
   *
   * @param allowRemote the section's own {@code allow_remote}, which applies to all elements
   * @param at the element's position in the configuration
   * @param problems receives the element's problems
   * @return null if there are problems
   */
  static @Nullable ListenEntry read(
      Object written, boolean allowRemote, List<String> at, List<ConfigProblem> problems) {
    Object address = written;
    List<String> place = at;
    boolean remote = allowRemote;
    if (written instanceof Map<?, ?> map) {
      ConfigSpec.Result result = SPEC.parse(texts(map));
      Config config = result.config();
      if (config == null) {
        result.problems().forEach(problem -> problems.add(below(at, problem)));
        return null;
      }
      address = config.get(ADDRESS);
      place = Stream.concat(at.stream(), Stream.of(ADDRESS.name())).toList();
      remote |= config.get(ALLOW_REMOTE);
    }
    InetSocketAddress socket;
    try {
      socket = parse(address.toString());
    } catch (IllegalArgumentException e) {
      problems.add(new ConfigProblem(place, false, String.valueOf(e.getMessage())));
      return null;
    }
    if (!socket.getAddress().isLoopbackAddress() && !remote) {
      problems.add(
          new ConfigProblem(
              place,
              false,
              "other machines can reach '%s', and there is no log-in; listen on 127.0.0.1 behind a"
                      .formatted(address)
                  + " proxy that has one, or write 'allow_remote: true' if this is meant"));
      return null;
    }
    return new ListenEntry(socket, remote);
  }

  private static Map<String, Object> texts(Map<?, ?> map) {
    Map<String, Object> texts = new LinkedHashMap<>();
    map.forEach((key, value) -> texts.put(String.valueOf(key), value));
    return texts;
  }

  private static ConfigProblem below(List<String> at, ConfigProblem problem) {
    List<String> path = new ArrayList<>(at);
    path.addAll(problem.path());
    return new ConfigProblem(path, problem.onKey(), problem.message());
  }

  private static InetSocketAddress parse(String text) {
    HostPort written = HostPort.parse(text, USUAL_PORT);
    InetSocketAddress address = new InetSocketAddress(written.host(), written.port());
    if (address.isUnresolved()) {
      throw new IllegalArgumentException(
          "'%s': there is no host '%s'".formatted(text, written.host()));
    }
    return address;
  }
}
