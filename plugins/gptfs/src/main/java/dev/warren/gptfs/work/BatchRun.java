package dev.warren.gptfs.work;

import dev.warren.api.FsException;
import dev.warren.gptfs.batch.BatchFile;
import dev.warren.gptfs.batch.BatchLine;
import dev.warren.gptfs.http.ModelClient;
import dev.warren.gptfs.job.Counts;
import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.job.JobRecord;
import dev.warren.gptfs.job.JobState;
import dev.warren.gptfs.job.Outcome;
import dev.warren.gptfs.job.Tries;
import dev.warren.gptfs.job.Usage;
import dev.warren.gptfs.publish.Content;
import dev.warren.gptfs.request.BadRequestException;
import dev.warren.gptfs.store.JobStore;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;

/**
 * One revision of a batch. Its lines are calls of their own with a lane of their own; only as many
 * of them as there are workers are queued at a time. Results are in the store as they come.
 */
final class BatchRun {
  private static final long SHOW_MILLIS = 500;

  private final Services services;
  private final Steps steps;
  private final Runnable whenOver;
  private final Job job;
  private final String id;
  private final int revision;
  private final BatchFile lines;
  private final BitSet done = new BitSet();
  private final Set<ModelClient.Exchange> calls = new HashSet<>();
  private int next;
  private int open;
  private int completed;
  private int failed;
  private Usage usage = Usage.NONE;
  private long shownAt;
  private boolean showsLater;
  private boolean over;

  /**
   * Takes up a batch, where it was left. The caller has the job's lock.
   *
   * @param whenOver called once, when no line will be sent any more
   */
  BatchRun(Services services, Steps steps, Job job, Runnable whenOver)
      throws FsException, BadRequestException {
    this.services = services;
    this.steps = steps;
    this.whenOver = whenOver;
    this.job = job;
    id = job.record().id();
    revision = job.record().revision();
    byte[] content = services.store().read(id, JobStore.REQUEST);
    lines = BatchFile.lines(content == null ? new byte[0] : content);
    for (int part : services.store().parts(id)) {
      if (part >= JobStore.FIRST_LINE) {
        done.set(part - JobStore.FIRST_LINE);
        if (services.store().read(id, part, 0, 1)[0] == BatchOutput.ANSWER) {
          completed++;
        } else {
          failed++;
        }
      }
    }
  }

  /** Begins. The caller has the job's lock. */
  void start() throws FsException {
    Instant now = services.timers().instant();
    steps.keep(job, job.record().started(now).counted(counts()));
    job.attempt(this::cancel);
    steps.show(job, null);
    fill();
  }

  boolean isOver() {
    return job.isRemoved()
        || job.record().revision() != revision
        || job.record().state() != JobState.ACTIVE;
  }

  Job job() {
    return job;
  }

  /** A mistake in gptfs that is no line's: the batch ends, for nobody knows what would follow. */
  void escaped(Throwable mistake) {
    Escaped.end(services, steps, job, revision, mistake);
  }

  Services services() {
    return services;
  }

  String id() {
    return id;
  }

  JobRecord record() {
    return job.record();
  }

  /** How many bytes a line has. */
  long length(int number) {
    return lines.length(number);
  }

  /** A line as it was written, with the model filled in. */
  BatchLine line(int number) throws FsException {
    return BatchLine.read(
        services.store().read(id, JobStore.REQUEST, lines.start(number), lines.length(number)),
        job.record().model());
  }

  /** A call begins; false if it must not. */
  synchronized boolean began(ModelClient.Exchange call) {
    return !over && calls.add(call);
  }

  synchronized void ended(ModelClient.Exchange call) {
    calls.remove(call);
  }

  private void cancel() {
    Set<ModelClient.Exchange> running;
    synchronized (this) {
      over = true;
      running = Set.copyOf(calls);
    }
    running.forEach(ModelClient.Exchange::cancel);
    whenOver.run();
  }

  /** A line has its result. */
  void finished(int line, boolean answer, byte[] result, Usage used) throws FsException {
    if (isOver()) {
      services.tally().discarded();
      return;
    }
    byte[] part = new byte[result.length + 1];
    part[0] = answer ? BatchOutput.ANSWER : BatchOutput.FAILURE;
    System.arraycopy(result, 0, part, 1, result.length);
    services.store().savePart(id, JobStore.FIRST_LINE + line, part, job);
    boolean last;
    synchronized (this) {
      done.set(line);
      open--;
      completed += answer ? 1 : 0;
      failed += answer ? 0 : 1;
      usage = usage.plus(used);
      last = completed + failed == lines.size();
    }
    if (last) {
      finish();
    } else {
      show();
      fill();
    }
  }

  /** A call for a line may have been billed in vain. */
  void unclear() throws FsException {
    job.lock().lock();
    try {
      Tries tries = job.record().tries();
      if (!isOver() && !tries.possibleDuplicate()) {
        steps.note(job, job.record().retried(tries.unclear()));
      }
    } finally {
      job.lock().unlock();
    }
  }

  private synchronized Counts counts() {
    return new Counts(lines.size(), completed, failed);
  }

  private void fill() {
    while (true) {
      int line;
      synchronized (this) {
        if (over || open >= services.settings().workers()) {
          return;
        }
        next = done.nextClearBit(next);
        if (next >= lines.size()) {
          if (open == 0 && completed + failed == lines.size()) {
            break; // everything was there already
          }
          return;
        }
        line = next++;
        open++;
      }
      services.dispatcher().submit(new LineTask(this, line));
    }
    finish();
  }

  /** Shows how far it is: at once if that was not long ago, else in a while. */
  private void show() throws FsException {
    long now = services.timers().steady().toEpochMilli();
    synchronized (this) {
      long wait = SHOW_MILLIS - (now - shownAt);
      if (wait > 0) {
        if (!showsLater) {
          showsLater = true;
          services.timers().schedule(Duration.ofMillis(wait), this::showLater);
        }
        return;
      }
      shownAt = now;
    }
    job.lock().lock();
    try {
      if (!isOver()) {
        steps.note(job, job.record().counted(counts()));
        steps.show(job, null);
      }
    } finally {
      job.lock().unlock();
    }
  }

  private void showLater() {
    synchronized (this) {
      showsLater = false;
    }
    try {
      show();
    } catch (FsException e) {
      steps.log("how far the batch " + job.record().source() + " is cannot be shown", e);
    }
  }

  private void finish() {
    job.lock().lock();
    try {
      synchronized (this) {
        if (over || isOver()) {
          return;
        }
        over = true;
      }
      BatchOutput output = new BatchOutput(services.store(), id);
      Content answers = output.content(true);
      String digest = HexFormat.of().formatHex(BatchOutput.digest(Digests.digest(), answers));
      Outcome outcome =
          new Outcome(
              200,
              null,
              job.record().model(),
              null,
              false,
              "batch",
              usage,
              answers.size(),
              digest,
              null);
      Counts counts = counts();
      String message =
          "Completed: %d of %d lines, %d failed"
              .formatted(counts.completed(), counts.total(), counts.failed());
      job.attempt(null);
      steps.keep(job, job.record().answered(outcome, counts, message, services.timers().instant()));
      steps.publish(job);
    } catch (FsException e) {
      steps.log("the batch " + job.record().source() + " cannot be finished", e);
    } catch (RuntimeException e) { // no line's
      escaped(e);
    } finally {
      job.lock().unlock();
    }
    whenOver.run();
  }
}
