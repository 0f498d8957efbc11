package dev.warren.gptfs.work;

import dev.warren.api.FsException;
import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.job.JobError;
import dev.warren.gptfs.job.JobRecord;
import dev.warren.gptfs.job.JobState;
import dev.warren.gptfs.publish.Content;
import dev.warren.gptfs.publish.Names;
import dev.warren.gptfs.publish.StatusDocument.Streaming;
import dev.warren.gptfs.store.DamagedPartException;
import dev.warren.gptfs.store.JobStore;
import dev.warren.gptfs.store.JobStore.Promise;
import dev.warren.gptfs.store.SharedJobs;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Changes a job: the store first, then the record, then the outbox. The caller holds the lock. */
final class Steps {
  private static final Duration PUBLISH_AGAIN = Duration.ofSeconds(5);

  private final Services services;

  Steps(Services services) {
    this.services = services;
  }

  /** Makes a step that a crash may undo. */
  void note(Job job, JobRecord next) throws FsException {
    save(job, next, Map.of(), false, Promise.LATER);
  }

  /** Makes a step that survives a crash. */
  void keep(Job job, JobRecord next) throws FsException {
    keep(job, next, Map.of(), false);
  }

  /** Makes a step that survives a crash, with new parts. */
  void keep(Job job, JobRecord next, Map<Integer, byte[]> parts, boolean dropParts)
      throws FsException {
    save(job, next, parts, dropParts, Promise.POWER);
  }

  /** Makes a step; a job's end counts as published only if the promise is {@code LATER}. */
  void save(Job job, JobRecord next, Map<Integer, byte[]> parts, boolean dropParts, Promise promise)
      throws FsException {
    save(job, next, next.row(promise == Promise.LATER), parts, dropParts, promise);
  }

  /** Makes a step that marks the file as completely written, and drops the parts from before. */
  void submit(Job job, JobRecord next) throws FsException {
    save(job, next, next.row(false).completed(), Map.of(), true, Promise.PROCESS);
  }

  /** Makes a step that survives a crash and frees the job: any host may claim it. */
  void free(Job job, JobRecord next, Map<Integer, byte[]> parts, boolean dropParts)
      throws FsException {
    save(job, next, next.row(false).freed(), parts, dropParts, Promise.POWER);
    services.table().freed(job);
    release(job);
  }

  private void save(
      Job job,
      JobRecord next,
      JobStore.Row row,
      Map<Integer, byte[]> parts,
      boolean dropParts,
      Promise promise)
      throws FsException {
    try {
      services.store().save(row, parts, dropParts, promise, job);
    } catch (JobStore.LostJobException e) {
      job.lost();
      throw e;
    }
    job.record(next);
  }

  /**
   * Makes this host the owner of a job, as each step requires; false if the job is removed or lost.
   */
  boolean own(Job job) throws FsException {
    return services.table().own(job);
  }

  /** Publishes a job's end, and stores that it was published. */
  void tell(Job job) throws FsException {
    requireOwned(job);
    show(job, null);
    services.store().save(job.record().row(true), Map.of(), false, Promise.LATER, job);
  }

  /** Publishes a job's status. A failure is only logged, because the store has the state. */
  void show(Job job, @Nullable Streaming streaming) {
    JobRecord record = job.record();
    @Nullable String held = held(record, route(job));
    try {
      services.publisher().status(record, streaming, held, record.state().isEnded());
      job.saysHeld(held != null);
    } catch (FsException e) {
      log("the status of " + record.source() + " cannot be written", e);
    }
  }

  /** Whether a job waits for an endpoint that is held. */
  boolean isHeld(JobRecord record) {
    return held(record) != null;
  }

  /** Like {@link #isHeld(JobRecord)}, but ignores fallbacks that cannot take the request. */
  boolean isHeld(Job job) {
    return held(job.record(), route(job)) != null;
  }

  private List<String> route(Job job) {
    return job.turn() instanceof SingleTask task ? task.route() : services.route(job.record());
  }

  /** Why the endpoints of a waiting job are held; null if one is not, or the job does not wait. */
  @Nullable String held(JobRecord record) {
    return held(record, services.route(record));
  }

  private @Nullable String held(JobRecord record, List<String> route) {
    boolean waits =
        record.state() == JobState.QUEUED
            || record.state() == JobState.REMOTE
            || (record.batch() && record.state() == JobState.ACTIVE);
    if (!waits) {
      return null;
    }
    String why =
        record.state() == JobState.REMOTE
            ? services.polls().heldBecause(List.of(route.getFirst()))
            : services.dispatcher().heldBecause(route);
    JobError own = record.error();
    return why == null || own == null
        ? why
        : why + "; the last error of this job: " + own.message();
  }

  /** Ends a job without an answer. */
  void fail(Job job, JobError error) throws FsException {
    JobRecord record = job.record();
    end(job, record.failed(error, services.timers().instant()));
    services.tally().failed();
  }

  /** Cancels a job's call, and its response in the background at the service. */
  void abandon(Job job) {
    job.cancelAttempt();
    JobRecord record = job.record();
    String id = record.remoteId();
    if (id != null) {
      endRemote(record.endpoint(), record.source(), id);
    }
  }

  /** Queues a call that cancels a response in the background. */
  void endRemote(String endpoint, String lane, String id) {
    services.polls().submit(new RemoteEnd(services, endpoint, lane, id));
  }

  /** Ends a job as cancelled. */
  void cancel(Job job, String message) throws FsException {
    abandon(job);
    end(job, job.record().cancelled(message, services.timers().instant()));
    services.tally().cancelled();
  }

  private void end(Job job, JobRecord next) throws FsException {
    keep(job, next, Map.of(), true);
    endPartial(next);
    release(job);
    tell(job);
    Looks.note(services, this, job);
  }

  /** Publishes the answer that is in the store; tries again later if that fails. */
  void publish(Job job) {
    publish(job, null);
  }

  /**
   * Like {@link #publish(Job)}.
   *
   * @param fresh the answer's text if it was certainly not published before, so that it need not be
   *     read from the store; else null
   */
  void publish(Job job, byte @Nullable [] fresh) {
    JobRecord record = job.record();
    if (record.state() != JobState.ANSWERED) {
      return;
    }
    try {
      requireOwned(job);
      if (record.batch()) {
        BatchOutput output = new BatchOutput(services.store(), record.id());
        services.publisher().answer(record, Names.OUTPUT, output.content(true), false);
        Content errors = output.content(false);
        if (errors.size() > 0) {
          services.publisher().answer(record, Names.ERRORS, errors, false);
        }
      } else {
        byte[] text = fresh == null ? services.store().read(record.id(), JobStore.ANSWER) : fresh;
        if (text == null) {
          fail(job, JobError.local("lost", "the database has no answer"));
          return;
        }
        services.publisher().answer(record, Names.RESPONSE, Content.of(text), fresh != null);
      }
      endPartial(record);
      JobRecord done = record.completed();
      services.publisher().status(done, null, null, true);
      save(job, done, Map.of(), true, Promise.LATER);
      release(job);
      services.tally().completed(done.outcome());
      Looks.note(services, this, job);
    } catch (DamagedPartException e) {
      damaged(job, e);
    } catch (JobStore.LostJobException e) {
      log("the answer to " + record.source() + " is published by another host", e);
    } catch (FsException e) {
      log("the answer to " + record.source() + " cannot be published yet", e);
      services
          .timers()
          .schedule(
              PUBLISH_AGAIN,
              () -> {
                job.lock().lock();
                try {
                  if (job.record().equals(record) && !job.isRemoved()) {
                    publish(job);
                  }
                } finally {
                  job.lock().unlock();
                }
              });
    }
  }

  /** Fails a job whose answer is damaged. If the store fails, a restart does it again. */
  private void damaged(Job job, DamagedPartException damage) {
    log("the answer to " + job.record().source() + " is lost", damage);
    try {
      fail(job, Damage.answer(job.record()));
    } catch (FsException e) {
      log("the job of " + job.record().source() + " cannot be failed", e);
    }
  }

  /**
   * Checks, before something is published, that this host still owns a job: it may have been
   * suspended since it stored the answer, for so long that another host has taken over the job.
   */
  private void requireOwned(Job job) throws FsException {
    SharedJobs shared = services.store().shared();
    if (shared != null && !shared.isOwner(job.record().id(), job.fence())) {
      job.lost();
      throw new JobStore.LostJobException("another host owns the job by now");
    }
  }

  /**
   * Called when a job cannot continue because the store or a file fails; its state stays. Where
   * hosts share the jobs, this host gives the job up, and any host may claim it; otherwise a
   * restart continues it.
   */
  void letGo(Job job, FsException reason) {
    log("the job of " + job.record().source() + " cannot go on", reason);
    if (services.table().isShared()) {
      job.lost();
    }
  }

  /** Releases what a job holds of the quota, if anything. */
  void release(Job job) {
    if (job.heldBytes() >= 0) {
      services.quota().release(job.heldBytes());
      job.heldBytes(-1);
    }
  }

  private void endPartial(JobRecord record) throws FsException {
    if (services.settings().partial()) {
      services.publisher().endPartial(record.base());
    }
  }

  /** Logs a failure that no caller waits for. */
  void log(String what, FsException e) {
    System.Logger.Level level =
        e instanceof JobStore.LostJobException
            ? System.Logger.Level.DEBUG // the job's new owner logs what matters
            : System.Logger.Level.WARNING;
    services.log().log(level, what + ": " + e.getMessage(), e.getCause());
  }
}
