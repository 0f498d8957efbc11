package dev.warren.server.http;

import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigProblem;
import dev.warren.api.config.ConfigSpec;
import dev.warren.frontend.FrontEnd;
import dev.warren.frontend.FrontEndContext;
import dev.warren.frontend.RunningFrontEnd;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code /metrics}, {@code /healthz}, {@code /readyz} and the status page. It shows the host and
 * changes nothing, and serves no files.
 */
public final class HttpFrontEnd implements FrontEnd {
  private static final ConfigKey<List<Object>> LISTEN =
      ConfigKey.list(
              "listen",
              "addresses for metrics, health and the status page: HOST:PORT, or maps {address,"
                  + " allow_remote}")
          .withDefault(List.of("127.0.0.1:2080"));
  private static final ConfigKey<Boolean> ALLOW_REMOTE =
      ConfigKey.bool(
              "allow_remote",
              "Whether the addresses may be reachable from other machines. There is no log-in:"
                  + " every client that reaches the port sees mounts, sessions and counts.")
          .withDefault(false);
  private static final ConfigKey<List<Object>> HOSTS =
      ConfigKey.list(
              "hosts",
              "host names, besides localhost and IP addresses, that browsers may use in requests")
          .withDefault(List.of());
  private static final ConfigKey<Long> MAX_CONNECTIONS =
      ConfigKey.integer(
              "max_connections",
              "the limit of connections; beyond it each new one closes one of the client with the"
                  + " most")
          .withDefault((long) HttpLimits.DEFAULT_CONNECTIONS)
          .withRange(8, 65_536);
  private static final ConfigSpec SPEC =
      ConfigSpec.of(LISTEN, ALLOW_REMOTE, HOSTS, MAX_CONNECTIONS);

  /** Limits the JDK's HTTP server, because plugins use it. */
  public HttpFrontEnd() {
    HttpBounds.set();
  }

  @Override
  public String name() {
    return "http";
  }

  @Override
  public ConfigSpec configSpec() {
    return SPEC;
  }

  @Override
  public List<ConfigProblem> check(Config config) {
    List<ConfigProblem> problems = new ArrayList<>();
    listeners(config, problems);
    return problems;
  }

  private static List<InetSocketAddress> listeners(Config config, List<ConfigProblem> problems) {
    List<InetSocketAddress> addresses = new ArrayList<>();
    List<Object> written = config.get(LISTEN);
    for (int i = 0; i < written.size(); i++) {
      ListenEntry entry =
          ListenEntry.read(
              written.get(i),
              config.get(ALLOW_REMOTE),
              List.of(LISTEN.name(), Integer.toString(i)),
              problems);
      if (entry != null) {
        addresses.add(entry.address());
      }
    }
    return addresses;
  }

  @Override
  public RunningFrontEnd start(FrontEndContext context, Config config) throws IOException {
    if (!(context instanceof HostFrontEndContext host)) {
      throw new IOException("this host does not give front ends access to its status");
    }
    List<ConfigProblem> problems = new ArrayList<>();
    List<InetSocketAddress> addresses = listeners(config, problems);
    if (!problems.isEmpty()) {
      // a host name whose address has changed since the check
      throw new IOException(problems.getFirst().toString());
    }
    HostNames names = new HostNames(config.get(HOSTS).stream().map(Object::toString).toList());
    return HttpListener.start(
        host, addresses, names, HttpLimits.of(Math.toIntExact(config.get(MAX_CONNECTIONS))));
  }
}
