package dev.warren.gptfs.work;

import dev.warren.api.FsException;
import dev.warren.gptfs.answer.Answer;
import dev.warren.gptfs.http.Reply;
import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.job.JobError;
import dev.warren.gptfs.job.JobRecord;
import dev.warren.gptfs.job.Outcome;
import dev.warren.gptfs.store.JobStore;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Ends a job that is one request. The caller holds the job's lock. */
final class Ending {
  private final Services services;
  private final Steps steps;
  private final Job job;

  Ending(Services services, Steps steps, Job job) {
    this.services = services;
    this.steps = steps;
    this.job = job;
  }

  /**
   * Fails the job. A response that is no answer may be paid for, so it is kept beside the status.
   */
  void gaveUp(Reply reply, JobError error) throws FsException {
    boolean isPaid =
        reply instanceof Reply.Answered answered
            && answered.status() / 100 == 2
            && answered.body().length > 0;
    steps.fail(job, error, isPaid ? ((Reply.Answered) reply).body() : null);
  }

  void answered(Reply.Answered reply, Answer answer) throws FsException {
    byte[] text = answer.text();
    JobRecord record = job.record();
    Map<Integer, byte[]> parts = new HashMap<>();
    parts.put(JobStore.ANSWER, text);
    if (answer.hasMore()) {
      parts.put(JobStore.DOCUMENT, reply.body());
      record = record.withDocument(reply.body().length);
    }
    Outcome outcome =
        new Outcome(
            reply.status(),
            reply.requestId(),
            answer.model(),
            answer.finishReason(),
            answer.refusal(),
            answer.extraction(),
            answer.usage(),
            text.length,
            Digests.sha256(text),
            reply.firstTokenMillis());
    Instant now = services.timers().instant();
    steps.keep(
        job, record.answered(outcome, null, message(record, answer, now), now), parts, false);
    steps.publish(job, parts);
  }

  private static String message(JobRecord record, Answer answer, Instant now) {
    @Nullable Instant started = record.startedAt();
    double seconds =
        started == null ? 0 : Math.max(0, Duration.between(started, now).toMillis()) / 1000.0;
    String note =
        switch (answer.end()) {
          case WHOLE -> answer.refusal() ? "; the model refused" : "";
          case CUT -> "; the answer was cut at the token limit";
          case FILTERED -> "; the answer was cut by a content filter";
        };
    return "Completed in %.1fs%s".formatted(seconds, note);
  }
}
