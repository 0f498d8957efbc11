package dev.warren.gptfs.work;

import dev.warren.api.Metrics;
import dev.warren.gptfs.http.Reply;
import dev.warren.gptfs.job.Usage;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Counts for {@code stats.json} and for the host's metrics. Thread-safe. */
public final class Tally {
  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong completed = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicLong cancelled = new AtomicLong();
  private final AtomicLong calls = new AtomicLong();
  private final AtomicLong retries = new AtomicLong();
  private final AtomicLong discarded = new AtomicLong();
  private final AtomicLong ignored = new AtomicLong();
  private final AtomicLong promptTokens = new AtomicLong();
  private final AtomicLong completionTokens = new AtomicLong();
  private final Metrics metrics;
  private final Metrics.Timer latency;

  /** Counts from zero. */
  public Tally(Metrics metrics) {
    this.metrics = metrics;
    latency = metrics.timer("gptfs_call_seconds");
  }

  /** A job was accepted. */
  void accepted() {
    accepted.incrementAndGet();
    metrics.counter("gptfs_jobs_total", "state", "accepted").increment();
  }

  /** A job ended with an answer. */
  void completed(@Nullable Usage usage) {
    completed.incrementAndGet();
    metrics.counter("gptfs_jobs_total", "state", "completed").increment();
    if (usage != null) {
      promptTokens.addAndGet(usage.prompt());
      completionTokens.addAndGet(usage.completion());
      metrics.counter("gptfs_tokens_total", "kind", "prompt").add((double) usage.prompt());
      metrics.counter("gptfs_tokens_total", "kind", "completion").add((double) usage.completion());
    }
  }

  /** A job ended without an answer. */
  void failed() {
    failed.incrementAndGet();
    metrics.counter("gptfs_jobs_total", "state", "failed").increment();
  }

  /** A job was cancelled. */
  void cancelled() {
    cancelled.incrementAndGet();
    metrics.counter("gptfs_jobs_total", "state", "cancelled").increment();
  }

  /** A call ended. */
  void called(String endpoint, Reply reply, Duration duration) {
    calls.incrementAndGet();
    latency.record(duration);
    String result =
        reply instanceof Reply.Answered answered
            ? Integer.toString(answered.status())
            : reply.getClass().getSimpleName();
    metrics.counter("gptfs_calls_total", "endpoint", endpoint, "result", result).increment();
  }

  /** A call will be made again. */
  void retried(String reason) {
    retries.incrementAndGet();
    metrics.counter("gptfs_retries_total", "reason", reason).increment();
  }

  /** A call's result came too late for its revision. */
  void discarded() {
    discarded.incrementAndGet();
  }

  /** A finished file has a name that never runs. */
  public void ignored() {
    ignored.incrementAndGet();
  }

  /** The numbers. */
  public Snapshot snapshot() {
    return new Snapshot(
        accepted.get(),
        completed.get(),
        failed.get(),
        cancelled.get(),
        calls.get(),
        retries.get(),
        discarded.get(),
        ignored.get(),
        promptTokens.get(),
        completionTokens.get());
  }

  /** Numbers since the start. */
  public record Snapshot(
      long accepted,
      long completed,
      long failed,
      long cancelled,
      long calls,
      long retries,
      long discarded,
      long ignored,
      long promptTokens,
      long completionTokens) {}
}
