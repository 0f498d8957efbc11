package dev.warren.server.http;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What is at which path. Thread-safe. */
final class Answers implements AutoCloseable {
  private static final Answer HEALTHY = Answer.text(200, "ok\n");
  private static final Answer NOWHERE =
      Answer.text(404, "there is /, /status.json, /metrics, /healthz and /readyz\n");

  private final Map<String, SharedPage> pages;

  /**
   * @param pages those that are computed, by their paths
   */
  Answers(Map<String, SharedPage> pages) {
    this.pages = Map.copyOf(pages);
  }

  /**
   * Those of a host.
   *
   * @param jobs what instances of gptfs tell
   * @param patience how long a page may take
   */
  static Answers of(
      HostFrontEndContext context, Throughput throughput, Jobs jobs, Duration patience) {
    Map<String, Callable<Answer>> pages =
        Map.of(
            "/",
            StatusPage::answer,
            "/status.json",
            () ->
                Answer.of(
                    200,
                    "application/json",
                    StatusDocument.of(context.host(), throughput.rates(), jobs)),
            "/metrics",
            () ->
                Answer.of(
                    200, "text/plain; version=0.0.4; charset=utf-8", context.host().metrics()),
            "/readyz",
            () -> Readiness.of(context.host().mounts()));
    Map<String, SharedPage> shared = new HashMap<>();
    pages.forEach((path, page) -> shared.put(path, new SharedPage(path, page, patience)));
    return new Answers(shared);
  }

  /** The answer to a request for a path. Never waits. */
  CompletableFuture<Answer> to(String path) {
    SharedPage page = pages.get(path);
    return page != null
        ? page.ask()
        : CompletableFuture.completedFuture(path.equals("/healthz") ? HEALTHY : NOWHERE);
  }

  /** What one gets who has waited for it long enough. */
  Answer late(String path) {
    @Nullable SharedPage page = pages.get(path);
    return page == null ? NOWHERE : page.late();
  }

  @Override
  public void close() {
    pages.values().forEach(SharedPage::close);
  }
}
