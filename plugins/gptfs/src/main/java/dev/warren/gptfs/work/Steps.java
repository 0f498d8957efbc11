package dev.warren.gptfs.work;

import dev.warren.api.FsException;
import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.job.JobError;
import dev.warren.gptfs.job.JobRecord;
import dev.warren.gptfs.job.JobState;
import dev.warren.gptfs.publish.Content;
import dev.warren.gptfs.publish.Names;
import dev.warren.gptfs.publish.StatusDocument.Streaming;
import dev.warren.gptfs.store.JobStore;
import dev.warren.gptfs.store.JobStore.Promise;
import dev.warren.gptfs.store.SharedJobs;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The steps of a job: store first, then the record, then the outbox. The caller has the lock. */
final class Steps {
  private static final Duration PUBLISH_AGAIN = Duration.ofSeconds(5);

  private final Services services;

  Steps(Services services) {
    this.services = services;
  }

  /** A step that a crash may take back. */
  void note(Job job, JobRecord next) throws FsException {
    save(job, next, Map.of(), false, Promise.LATER);
  }

  /** A step that a crash must not take back. */
  void keep(Job job, JobRecord next) throws FsException {
    keep(job, next, Map.of(), false);
  }

  /** A step that a crash must not take back, with new parts. */
  void keep(Job job, JobRecord next, Map<Integer, byte[]> parts, boolean dropParts)
      throws FsException {
    save(job, next, parts, dropParts, Promise.POWER);
  }

  /** A step, of whose end nobody has been told yet if it is one. */
  void save(Job job, JobRecord next, Map<Integer, byte[]> parts, boolean dropParts, Promise promise)
      throws FsException {
    save(job, next, next.row(promise == Promise.LATER), parts, dropParts, promise);
  }

  /** A step with which a file counts as written to its end. */
  void submit(Job job, JobRecord next) throws FsException {
    save(job, next, next.row(false).completed(), Map.of(), true, Promise.PROCESS);
  }

  /** A step that a crash must not take back, after which any host may go on with the job. */
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

  /** Makes this host the owner of a job, so that it may step; false if the job is gone. */
  boolean own(Job job) throws FsException {
    return services.table().own(job);
  }

  /** Shows a job's end, and remembers that it was shown. */
  void tell(Job job) throws FsException {
    requireOwned(job);
    show(job, null);
    services.store().save(job.record().row(true), Map.of(), false, Promise.LATER, job);
  }

  /** Shows a job's state. A status that cannot be written is logged: the store has the truth. */
  void show(Job job, @Nullable Streaming streaming) {
    JobRecord record = job.record();
    @Nullable String held = held(record);
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

  /** Why a job cannot go on although it is its endpoint's turn; null if it can. */
  private @Nullable String held(JobRecord record) {
    boolean waits =
        record.state() == JobState.QUEUED
            || record.state() == JobState.REMOTE
            || (record.batch() && record.state() == JobState.ACTIVE);
    if (!waits) {
      return null;
    }
    String why =
        record.state() == JobState.REMOTE
            ? services.polls().heldBecause(List.of(services.route(record).getFirst()))
            : services.dispatcher().heldBecause(services.route(record));
    JobError own = record.error();
    return why == null || own == null ? why : why + "; this job was told: " + own.message();
  }

  /** The end without an answer. */
  void fail(Job job, JobError error) throws FsException {
    JobRecord record = job.record();
    end(job, record.failed(error, services.timers().instant()));
    services.tally().failed();
  }

  /** Nobody wants the answer any more: the call ends, and what the service does by itself. */
  void abandon(Job job) {
    job.cancelAttempt();
    JobRecord record = job.record();
    String id = record.remoteId();
    if (id != null) {
      endRemote(record.endpoint(), record.source(), id);
    }
  }

  /** Has the service end a response. */
  void endRemote(String endpoint, String lane, String id) {
    services.polls().submit(new RemoteEnd(services, endpoint, lane, id));
  }

  /** The end because nobody wants it. */
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

  /** The answer is in the store; now it goes out. Tried again later where that fails. */
  void publish(Job job) {
    publish(job, null);
  }

  /**
   * The same for the first time.
   *
   * @param fresh the answer's text, so that it need not be read; null if it was published before,
   *     perhaps
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

  /**
   * Sees, before something is published, that this host still owns a job: it may have been stopped
   * since it kept the answer, for long enough that another host has gone on with the job.
   */
  private void requireOwned(Job job) throws FsException {
    SharedJobs shared = services.store().shared();
    if (shared != null && !shared.isOwner(job.record().id(), job.fence())) {
      job.lost();
      throw new JobStore.LostJobException("another host owns the job by now");
    }
  }

  /**
   * The store cannot be read, and the job stays as it was: where hosts share the jobs this one lets
   * it go, and whoever can goes on with it; else a restart takes it up.
   */
  void letGo(Job job, FsException reason) {
    log("the job of " + job.record().source() + " cannot go on", reason);
    if (services.table().isShared()) {
      job.lost();
    }
  }

  /** Gives back the place of a job that has ended. */
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

  /** What nobody waits for is logged. */
  void log(String what, FsException e) {
    System.Logger.Level level =
        e instanceof JobStore.LostJobException
            ? System.Logger.Level.DEBUG // another host logs what becomes of it
            : System.Logger.Level.WARNING;
    services.log().log(level, what + ": " + e.getMessage(), e.getCause());
  }
}
