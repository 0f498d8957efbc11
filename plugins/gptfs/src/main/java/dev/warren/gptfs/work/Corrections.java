package dev.warren.gptfs.work;

import dev.warren.api.FsException;
import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.job.JobRecord;
import dev.warren.gptfs.job.JobState;
import dev.warren.gptfs.job.JobTable;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Corrects the statuses of jobs that this host has lost: this host may have overwritten a newer
 * status by the host that owns the job. Every host that writes a status is the job's owner
 * afterwards or comes here, and waits for an owner that is publishing an answer, so the last one is
 * right. Thread-safe.
 */
final class Corrections implements AutoCloseable {
  /** How long to wait for the new owner's status, which is usually the last and right one. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  private static final Duration AGAIN = Duration.ofSeconds(10);

  private final Services services;
  private final Steps steps;
  private final Set<Job> waiting = ConcurrentHashMap.newKeySet();

  Corrections(Services services, Steps steps) {
    this.services = services;
    this.steps = steps;
  }

  /** Corrects a job's status soon. Non-blocking. */
  void later(Job lost) {
    if (waiting.add(lost)) {
      schedule(lost, GRACE);
    }
  }

  private void schedule(Job lost, Duration delay) {
    services
        .timers()
        .schedule(
            delay,
            () -> {
              if (waiting.contains(lost) && !isCorrected(lost)) {
                schedule(lost, AGAIN);
              }
            });
  }

  /** Corrects what is left, once: this host ends. */
  @Override
  public void close() {
    for (Job lost : waiting) {
      boolean _ = isCorrected(lost);
    }
  }

  private boolean isCorrected(Job lost) {
    waiting.remove(lost); // first, because the job may be lost again meanwhile
    try {
      boolean isCorrect = correct(lost.record().base());
      if (!isCorrect) {
        waiting.add(lost);
      }
      return isCorrect;
    } catch (FsException e) {
      waiting.add(lost);
      steps.log("the status of %s cannot be corrected yet".formatted(lost.record().source()), e);
      return false;
    }
  }

  /**
   * Returns false if it is too early to tell: the owner of a job that has an answer first publishes
   * that it is completed, and then stores it.
   */
  private boolean correct(String base) throws FsException {
    String key = JobTable.fold(base);
    byte[] row = services.store().byBase(key);
    while (true) {
      JobRecord newest = row == null ? null : JobRecord.decode(row);
      if (newest != null && newest.state() == JobState.ANSWERED) {
        return false;
      }
      publish(base, newest);
      byte[] after = services.store().byBase(key);
      if (Arrays.equals(row, after)) {
        return true;
      }
      row = after;
    }
  }

  private void publish(String base, @Nullable JobRecord newest) throws FsException {
    if (newest == null) {
      services.publisher().removeStatus(base);
      return;
    }
    String held = steps.held(newest);
    if (!services.publisher().isPublished(newest, held)) {
      services.publisher().status(newest, null, held, newest.state().isEnded());
    }
  }
}
