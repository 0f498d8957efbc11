package dev.warren.server.host;

import dev.warren.server.bounded.BoundedCall;
import dev.warren.server.config.ConfigurationException;
import dev.warren.server.host.Host.Parts;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a host until a signal ends it. The first SIGTERM or SIGINT ends it gracefully, a second one
 * at once; SIGHUP reloads. Signals are handled on one control thread, in their order, so that the
 * signal handler itself returns at once. {@link #run} waits on a different thread, so that a plugin
 * that hangs on the control thread cannot keep the process from ending.
 */
public final class ServeLoop {
  private static final Logger log = LoggerFactory.getLogger(ServeLoop.class);

  /** How long shutdown may take in addition to draining, even if something hangs. */
  private static final Duration LONGEST_STOP = Host.AFTER_DRAIN.plusSeconds(1);

  private final Parts parts;
  private final boolean strict;
  private final Consumer<Host> ready;
  private final ExecutorService control =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("control").factory());
  private final ServiceManager manager = ServiceManager.ofEnvironment();
  private final CountDownLatch end = new CountDownLatch(1);
  private final AtomicBoolean ending = new AtomicBoolean();
  private final AtomicReference<@Nullable Host> host = new AtomicReference<>();

  /**
   * @param parts the parts that the host consists of
   * @param strict whether an instance that cannot be opened is fatal
   * @param ready called once, on the control thread, when the host is serving
   */
  public ServeLoop(Parts parts, boolean strict, Consumer<Host> ready) {
    this.parts = parts;
    this.strict = strict;
    this.ready = ready;
  }

  /**
   * Starts the host and returns when it has ended.
   *
   * @throws ConfigurationException if the configuration has errors
   * @throws IOException if the host cannot start
   */
  public void run() throws ConfigurationException, IOException, InterruptedException {
    Map<String, Runnable> signals = new LinkedHashMap<>();
    signals.put("TERM", () -> end("SIGTERM", 128 + 15));
    signals.put("INT", () -> end("SIGINT", 128 + 2));
    signals.put("HUP", this::reload);
    Signals.handle(signals);
    UncaughtExceptions.log();
    CompletableFuture<Void> started = new CompletableFuture<>();
    control.execute(() -> start(started));
    end.await();
    if (host.get() != null || !started.isCompletedExceptionally()) {
      stop();
    }
    if (started.isCompletedExceptionally()) {
      rethrow(started);
    }
  }

  private void start(CompletableFuture<Void> started) {
    try {
      Host running = Host.start(parts, strict);
      host.set(running);
      log.info("ready after {} s", String.format("%.2f", sinceProcessStart().toMillis() / 1000.0));
      ready.accept(running);
      manager.ready();
      started.complete(null);
    } catch (Exception | Error e) {
      started.completeExceptionally(e);
      end.countDown();
    }
  }

  private static Duration sinceProcessStart() {
    return ProcessHandle.current()
        .info()
        .startInstant()
        .map(start -> Duration.between(start, Instant.now()))
        .orElse(Duration.ZERO);
  }

  private static void rethrow(CompletableFuture<Void> failed)
      throws ConfigurationException, IOException, InterruptedException {
    try {
      failed.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case ConfigurationException c -> throw c;
        case IOException c -> throw c;
        case RuntimeException c -> throw c;
        case Error c -> throw c;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }

  private void end(String signal, int status) {
    if (!ending.compareAndSet(false, true)) {
      log.warn("{} again: ending at once", signal);
      Runtime.getRuntime().halt(status);
    }
    log.info("{}: ending; a second signal ends at once", signal);
    end.countDown();
  }

  private void reload() {
    control.execute(
        () -> {
          Host running = host.get();
          try {
            if (running != null && !ending.get()) {
              running.reload();
            }
          } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
          } catch (RuntimeException | Error e) {
            log.error("reload failed", e);
          }
        });
  }

  /** Stops the host on a separate thread: the control thread may hang in an earlier command. */
  private void stop() throws InterruptedException {
    Host running = host.get();
    if (running == null) {
      log.warn("the host has not started yet: ending at once");
      return;
    }
    Duration atMost = running.drainTimeout().plus(LONGEST_STOP);
    manager.stopping(atMost);
    BoundedCall<Boolean> stopping = BoundedCall.begin("the end", running::stop);
    if (!stopping.awaitEnd(atMost)) {
      stopping.reportSlow(atMost);
      return;
    }
    stopping.reportFailure();
    log.info("ended");
  }
}
