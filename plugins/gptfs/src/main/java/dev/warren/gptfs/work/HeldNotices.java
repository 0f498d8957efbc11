package dev.warren.gptfs.work;

import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.job.JobRecord;
import dev.warren.gptfs.job.JobState;
import java.time.Duration;

/**
 * Rewrites the statuses of jobs that wait when their endpoint is held, and when it is not any more:
 * who looks at one reads why nothing happens. Where ten thousand wait, a hundred say it, so that an
 * endpoint that comes and goes does not rewrite all of them each time; {@code stats.json} says it
 * for all. Thread-safe.
 */
final class HeldNotices {
  /** Statuses at a time. */
  static final int MOST = 100;

  private static final Duration PACE = Duration.ofSeconds(1);

  private final Services services;
  private final Steps steps;
  private boolean scheduled;

  HeldNotices(Services services, Steps steps) {
    this.services = services;
    this.steps = steps;
  }

  /** Something is held, or is not any more. */
  void changed() {
    schedule(Duration.ZERO);
  }

  private void schedule(Duration delay) {
    synchronized (this) {
      if (scheduled) {
        return; // that one has not begun, and will see it
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
          schedule(PACE); // those that say so wrongly must not do it for long
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

  /** Whether its status says that it is held and it is not, or the other way round. */
  private boolean isWrong(Job job) {
    return isConcerned(job.record()) && job.saysHeld() != steps.isHeld(job.record());
  }

  private static boolean isConcerned(JobRecord record) {
    return record.state() == JobState.QUEUED
        || record.state() == JobState.ACTIVE
        || record.state() == JobState.REMOTE;
  }
}
