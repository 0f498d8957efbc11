package dev.warren.gptfs.job;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.warren.gptfs.json.Json;
import dev.warren.gptfs.store.JobStore.Row;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is known about a job, as the store keeps it. Immutable: each step makes a new
 * record.
 *
 * @param id see {@link JobId}
 * @param source the file's path below the inbox, with {@code /} between names
 * @param base what names in the outbox start with: {@code a/x} for {@code a/x_response.txt}
 * @param batch whether the file is a batch
 * @param revision 1 for the file's first content, one more for each that followed
 * @param state what happens to this revision
 * @param input which content was accepted
 * @param endpoint the name of the endpoint that the next call goes to
 * @param model the requested model; null where the request names none
 * @param stream whether a stream is expected
 * @param tries the calls so far
 * @param queuedAt when this revision was accepted
 * @param startedAt when its last call began
 * @param finishedAt when it was answered, failed or was cancelled
 * @param message the message for users
 * @param outcome the outcome of the last answer
 * @param counts the counts of a batch
 * @param error the error of the last failure
 * @param acknowledged whether a client has removed the answer
 * @param readAt when a client first read how it ended; null if none has
 * @param background a response that the service works on in the background; null if none was
 *     requested
 * @param documentBytes the size of the published {@code _response.json}; null where there is none
 * @param retried the results that the next revision reuses; null if it starts over
 */
public record JobRecord(
    String id,
    String source,
    String base,
    boolean batch,
    int revision,
    JobState state,
    Input input,
    String endpoint,
    @Nullable String model,
    boolean stream,
    Tries tries,
    @JsonProperty("queued_at") @Nullable Instant queuedAt,
    @JsonProperty("started_at") @Nullable Instant startedAt,
    @JsonProperty("finished_at") @Nullable Instant finishedAt,
    String message,
    @Nullable Outcome outcome,
    @Nullable Counts counts,
    @Nullable JobError error,
    boolean acknowledged,
    @JsonProperty("read_at") @Nullable Instant readAt,
    @Nullable Background background,
    @JsonProperty("document_bytes") @Nullable Long documentBytes,
    @Nullable Retried retried) {
  /**
   * A response that the service works on in the background.
   *
   * @param id the service's id of the response; null until it is known
   */
  public record Background(@Nullable String id) {
    static final Background ASKED_FOR = new Background(null);
  }

  /**
   * The revision of a batch whose answers the next revision reuses.
   *
   * @param revision the revision whose answers are kept
   * @param sha256 the SHA-256 of its content: with another content nothing is reused
   */
  public record Retried(int revision, String sha256) {}

  /** The record of a new file; its first revision is still to come. */
  public static JobRecord fresh(String id, String source, String base, String endpoint) {
    return new JobRecord(
        id,
        source,
        base,
        false,
        0,
        JobState.CANCELLED,
        Input.NONE,
        endpoint,
        null,
        false,
        Tries.NONE,
        null,
        null,
        null,
        "",
        null,
        null,
        null,
        false,
        null,
        null,
        null,
        null);
  }

  /** A content that was answered, according to its status, by a job that has no row any more. */
  public JobRecord foundCompleted(
      int foundRevision, boolean foundBatch, Input content, Instant now) {
    return with(
        e -> {
          e.revision = foundRevision;
          e.batch = foundBatch;
          e.state = JobState.COMPLETED;
          e.input = content;
          e.finishedAt = now; // its retention starts now
          e.message = "answered before the database was re-created";
        });
  }

  /**
   * The job's row in the store.
   *
   * @param told whether the outbox shows its end
   */
  public Row row(boolean told) {
    return new Row(
        id,
        source,
        state == JobState.PURGED ? null : JobTable.fold(base),
        state.name(),
        state.isEnded(),
        told || !state.isEnded(),
        finishedAt,
        isSeen(),
        state.isEnded() ? answerBytes() : input.bytes(),
        tries.attempts(),
        batch || revision > 1,
        false,
        false,
        Json.bytes(this));
  }

  private long answerBytes() {
    return (outcome == null ? 0 : outcome.bytes()) + (documentBytes == null ? 0 : documentBytes);
  }

  /** Reads the description of a {@link #row}. */
  public static JobRecord decode(byte[] bytes) {
    return Json.MAPPER.readValue(bytes, JobRecord.class);
  }

  /**
   * The file has a new content that is still settling.
   *
   * @param bytes its size
   */
  public JobRecord settling(boolean newBatch, long bytes, String text) {
    return new Edit(fresh(id, source, base, endpoint))
        .with(
            e -> {
              e.revision = revision + 1;
              e.batch = newBatch;
              e.state = JobState.SETTLING;
              e.input = Input.settling(bytes);
              e.message = text;
              e.retried = retried;
            });
  }

  /**
   * The content that is settling has changed.
   *
   * @param bytes its size
   */
  public JobRecord settlingAgain(long bytes, String text) {
    return with(
        e -> {
          e.input = Input.settling(bytes);
          e.message = text;
        });
  }

  /** The content is accepted. */
  public JobRecord queued(Input content, Route route, Instant now) {
    return with(
        e -> {
          e.state = JobState.QUEUED;
          e.input = content;
          e.endpoint = route.endpoint();
          e.model = route.model();
          e.stream = route.stream();
          e.background = route.background() ? Background.ASKED_FOR : null;
          e.queuedAt = now;
          e.message = "waiting for a worker";
          e.retried = null; // this revision has taken over the results
        });
  }

  /** The content cannot be sent. */
  public JobRecord rejected(Input content, JobError reason, Instant now) {
    return with(e -> e.input = content).failed(reason, now);
  }

  /** A call begins. */
  public JobRecord started(Instant now) {
    return with(
        e -> {
          e.state = JobState.ACTIVE;
          e.tries = tries.started();
          e.startedAt = now;
          e.message = "attempt " + (tries.attempts() + 1);
          e.error = null;
        });
  }

  /** The job is queued again. */
  public JobRecord requeued(
      Tries newTries, String newEndpoint, String text, @Nullable JobError why) {
    return with(
        e -> {
          e.state = JobState.QUEUED;
          e.tries = newTries;
          e.endpoint = newEndpoint;
          e.message = text;
          e.error = why;
          e.background = background == null ? null : Background.ASKED_FOR;
        });
  }

  /** The service has accepted the request, and works on it in the background. */
  public JobRecord remote(String responseId, String text) {
    return with(
        e -> {
          e.state = JobState.REMOTE;
          e.background = new Background(responseId);
          e.message = text;
          e.error = null;
        });
  }

  /** The id of the response that the service works on in the background; null if there is none. */
  @JsonIgnore
  public @Nullable String remoteId() {
    return state == JobState.REMOTE && background != null ? background.id() : null;
  }

  /** The end of the background response is still unknown; it will be polled again. */
  public JobRecord unheard(String text, @Nullable JobError why) {
    return with(
        e -> {
          e.message = text;
          e.error = why;
        });
  }

  /** The whole response is published beside the text, or instead of it. */
  public JobRecord withDocument(long bytes) {
    return with(e -> e.documentBytes = bytes);
  }

  /** The counts of the job's calls have changed. */
  public JobRecord retried(Tries newTries) {
    return with(e -> e.tries = newTries);
  }

  /** The job waits for the command {@code retry} or {@code resume}. */
  public JobRecord held(Tries newTries, String text, @Nullable JobError why) {
    return with(
        e -> {
          e.state = JobState.HELD;
          e.tries = newTries;
          e.message = text;
          e.error = why;
        });
  }

  /** The answer is in the store. */
  public JobRecord answered(Outcome result, @Nullable Counts lines, String text, Instant now) {
    return with(
        e -> {
          e.state = JobState.ANSWERED;
          e.outcome = result;
          e.counts = lines;
          e.finishedAt = now;
          e.message = text;
          e.error = null;
        });
  }

  /** A batch's lines were counted, or more of them have ended. */
  public JobRecord counted(Counts lines) {
    return with(e -> e.counts = lines);
  }

  /** The answer is in the outbox. */
  public JobRecord completed() {
    return with(e -> e.state = JobState.COMPLETED);
  }

  /** The job ends without an answer. */
  public JobRecord failed(JobError reason, Instant now) {
    return with(
        e -> {
          e.state = JobState.FAILED;
          e.error = reason;
          e.message = reason.message();
          e.finishedAt = now;
          e.tries = tries.later(null);
        });
  }

  /** The job ends because its answer is not wanted any more. */
  public JobRecord cancelled(String text, Instant now) {
    return with(
        e -> {
          e.state = JobState.CANCELLED;
          e.message = text;
          e.finishedAt = now;
          e.tries = tries.later(null);
        });
  }

  /** Keeps only which content was processed, so that a restart does not send it again. */
  public JobRecord purged() {
    return new Edit(fresh(id, source, base, endpoint))
        .with(
            e -> {
              e.revision = revision;
              e.state = JobState.PURGED;
              e.input = input;
            });
  }

  /** A client removed the answer. */
  public JobRecord asAcknowledged() {
    return with(e -> e.acknowledged = true);
  }

  /** Whether a client has read or removed its result. */
  @JsonIgnore
  public boolean isSeen() {
    return readAt != null || acknowledged;
  }

  /** A client has read how the job ended. */
  public JobRecord read(Instant now) {
    return with(e -> e.readAt = now);
  }

  /** The job is about to be retried: its next revision reuses these results, or starts over. */
  public JobRecord retriedWith(@Nullable Retried before) {
    return with(e -> e.retried = before);
  }

  /** The same job with another message for users. */
  public JobRecord saying(String text) {
    return with(e -> e.message = text);
  }

  /** The file has another path. */
  public JobRecord moved(String newSource, String newBase) {
    return with(
        e -> {
          e.source = newSource;
          e.base = newBase;
        });
  }

  private JobRecord with(Consumer<Edit> change) {
    return new Edit(this).with(change);
  }

  /** Where a request goes. */
  public record Route(
      String endpoint, @Nullable String model, boolean stream, boolean background) {}

  /** A mutable copy of a record's components. */
  private static final class Edit {
    private final String id;
    private String source;
    private String base;
    private boolean batch;
    private int revision;
    private JobState state;
    private Input input;
    private String endpoint;
    private @Nullable String model;
    private boolean stream;
    private Tries tries;
    private @Nullable Instant queuedAt;
    private @Nullable Instant startedAt;
    private @Nullable Instant finishedAt;
    private String message;
    private @Nullable Outcome outcome;
    private @Nullable Counts counts;
    private @Nullable JobError error;
    private boolean acknowledged;
    private @Nullable Instant readAt;
    private @Nullable Background background;
    private @Nullable Long documentBytes;
    private @Nullable Retried retried;

    Edit(JobRecord from) {
      id = from.id;
      source = from.source;
      base = from.base;
      batch = from.batch;
      revision = from.revision;
      state = from.state;
      input = from.input;
      endpoint = from.endpoint;
      model = from.model;
      stream = from.stream;
      tries = from.tries;
      queuedAt = from.queuedAt;
      startedAt = from.startedAt;
      finishedAt = from.finishedAt;
      message = from.message;
      outcome = from.outcome;
      counts = from.counts;
      error = from.error;
      acknowledged = from.acknowledged;
      readAt = from.readAt;
      background = from.background;
      documentBytes = from.documentBytes;
      retried = from.retried;
    }

    JobRecord with(Consumer<Edit> change) {
      change.accept(this);
      return new JobRecord(
          id,
          source,
          base,
          batch,
          revision,
          state,
          input,
          endpoint,
          model,
          stream,
          tries,
          queuedAt,
          startedAt,
          finishedAt,
          message,
          outcome,
          counts,
          error,
          acknowledged,
          readAt,
          background,
          documentBytes,
          retried);
    }
  }
}
