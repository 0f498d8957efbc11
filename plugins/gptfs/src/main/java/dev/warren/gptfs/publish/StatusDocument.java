package dev.warren.gptfs.publish;

import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.gptfs.job.Counts;
import dev.warren.gptfs.job.JobRecord;
import dev.warren.gptfs.job.JobState;
import dev.warren.gptfs.job.Outcome;
import dev.warren.gptfs.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The status file's content. */
public final class StatusDocument {
  /**
   * Sizes are multiples of this many bytes, padded with blanks: if a file has grown, sshfs cuts the
   * first read to the size that it has cached, and JSON that is cut does not parse.
   */
  public static final int BLOCK = 1024;

  private static final VfsPath OUTBOX = VfsPath.ROOT;

  private StatusDocument() {}

  /** The progress of a stream. */
  public record Streaming(long bytes, long chunks, long firstTokenMillis) {}

  /**
   * The content, padded.
   *
   * @param held why the job's endpoint is held; null if the job does not wait for that
   */
  public static byte[] of(
      JobRecord job, @Nullable Streaming streaming, @Nullable String held, Instant now)
      throws FsException {
    ObjectNode node = Json.object();
    node.put("job_id", job.id());
    node.put("status", held == null ? job.state().word() : JobState.HELD.word());
    node.put("timestamp", now.getEpochSecond());
    node.put("message", held == null ? job.message() : held);
    node.put("version", 1);
    node.put("revision", job.revision());
    node.put("source", "inbox/" + job.source());
    node.put("sha256", job.input().sha256().isEmpty() ? null : job.input().sha256());
    node.put("bytes", job.input().bytes());
    Outcome outcome = job.outcome();
    node.put("model", outcome != null && outcome.model() != null ? outcome.model() : job.model());
    node.put("endpoint", job.endpoint());
    node.put("attempts", job.tries().attempts());
    put(node, "queued_at", job.queuedAt());
    put(node, "started_at", job.startedAt());
    put(node, "finished_at", job.finishedAt());
    node.put("duration_ms", duration(job));
    put(node, "next_attempt_at", job.tries().notBefore());
    node.put("possible_duplicate", job.tries().possibleDuplicate());
    if (outcome != null) {
      node.put("http_status", outcome.httpStatus());
      node.put("request_id", outcome.requestId());
      node.put("finish_reason", outcome.finishReason());
      node.put("refusal", outcome.refusal());
      node.put("extraction", outcome.extraction());
      node.set("usage", Json.MAPPER.valueToTree(outcome.usage()));
      if (outcome.firstTokenMillis() != null) {
        node.put("first_token_ms", outcome.firstTokenMillis());
      }
    }
    if (streaming != null) {
      node.putObject("stream")
          .put("bytes", streaming.bytes())
          .put("tokens", streaming.chunks())
          .put("first_token_ms", streaming.firstTokenMillis());
    }
    if (job.batch()) {
      putBatch(node, job);
    }
    if (job.state() == JobState.COMPLETED && outcome != null) {
      Names kind = job.batch() ? Names.OUTPUT : Names.RESPONSE;
      node.putObject("response")
          .put("path", "outbox" + kind.path(OUTBOX, job.base()))
          .put("revision_path", "outbox" + kind.revision(OUTBOX, job.base(), job.revision()))
          .put("bytes", outcome.bytes())
          .put("sha256", outcome.sha256());
    } else {
      node.putNull("response");
    }
    node.set("error", Json.MAPPER.valueToTree(job.error()));
    return pad(Json.bytes(node));
  }

  /**
   * Whether two contents say the same about a job, apart from their time and a stream's progress.
   */
  static boolean isSame(byte[] one, byte[] other) {
    return lasting(one).equals(lasting(other));
  }

  private static Optional<ObjectNode> lasting(byte[] content) {
    return Json.object(content).map(node -> node.without(List.of("timestamp", "stream")));
  }

  private static void putBatch(ObjectNode node, JobRecord job) {
    ObjectNode batch = node.putObject("batch");
    batch.put(
        "status",
        switch (job.state()) {
          case SETTLING, QUEUED, HELD -> job.counts() == null ? "validating" : "in_progress";
          case ACTIVE, REMOTE -> "in_progress";
          case ANSWERED -> "finalizing";
          case COMPLETED -> "completed";
          case FAILED -> "failed";
          case CANCELLED, PURGED -> "cancelled";
        });
    Counts counts = job.counts() == null ? new Counts(0, 0, 0) : job.counts();
    node.putObject("request_counts")
        .put("total", counts.total())
        .put("completed", counts.completed())
        .put("failed", counts.failed());
  }

  private static @Nullable Long duration(JobRecord job) {
    return job.startedAt() == null || job.finishedAt() == null
        ? null
        : Math.max(0, Duration.between(job.startedAt(), job.finishedAt()).toMillis());
  }

  private static void put(ObjectNode node, String key, @Nullable Instant time) {
    node.put(key, time == null ? null : time.toString());
  }

  private static byte[] pad(byte[] json) {
    int size = (json.length + BLOCK) / BLOCK * BLOCK; // at least the line end is added
    byte[] padded = Arrays.copyOf(json, size);
    Arrays.fill(padded, json.length, size - 1, (byte) ' ');
    padded[size - 1] = '\n';
    return padded;
  }
}
