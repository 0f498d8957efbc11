package dev.warren.server.http;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A page that is computed on a thread of its own: one that hangs delays no other page and blocks no
 * connection. Requests that arrive while it is being computed share the next computation.
 * Thread-safe.
 */
final class SharedPage implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SharedPage.class);

  private final String path;
  private final Callable<Response> page;
  private final Duration timeout;
  private final ThreadPoolExecutor thread;
  private @Nullable CompletableFuture<Response> next;
  private boolean computing;
  private long since;

  /**
   * @param page computes it
   * @param timeout once a computation takes longer than this, further requests fail at once
   */
  SharedPage(String path, Callable<Response> page, Duration timeout) {
    this.path = path;
    this.page = page;
    this.timeout = timeout;
    // A platform thread: a plugin that blocks in a native call would pin a virtual thread's
    // carrier.
    thread =
        new ThreadPoolExecutor(
            1,
            1,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("http " + path).factory());
    thread.allowCoreThreadTimeOut(true);
  }

  /** Returns the page, from a computation that begins after this call. Non-blocking. */
  synchronized CompletableFuture<Response> ask() {
    if (computing && System.nanoTime() - since > timeout.toNanos()) {
      return CompletableFuture.completedFuture(late());
    }
    CompletableFuture<Response> mine = next;
    if (mine == null) {
      mine = new CompletableFuture<>();
      next = mine;
      thread.execute(this::compute);
    }
    return mine;
  }

  /** The response for a request that has waited too long. */
  Response late() {
    return Response.text(503, "computing %s takes too long\n".formatted(path));
  }

  private void compute() {
    CompletableFuture<Response> mine;
    synchronized (this) {
      mine = next;
      next = null;
      computing = true;
      since = System.nanoTime();
    }
    Response response;
    try {
      response = page.call();
    } catch (Exception | Error e) { // whatever the failure is, the waiting requests get a response
      log.error("{} cannot be computed", path, e);
      response = Response.text(500, "%s cannot be computed; the log says why\n".formatted(path));
    }
    synchronized (this) {
      computing = false;
    }
    if (mine != null) {
      mine.complete(response);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
