package dev.warren.gptfs.job;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.warren.gptfs.json.Json;
import dev.warren.gptfs.store.JobStore.Row;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is known of a job, as the store keeps it. Immutable: each step makes a new one.
 *
 * @param id see {@link JobId}
 * @param source the file's path below the inbox, names with {@code /} between
 * @param base what names in the outbox start with: {@code a/x} for {@code a/x_response.txt}
 * @param batch whether the file is a batch
 * @param revision 1 for the file's first content, one more for each that followed
 * @param state where it is
 * @param input which content was accepted
 * @param endpoint the name of the endpoint that the next call goes to
 * @param model the model that is asked; null where the request says nothing
 * @param stream whether a stream is expected
 * @param tries what was tried
 * @param queuedAt when this revision was accepted
 * @param startedAt when its last call began
 * @param finishedAt when it ended
 * @param message for people
 * @param outcome of the last answer
 * @param counts of a batch
 * @param error of the last failure
 * @param acknowledged whether a client has removed the answer
 * @param readAt when a client first looked at how it ended; null if none has
 * @param background what is known of a response that the service works on by itself; null if none
 *     was asked for
 * @param documentBytes of the whole response beside the text; null where there is none
 * @param retried what the next revision goes on with; null if it begins anew
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
   * A response that the service works on by itself.
   *
   * @param id the service's name for it; null until it has given one
   */
  public record Background(@Nullable String id) {
    static final Background ASKED_FOR = new Background(null);
  }

  /**
   * Which revision of a batch is to be gone on with.
   *
   * @param revision whose answers are kept
   * @param sha256 of its content: another one is another batch
   */
  public record Retried(int revision, String sha256) {}

  /** A file that was never seen before. Its first revision is still to come. */
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

  /** A content that was answered, as its status says, by a job that the store has lost. */
  public JobRecord foundCompleted(
      int foundRevision, boolean foundBatch, Input content, Instant now) {
    return with(
        e -> {
          e.revision = foundRevision;
          e.batch = foundBatch;
          e.state = JobState.COMPLETED;
          e.input = content;
          e.finishedAt = now; // it is kept from now on
          e.message = "answered before the database was made anew";
        });
  }

  /**
   * As the store has it.
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

  /** The file has a new content that is still settling. */
  public JobRecord settling(boolean newBatch, String text) {
    return new Edit(fresh(id, source, base, endpoint))
        .with(
            e -> {
              e.revision = revision + 1;
              e.batch = newBatch;
              e.state = JobState.SETTLING;
              e.message = text;
              e.retried = retried;
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
          e.retried = null; // it has what it goes on with
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

  /** It waits for its turn again. */
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

  /** The service has taken it, and works on it by itself. */
  public JobRecord remote(String responseId, String text) {
    return with(
        e -> {
          e.state = JobState.REMOTE;
          e.background = new Background(responseId);
          e.message = text;
          e.error = null;
        });
  }

  /** The service's name for the response that it works on by itself; null if it does not. */
  @JsonIgnore
  public @Nullable String remoteId() {
    return state == JobState.REMOTE && background != null ? background.id() : null;
  }

  /** Asking for it has failed; it will be asked for again. */
  public JobRecord unheard(String text, @Nullable JobError why) {
    return with(
        e -> {
          e.message = text;
          e.error = why;
        });
  }

  /** The whole of what came lies beside the text, or in its place. */
  public JobRecord withDocument(long bytes) {
    return with(e -> e.documentBytes = bytes);
  }

  /** Something was learnt from its calls. */
  public JobRecord retried(Tries newTries) {
    return with(e -> e.tries = newTries);
  }

  /** It waits for a person. */
  public JobRecord held(Tries newTries, String text, @Nullable JobError why) {
    return with(
        e -> {
          e.state = JobState.HELD;
          e.tries = newTries;
          e.message = text;
          e.error = why;
        });
  }

  /** The answer is there. */
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

  /** A batch's lines are known, or have come further. */
  public JobRecord counted(Counts lines) {
    return with(e -> e.counts = lines);
  }

  /** The answer is in the outbox. */
  public JobRecord completed() {
    return with(e -> e.state = JobState.COMPLETED);
  }

  /** It ends without an answer. */
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

  /** It ends because nobody wants it any more. */
  public JobRecord cancelled(String text, Instant now) {
    return with(
        e -> {
          e.state = JobState.CANCELLED;
          e.message = text;
          e.finishedAt = now;
          e.tries = tries.later(null);
        });
  }

  /** Only the fact that this content was dealt with remains. */
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

  /** Whether a client knows how it ended. */
  @JsonIgnore
  public boolean isSeen() {
    return readAt != null || acknowledged;
  }

  /** A client has looked at how it ended. */
  public JobRecord read(Instant now) {
    return with(e -> e.readAt = now);
  }

  /** It is about to be asked again: its next revision goes on with that, or begins anew. */
  public JobRecord retriedWith(@Nullable Retried before) {
    return with(e -> e.retried = before);
  }

  /** The same job with another text for people. */
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

  /** A record's components, to change some of many. */
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
