package dev.warren.server.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.warren.api.frontend.Recipe;
import dev.warren.api.frontend.RunningFrontEnd;
import dev.warren.api.frontend.SessionInfo;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The JDK's HTTP server on each address, on threads of its own. */
final class HttpListener implements RunningFrontEnd {
  private static final Logger log = LoggerFactory.getLogger(HttpListener.class);

  private final HostNames names;
  private final Answers answers;
  private final List<HttpServer> servers = new ArrayList<>();
  private final ExecutorService requests =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("http-", 0).factory());
  private final ScheduledExecutorService sampler =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("http-throughput").factory());

  private HttpListener(HostNames names, Answers answers) {
    this.names = names;
    this.answers = answers;
  }

  /**
   * Listens.
   *
   * @throws IOException if an address cannot be bound; nothing is open then
   */
  static HttpListener start(
      HostFrontEndContext context, List<InetSocketAddress> addresses, HostNames names)
      throws IOException {
    Throughput throughput = new Throughput(context::totals, Clock.systemUTC());
    HttpListener listener = new HttpListener(names, new Answers(context, throughput));
    try {
      for (InetSocketAddress address : addresses) {
        listener.listen(address);
      }
    } catch (IOException | RuntimeException e) {
      listener.close();
      throw e;
    }
    long millis = Throughput.INTERVAL.toMillis();
    var _ =
        listener.sampler.scheduleAtFixedRate(
            throughput::sample, millis, millis, TimeUnit.MILLISECONDS);
    return listener;
  }

  private void listen(InetSocketAddress address) throws IOException {
    HttpServer server;
    try {
      server = HttpServer.create(address, 0);
    } catch (IOException e) {
      throw new IOException("%s: %s".formatted(ListenAddress.url(address), e.getMessage()), e);
    }
    server.createContext("/", this::handle);
    server.setExecutor(requests);
    server.start();
    servers.add(server);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      send(exchange, answer(exchange));
    } catch (RuntimeException | Error e) {
      log.error("{} failed", exchange.getRequestURI(), e);
      throw e;
    }
  }

  private Answer answer(HttpExchange exchange) throws IOException {
    if (!names.contains(exchange.getRequestHeaders().getFirst("Host"))) {
      return Answer.text(421, "this is not the host that you asked for; see http.hosts\n");
    }
    if (!Set.of("GET", "HEAD").contains(exchange.getRequestMethod())) {
      exchange.getResponseHeaders().set("Allow", "GET, HEAD");
      return Answer.text(405, "GET only\n");
    }
    return answers.to(exchange.getRequestURI().getPath());
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", answer.type());
    headers.set("Content-Security-Policy", answer.policy());
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cache-Control", "no-store");
    byte[] body = answer.body();
    if (exchange.getRequestMethod().equals("HEAD")) {
      headers.set("Content-Length", Integer.toString(body.length));
      exchange.sendResponseHeaders(answer.status(), -1);
    } else {
      exchange.sendResponseHeaders(answer.status(), body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public List<String> addresses() {
    return servers.stream().map(server -> ListenAddress.url(server.getAddress())).toList();
  }

  @Override
  public List<Recipe> recipes() {
    return addresses().stream()
        .limit(1)
        .map(url -> new Recipe("health; a status page is at " + url, "curl -s " + url + "readyz"))
        .toList();
  }

  /** None: requests are too short to be looked at. */
  @Override
  public List<SessionInfo> sessions() {
    return List.of();
  }

  @Override
  public boolean disconnect(String sessionId) {
    return false;
  }

  /** Nothing to wait for: {@link #close()} ends what runs. */
  @Override
  public void drain(Duration atMost) {}

  @Override
  public void close() {
    sampler.shutdownNow();
    servers.forEach(server -> server.stop(0));
    requests.shutdownNow();
  }
}
