package dev.warren.gptfs.work;

import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.job.JobRecord;
import dev.warren.gptfs.job.JobState;
import java.time.Duration;
import java.util.List;

/**
 * Rewrites the statuses of jobs that wait when their endpoint is held, and when it is not any more:
 * who looks at one of ten thousand jobs reads why nothing happens. Thread-safe.
 */
final class HeldNotices {
  private final Services services;
  private final Steps steps;
  private boolean scheduled;

  HeldNotices(Services services, Steps steps) {
    this.services = services;
    this.steps = steps;
  }

  /** Something is held, or is not any more. */
  void changed() {
    synchronized (this) {
      if (scheduled) {
        return; // that one has not begun, and will see it
      }
      scheduled = true;
    }
    services.timers().schedule(Duration.ZERO, this::sweep);
  }

  private void sweep() {
    synchronized (this) {
      scheduled = false;
    }
    for (Job job : List.copyOf(services.table().all())) {
      if (isConcerned(job.record())) {
        job.lock().lock();
        try {
          if (isConcerned(job.record()) && !job.isRemoved()) {
            steps.show(job, null);
          }
        } finally {
          job.lock().unlock();
        }
      }
    }
  }

  /** Those whose status may say that they are held, or must say it. */
  private static boolean isConcerned(JobRecord record) {
    return record.state() == JobState.QUEUED || record.state() == JobState.ACTIVE;
  }
}
