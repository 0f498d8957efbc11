package dev.warren.gptfs.work;

import dev.warren.api.FsException;
import dev.warren.gptfs.job.Counts;
import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.job.JobRecord;
import dev.warren.gptfs.job.JobState;
import dev.warren.gptfs.job.Outcome;
import dev.warren.gptfs.job.Tries;
import dev.warren.gptfs.publish.Content;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.function.Consumer;

/**
 * Runs one revision of a batch that this host owns: starts it, publishes its progress, and ends it
 * when all lines have a result. Does not depend on which hosts send the lines; see {@link Share}.
 */
final class BatchRun {
  private static final long SHOW_MILLIS = 500;

  private final Services services;
  private final Steps steps;
  private final Consumer<BatchRun> whenOver;
  private final Job job;
  private final int revision;
  private final Share share;
  private final Step fill;
  private long shownAt;
  private boolean showsLater;
  private boolean over;

  /**
   * A run that continues the batch from the results in the store. The caller holds the job's lock.
   *
   * @param share this host's share of the batch
   * @param fill makes this host send as many lines as it has workers
   * @param whenOver called when the run has ended, perhaps more than once
   */
  BatchRun(
      Services services,
      Steps steps,
      Job job,
      Share share,
      Step fill,
      Consumer<BatchRun> whenOver) {
    this.services = services;
    this.steps = steps;
    this.whenOver = whenOver;
    this.job = job;
    this.share = share;
    this.fill = fill;
    revision = job.record().revision();
  }

  /** An action on the batch's lines. */
  @FunctionalInterface
  interface Step {
    /** Performs the action. */
    void run() throws FsException;
  }

  /**
   * Starts the batch. The caller holds the job's lock.
   *
   * @param lines makes the lines available to all hosts
   */
  void start(Step lines) throws FsException {
    Instant now = services.timers().instant();
    steps.keep(job, job.record().started(now));
    job.attempt(this::cancel);
    lines.run();
    steps.note(job, job.record().counted(share.source().progress().counts()));
    steps.show(job, null);
    share.whenChanged(this::changed);
    fill.run();
    if (share.isIdle()) { // perhaps all lines already have a result
      services.timers().schedule(Duration.ZERO, this::changed);
    }
  }

  private boolean isOver() {
    return job.isRemoved()
        || job.record().revision() != revision
        || job.record().state() != JobState.ACTIVE;
  }

  private void cancel() {
    boolean _ = end();
    if (!job.isLost()) { // otherwise the new owner decides about the lines
      share.cancel();
    }
    whenOver.accept(this);
  }

  /** Called when a line has its result, on any host, or when its host has died. */
  void changed() {
    try {
      if (share.isIdle()) {
        look();
        if (!isOver()) {
          fill.run(); // another host may have released some lines
        }
      } else {
        show();
      }
    } catch (FsException e) {
      steps.log("the progress of the batch " + job.record().source() + " cannot be updated", e);
    }
  }

  /** Publishes the progress: now, or later if that was done less than {@link #SHOW_MILLIS} ago. */
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
    look();
  }

  private void showLater() {
    synchronized (this) {
      showsLater = false;
    }
    changed();
  }

  private void look() throws FsException {
    if (isOver()) {
      return;
    }
    LineSource.Progress progress = share.source().progress();
    job.lock().lock();
    try {
      if (isOver()) {
        return;
      }
      JobRecord before = job.record();
      Tries tries = before.tries();
      if (progress.unclear() && !tries.possibleDuplicate()) {
        steps.note(job, job.record().retried(tries.unclear()));
      }
      if (progress.isDone()) {
        finish(progress);
        return;
      }
      if (!progress.counts().equals(before.counts())) {
        steps.note(job, job.record().counted(progress.counts()));
      }
      if (progress.lost() && Recovery.isEnd(services)) {
        unknown();
      } else if (!job.record().equals(before)) {
        steps.show(job, null);
      }
    } finally {
      job.lock().unlock();
    }
  }

  /** Fails or holds the batch: another host has died, and its lines must not be sent again. */
  private void unknown() throws FsException {
    if (!end()) {
      return;
    }
    job.attempt(null);
    Recovery.end(services, steps, job);
    if (job.record().state().isEnded()) {
      share.cancel();
    }
    whenOver.accept(this);
  }

  private boolean end() {
    synchronized (this) {
      if (over) {
        return false;
      }
      over = true;
    }
    share.whenChanged(null);
    return true;
  }

  private void finish(LineSource.Progress progress) {
    if (!end()) {
      return;
    }
    try {
      BatchOutput output = new BatchOutput(services.store(), job.record().id());
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
              progress.usage(),
              answers.size(),
              digest,
              null);
      Counts counts = progress.counts();
      String message =
          "Completed: %d of %d lines, %d failed"
              .formatted(counts.completed(), counts.total(), counts.failed());
      job.attempt(null);
      steps.keep(job, job.record().answered(outcome, counts, message, services.timers().instant()));
      steps.publish(job);
    } catch (FsException e) {
      steps.log("the batch " + job.record().source() + " cannot be finished", e);
    } catch (RuntimeException e) { // not the fault of a single line
      Escaped.end(services, steps, job, revision, e);
    }
    whenOver.accept(this);
  }
}
