package dev.warren.gptfs.work;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.gptfs.batch.BatchFile;
import dev.warren.gptfs.job.Counts;
import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.job.JobError;
import dev.warren.gptfs.job.JobRecord;
import dev.warren.gptfs.job.JobState;
import dev.warren.gptfs.job.Tries;
import dev.warren.gptfs.memory.ContentMemory;
import dev.warren.gptfs.request.BadRequestException;
import dev.warren.gptfs.store.DamagedPartException;
import dev.warren.gptfs.store.JobStore;
import dev.warren.gptfs.store.SharedJobs;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The in-flight batches that this host owns, and a queue of those beyond {@code workers}: each
 * in-flight batch needs memory for the state of its lines.
 */
final class Batches {
  /**
   * How many copies of a batch are in memory while it is read from the store: the pieces and the
   * whole.
   */
  private static final int COPIES = 2;

  private final Services services;
  private final Steps steps;
  private final Shares shares;
  private final Queue<Job> waiting = new ArrayDeque<>();
  private final Map<String, BatchRun> runs = new ConcurrentHashMap<>();
  private int open;

  Batches(Services services, Steps steps) {
    this.services = services;
    this.steps = steps;
    shares = new Shares(services, steps);
  }

  /** This host's shares of batches, whichever host owns them. */
  Shares shares() {
    return shares;
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
      } catch (RuntimeException | Error e) { // fails that batch; its slot is released
        Escaped.end(services, steps, job, revision, e);
        ended.run();
      }
    }
  }

  /** An action that releases one slot, however often it is run. */
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
      // Before the job is locked: threads that need its lock must not wait for memory.
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
        run(job, ended);
        return;
      }
    } catch (BadRequestException e) {
      failed(job, e.error());
    } catch (DamagedPartException e) {
      damaged(job);
    } catch (FsException e) {
      steps.letGo(job, e);
    } finally {
      job.lock().unlock();
    }
    ended.run();
  }

  private void run(Job job, Runnable ended) throws FsException, BadRequestException {
    JobRecord record = job.record();
    byte[] content = services.store().read(record.id(), JobStore.REQUEST);
    BatchFile lines = BatchFile.lines(content == null ? new byte[0] : content);
    SharedJobs shared = services.store().shared();
    Share share =
        shared == null
            ? shares.local(job, new LocalLines(services.store(), job, lines))
            : shares.obtain(shared.lines(), record);
    BatchRun run =
        new BatchRun(
            services,
            steps,
            job,
            share,
            () -> shares.fill(share),
            over -> {
              runs.remove(record.id(), over);
              ended.run();
            });
    runs.put(record.id(), run);
    try {
      run.start(() -> begin(job, lines));
    } catch (FsException | RuntimeException e) {
      runs.remove(record.id(), run);
      throw e;
    }
  }

  /** Makes the lines available to all hosts; does nothing unless hosts share the store. */
  private void begin(Job job, BatchFile lines) throws FsException {
    SharedJobs shared = services.store().shared();
    if (shared == null) {
      return;
    }
    Integer[] starts = new Integer[lines.size()];
    Integer[] lengths = new Integer[lines.size()];
    for (int i = 0; i < lines.size(); i++) {
      starts[i] = lines.start(i);
      lengths[i] = lines.length(i);
    }
    shared.lines().begin(job.record().id(), job.record().revision(), starts, lengths, job);
  }

  private static boolean isWanted(Job job) {
    JobRecord record = job.record();
    return !job.isRemoved()
        && record.batch()
        && (record.state() == JobState.QUEUED || record.state() == JobState.HELD);
  }

  /** Fails a batch whose lines cannot be read; publishes the results so far, which are paid for. */
  private void damaged(Job job) {
    try {
      if (job.record().counts() != null) {
        Counts counts = BatchOutput.publish(services.store(), services.publisher(), job.record());
        steps.note(job, job.record().counted(counts));
      }
      failed(job, Damage.request(job.record()));
    } catch (FsException e) {
      steps.letGo(job, e);
    }
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

  /** Called when a batch's lines have changed on any host. Called by any thread; non-blocking. */
  void changed(String id) {
    BatchRun run = runs.get(id);
    if (run != null) {
      services.timers().schedule(Duration.ZERO, run::changed);
    }
  }

  /** Reads the state of all batches again, since notices of other hosts may have been lost. */
  void refresh() throws FsException {
    shares.refresh();
    runs.keySet().forEach(this::changed);
  }

  /** Accepts no more results for a batch that this host owns. The caller holds the job's lock. */
  void close(Job job) throws FsException {
    job.cancelAttempt();
    SharedJobs shared = services.store().shared();
    if (shared == null) {
      return;
    }
    Tries tries = job.record().tries();
    if (!tries.possibleDuplicate() && shared.lines().progress(job.record().id()).isUnclear()) {
      steps.note(job, job.record().retried(tries.unclear()));
    }
    shared.lines().drop(job.record().id(), job);
  }
}
