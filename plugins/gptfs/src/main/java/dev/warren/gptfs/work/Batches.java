package dev.warren.gptfs.work;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.job.JobError;
import dev.warren.gptfs.job.JobRecord;
import dev.warren.gptfs.job.JobState;
import dev.warren.gptfs.memory.ContentMemory;
import dev.warren.gptfs.request.BadRequestException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;

/** Batches that run, and those that wait: what is known of the lines of one takes memory. */
final class Batches {
  /** A batch as it is read from the store: in pieces, and as a whole. */
  private static final int COPIES = 2;

  private final Services services;
  private final Steps steps;
  private final Queue<Job> waiting = new ArrayDeque<>();
  private int open;

  Batches(Services services, Steps steps) {
    this.services = services;
    this.steps = steps;
  }

  /** Queues a batch. */
  void submit(Job job) {
    synchronized (this) {
      waiting.add(job);
    }
    services.timers().schedule(Duration.ZERO, this::fill);
  }

  private void fill() {
    while (true) {
      Job job;
      synchronized (this) {
        if (open >= services.settings().workers() || waiting.isEmpty()) {
          return;
        }
        job = waiting.remove();
        open++;
      }
      int revision = job.record().revision();
      Runnable ended = once();
      try {
        start(job, ended);
      } catch (RuntimeException | Error e) { // ends that batch, not this place
        Escaped.end(services, steps, job, revision, e);
        ended.run();
      }
    }
  }

  /** Gives a place back, however many there are who say so. */
  private Runnable once() {
    AtomicBoolean said = new AtomicBoolean();
    return () -> {
      if (!said.getAndSet(true)) {
        ended();
      }
    };
  }

  private void start(Job job, Runnable ended) {
    ContentMemory.Charge memory = services.memory().open();
    try {
      // Before the job is locked: who asks for its state must not wait for memory.
      memory.add(COPIES * job.record().input().bytes());
    } catch (FsException e) {
      if (e.errno() == Errno.ENOMEM) {
        failed(job, ContentMemory.error(e));
      } else {
        steps.log("the batch " + job.record().source() + " cannot be started", e);
      }
      ended.run();
      return;
    }
    job.lock().lock();
    try (memory) {
      if (isWanted(job)) {
        new BatchRun(services, steps, job, ended).start();
        return;
      }
    } catch (BadRequestException e) {
      failed(job, e.error());
    } catch (FsException e) {
      steps.letGo(job, e);
    } finally {
      job.lock().unlock();
    }
    ended.run();
  }

  private static boolean isWanted(Job job) {
    JobRecord record = job.record();
    return !job.isRemoved()
        && record.batch()
        && (record.state() == JobState.QUEUED || record.state() == JobState.HELD);
  }

  private void failed(Job job, JobError error) {
    job.lock().lock();
    try {
      if (isWanted(job)) {
        steps.fail(job, error);
      }
    } catch (FsException failure) {
      steps.log("the batch " + job.record().source() + " cannot be failed", failure);
    } finally {
      job.lock().unlock();
    }
  }

  private void ended() {
    synchronized (this) {
      open--;
    }
    services.timers().schedule(Duration.ZERO, this::fill);
  }
}
