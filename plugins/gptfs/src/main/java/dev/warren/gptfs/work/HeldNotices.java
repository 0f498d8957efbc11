package dev.warren.gptfs.work;

import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.job.JobRecord;
import dev.warren.gptfs.job.JobState;
import java.time.Duration;

/**
 * Rewrites the statuses of waiting jobs when their endpoint becomes held or is no longer held, so
 * that a client can read why nothing happens. Of ten thousand jobs at most a hundred are marked as
 * held, so that an endpoint that often fails briefly does not cause all statuses to be rewritten
 * each time; {@code stats.json} shows it for all. Thread-safe.
 */
final class HeldNotices {
  /** How many statuses one sweep marks as held, and how many it unmarks. */
  static final int MOST = 100;

  private static final Duration PACE = Duration.ofSeconds(1);

  private final Services services;
  private final Steps steps;
  private boolean scheduled;

  HeldNotices(Services services, Steps steps) {
    this.services = services;
    this.steps = steps;
  }

  /** Called when an endpoint becomes held or is no longer held. Non-blocking. */
  void changed() {
    schedule(Duration.ZERO);
  }

  private void schedule(Duration delay) {
    synchronized (this) {
      if (scheduled) {
        return; // that sweep has not begun, and will see the change
      }
      scheduled = true;
    }
    services.timers().schedule(delay, this::sweep);
  }

  private void sweep() {
    synchronized (this) {
      scheduled = false;
    }
    int held = 0;
    int freed = 0;
    for (Job job : services.table().open()) {
      if (!isWrong(job)) {
        continue;
      }
      if (job.saysHeld()) {
        if (freed++ == MOST) {
          schedule(PACE); // the other outdated marks are removed soon
          return;
        }
      } else if (held++ >= MOST) {
        continue;
      }
      job.lock().lock();
      try {
        if (isWrong(job) && !job.isRemoved()) {
          steps.show(job, null);
        }
      } finally {
        job.lock().unlock();
      }
    }
  }

  /** Whether the job's status is marked as held though the endpoint is not, or the reverse. */
  private boolean isWrong(Job job) {
    return isConcerned(job.record()) && job.saysHeld() != steps.isHeld(job);
  }

  private static boolean isConcerned(JobRecord record) {
    return record.state() == JobState.QUEUED
        || record.state() == JobState.ACTIVE
        || record.state() == JobState.REMOTE;
  }
}
