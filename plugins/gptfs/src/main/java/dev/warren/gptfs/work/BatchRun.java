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
 * One revision of a batch that this host owns: it begins, shows how far it is, and ends when all
 * lines have a result. Who asks the lines is of no meaning here: see {@link Share}.
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
   * Takes up a batch, where it was left. The caller has the job's lock.
   *
   * @param share of this host
   * @param fill has this host ask as many lines as it has workers
   * @param whenOver called once, when this host does nothing more about the batch
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

  /** Something to do about the lines. */
  @FunctionalInterface
  interface Step {
    /** Does it. */
    void run() throws FsException;
  }

  /**
   * Begins. The caller has the job's lock.
   *
   * @param lines lets hosts ask the lines
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
    if (share.isIdle()) { // everything was there already
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
    if (!job.isLost()) { // else whoever has it now says what becomes of its lines
      share.cancel();
    }
    whenOver.accept(this);
  }

  /** A line has its result, here or on another host, or has lost its host. */
  void changed() {
    try {
      if (share.isIdle()) {
        look();
        if (!isOver()) {
          fill.run(); // a host may have left some
        }
      } else {
        show();
      }
    } catch (FsException e) {
      steps.log("how far the batch " + job.record().source() + " is cannot be shown", e);
    }
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

  /** Another host has died, and the configuration says that its lines are not asked again. */
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
    } catch (RuntimeException e) { // no line's
      Escaped.end(services, steps, job, revision, e);
    }
    whenOver.accept(this);
  }
}
