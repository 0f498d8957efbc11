package dev.warren.server.http;

import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigProblem;
import dev.warren.api.config.ConfigSpec;
import dev.warren.api.config.ConfigType;
import dev.warren.api.frontend.FrontEnd;
import dev.warren.api.frontend.FrontEndContext;
import dev.warren.api.frontend.RunningFrontEnd;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code /metrics}, {@code /healthz}, {@code /readyz} and the status page. It shows the host and
 * changes nothing, and serves no files.
 */
public final class HttpFrontEnd implements FrontEnd {
  private static final String LISTEN = "listen";
  private static final String ALLOW_REMOTE = "allow_remote";
  private static final String HOSTS = "hosts";
  private static final String MAX_CONNECTIONS = "max_connections";

  /** Makes the JDK's HTTP server bounded: plugins use it. */
  public HttpFrontEnd() {
    HttpBounds.set();
  }

  @Override
  public String name() {
    return "http";
  }

  @Override
  public ConfigSpec configSpec() {
    return ConfigSpec.of(
        ConfigKey.of(
                LISTEN,
                ConfigType.LIST,
                "addresses for metrics, health and the status page, as HOST:PORT")
            .withDefault(List.of("127.0.0.1:2080")),
        ConfigKey.of(
                ALLOW_REMOTE,
                ConfigType.BOOLEAN,
                "Allow addresses that other machines reach. There is no log-in: whoever reaches the"
                    + " port sees mounts, sessions and counts.")
            .withDefault(false),
        ConfigKey.of(
                HOSTS,
                ConfigType.LIST,
                "names, beside localhost and addresses, under which browsers may ask")
            .withDefault(List.of()),
        ConfigKey.of(
                MAX_CONNECTIONS,
                ConfigType.INTEGER,
                "connections in all; beyond, whoever has most loses one for each that comes")
            .withDefault((long) Bounds.DEFAULT_CONNECTIONS)
            .withRange(8, 65_536));
  }

  @Override
  public List<ConfigProblem> check(Config config) {
    List<ConfigProblem> problems = new ArrayList<>();
    List<Object> written = config.list(LISTEN);
    for (int i = 0; i < written.size(); i++) {
      try {
        InetSocketAddress address = ListenAddress.parse(written.get(i).toString());
        if (!address.getAddress().isLoopbackAddress() && !config.bool(ALLOW_REMOTE)) {
          problems.add(
              problem(
                  i,
                  "other machines reach '%s', and there is no log-in; listen on 127.0.0.1 behind a"
                          .formatted(written.get(i))
                      + " proxy that has one, or write 'allow_remote: true' if this is meant"));
        }
      } catch (IllegalArgumentException e) {
        problems.add(problem(i, "an address " + e.getMessage()));
      }
    }
    return problems;
  }

  private static ConfigProblem problem(int index, String message) {
    return new ConfigProblem(List.of(LISTEN, Integer.toString(index)), false, message);
  }

  @Override
  public RunningFrontEnd start(FrontEndContext context, Config config) throws IOException {
    if (!(context instanceof HostFrontEndContext host)) {
      throw new IOException("this host does not show itself");
    }
    List<InetSocketAddress> addresses =
        config.list(LISTEN).stream().map(text -> ListenAddress.parse(text.toString())).toList();
    HostNames names = new HostNames(config.list(HOSTS).stream().map(Object::toString).toList());
    return HttpListener.start(
        host, addresses, names, Bounds.of((int) config.integer(MAX_CONNECTIONS)));
  }
}
