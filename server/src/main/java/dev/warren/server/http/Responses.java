package dev.warren.server.http;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The responses by path. Thread-safe. */
final class Responses implements AutoCloseable {
  private static final Response HEALTHY = Response.text(200, "ok\n");
  private static final Response NOWHERE =
      Response.text(404, "there is /, /status.json, /metrics, /healthz and /readyz\n");

  private final Map<String, SharedPage> pages;

  /**
   * @param pages the computed pages by path
   */
  Responses(Map<String, SharedPage> pages) {
    this.pages = Map.copyOf(pages);
  }

  /**
   * Returns the pages of a host.
   *
   * @param reports the instances' reports on their jobs
   * @param timeout how long computing a page may take
   */
  static Responses of(
      HostFrontEndContext context, Throughput throughput, JobReports reports, Duration timeout) {
    Map<String, Callable<Response>> pages =
        Map.of(
            "/",
            StatusPage::response,
            "/status.json",
            () ->
                Response.of(
                    200,
                    "application/json",
                    StatusDocument.of(context.host(), throughput.rates(), reports)),
            "/metrics",
            () ->
                Response.of(
                    200, "text/plain; version=0.0.4; charset=utf-8", context.host().metrics()),
            "/readyz",
            () -> Readiness.of(context.host().mounts()));
    Map<String, SharedPage> shared = new HashMap<>();
    pages.forEach((path, page) -> shared.put(path, new SharedPage(path, page, timeout)));
    return new Responses(shared);
  }

  /** Returns the response to a request for a path. Non-blocking. */
  CompletableFuture<Response> to(String path) {
    SharedPage page = pages.get(path);
    return page != null
        ? page.ask()
        : CompletableFuture.completedFuture(path.equals("/healthz") ? HEALTHY : NOWHERE);
  }

  /** Returns the response for a client that has waited too long for the page. */
  Response late(String path) {
    @Nullable SharedPage page = pages.get(path);
    return page == null ? NOWHERE : page.late();
  }

  @Override
  public void close() {
    pages.values().forEach(SharedPage::close);
  }
}
