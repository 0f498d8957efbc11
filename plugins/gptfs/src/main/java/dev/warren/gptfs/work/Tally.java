package dev.warren.gptfs.work;

import dev.warren.api.Metrics;
import dev.warren.gptfs.http.Reply;
import dev.warren.gptfs.job.Outcome;
import dev.warren.gptfs.job.Usage;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Counts for {@code stats.json} and for the host's metrics. Thread-safe. */
public final class Tally {
  private static final int MAX_MODELS = 50;

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
  private final Metrics.Counter acceptedJobs;
  private final Metrics.Counter completedJobs;
  private final Metrics.Counter failedJobs;
  private final Metrics.Counter cancelledJobs;
  private final Metrics.Timer queueWait;
  private final Metrics.Timer firstToken;
  private final Set<String> models = ConcurrentHashMap.newKeySet();

  /** Counts from zero. */
  public Tally(Metrics metrics) {
    this.metrics = metrics;
    describe();
    acceptedJobs = metrics.counter("gptfs_jobs_total", "state", "accepted");
    completedJobs = metrics.counter("gptfs_jobs_total", "state", "completed");
    failedJobs = metrics.counter("gptfs_jobs_total", "state", "failed");
    cancelledJobs = metrics.counter("gptfs_jobs_total", "state", "cancelled");
    queueWait = metrics.timer("gptfs_queue_wait_seconds");
    firstToken = metrics.timer("gptfs_first_token_seconds");
  }

  private void describe() {
    metrics.describe("gptfs_jobs_total", "jobs by what became of them");
    metrics.describe("gptfs_queue_wait_seconds", "how long jobs waited for their first call");
    metrics.describe("gptfs_first_token_seconds", "how long streams took to their first text");
    metrics.describe("gptfs_tokens_total", "tokens that endpoints counted, by model and kind");
    metrics.describe("gptfs_call_seconds", "how long calls of an endpoint took");
    metrics.describe("gptfs_calls_total", "calls of an endpoint by their result");
    metrics.describe("gptfs_polls_total", "polls of responses in the background by their result");
    metrics.describe("gptfs_retries_total", "calls that are made again, by the reason");
  }

  /** A job was accepted. */
  void accepted() {
    accepted.incrementAndGet();
    acceptedJobs.increment();
  }

  /** Called when a job's first call begins. */
  void waited(Duration inQueue) {
    // The host that accepted the job may have another clock.
    queueWait.record(inQueue.isNegative() ? Duration.ZERO : inQueue);
  }

  /** A job ended with an answer. */
  void completed(@Nullable Outcome outcome) {
    completed.incrementAndGet();
    completedJobs.increment();
    if (outcome == null) {
      return;
    }
    Usage usage = outcome.usage();
    if (usage != null) {
      String model = label(outcome.model());
      promptTokens.addAndGet(usage.prompt());
      completionTokens.addAndGet(usage.completion());
      tokens(model, "prompt", usage.prompt());
      tokens(model, "completion", usage.completion());
    }
    Long millis = outcome.firstTokenMillis();
    if (millis != null) {
      firstToken.record(Duration.ofMillis(millis));
    }
  }

  private void tokens(String model, String kind, long count) {
    metrics.counter("gptfs_tokens_total", "model", model, "kind", kind).add((double) count);
  }

  /** A label for a model; services may name any number of models, but labels must be few. */
  private String label(@Nullable String model) {
    if (model == null) {
      return "unknown";
    }
    if (models.contains(model) || (models.size() < MAX_MODELS && models.add(model))) {
      return model;
    }
    return "other";
  }

  /** A job ended without an answer. */
  void failed() {
    failed.incrementAndGet();
    failedJobs.increment();
  }

  /** A job was cancelled. */
  void cancelled() {
    cancelled.incrementAndGet();
    cancelledJobs.increment();
  }

  /** A call ended. */
  void called(String endpoint, Reply reply, Duration duration) {
    calls.incrementAndGet();
    metrics.timer("gptfs_call_seconds", "endpoint", endpoint).record(duration);
    metrics.counter("gptfs_calls_total", "endpoint", endpoint, "result", result(reply)).increment();
  }

  private static String result(Reply reply) {
    return switch (reply) {
      case Reply.Answered answered -> Integer.toString(answered.status());
      case Reply.NotSent _ -> "not_sent";
      case Reply.Untrusted _ -> "certificate";
      case Reply.Unclear _ -> "no_answer";
      case Reply.TooLong _ -> "response_too_long";
      case Reply.Cancelled _ -> "cancelled";
    };
  }

  /** A response in the background was polled. */
  void polled(String endpoint, Reply reply) {
    metrics.counter("gptfs_polls_total", "endpoint", endpoint, "result", result(reply)).increment();
  }

  /** A call will be made again. */
  void retried(String reason) {
    retries.incrementAndGet();
    metrics.counter("gptfs_retries_total", "reason", reason).increment();
  }

  /** A call's result came too late for its revision, or after another host took the job. */
  void discarded() {
    discarded.incrementAndGet();
  }

  /** A completely written file was ignored because of its name. */
  public void ignored() {
    ignored.incrementAndGet();
  }

  /** The current counts. */
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

  /** Counts since the instance started. */
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
