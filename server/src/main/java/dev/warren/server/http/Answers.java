package dev.warren.server.http;

import dev.warren.api.host.HostControl;
import java.io.IOException;

/** What is at which path. Thread-safe. */
final class Answers {
  private static final String PATHS = "there is /, /status.json, /metrics, /healthz and /readyz\n";

  private final HostFrontEndContext context;
  private final Throughput throughput;
  private final Jobs jobs;

  Answers(HostFrontEndContext context, Throughput throughput) {
    this.context = context;
    this.throughput = throughput;
    jobs = new Jobs(context.fileSystem());
  }

  /** The answer to a request for a path. */
  Answer to(String path) throws IOException {
    return switch (path) {
      case "/" -> StatusPage.answer();
      case "/status.json" ->
          Answer.of(
              200, "application/json", StatusDocument.of(context.host(), throughput.rates(), jobs));
      case "/metrics" ->
          Answer.of(200, "text/plain; version=0.0.4; charset=utf-8", context.host().metrics());
      case "/healthz" -> Answer.text(200, "ok\n");
      case "/readyz" -> ready();
      default -> Answer.text(404, PATHS);
    };
  }

  /** One line for each mount; 503 if one is not up. */
  private Answer ready() {
    StringBuilder lines = new StringBuilder();
    boolean ready = true;
    for (HostControl.Mount mount : context.host().mounts()) {
      boolean up = mount.state().equals("up");
      ready &= up;
      lines.append(up ? "ok   " : "FAIL ").append(mount.path()).append(' ').append(mount.plugin());
      lines.append(' ').append(mount.state());
      if (mount.error() != null) {
        lines.append(": ").append(mount.error().replaceAll("\\R", " "));
      }
      lines.append('\n');
    }
    return Answer.text(ready ? 200 : 503, lines.toString());
  }
}
