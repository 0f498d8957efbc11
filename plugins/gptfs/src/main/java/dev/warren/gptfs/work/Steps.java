package dev.warren.gptfs.work;

import dev.warren.api.FsException;
import dev.warren.gptfs.job.Counts;
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

  /**
   * Makes a step. A job's end counts as published only if the promise is {@code LATER} and writing
   * the status has not failed.
   */
  void save(Job job, JobRecord next, Map<Integer, byte[]> parts, boolean dropParts, Promise promise)
      throws FsException {
    boolean isTold = promise == Promise.LATER && job.statusRetry() == null;
    save(job, next, next.row(isTold), parts, dropParts, promise);
  }

  /** Makes a step that marks the file as completely written, and drops the parts from before. */
  void submit(Job job, JobRecord next, Promise promise) throws FsException {
    save(job, next, next.row(false).completed(), Map.of(), true, promise);
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
    boolean isOwned = services.table().own(job);
    if (isOwned && job.isUntold()) {
      retryStatus(job); // first, because the caller's step must not count as publishing the end
    }
    return isOwned;
  }

  /**
   * Publishes how a job ended without an answer, and stores that it was published. If publishing
   * fails, that is tried again later, also after a restart.
   */
  void announce(Job job) throws FsException {
    announce(job, Map.of());
  }

  /**
   * Like {@link #announce(Job)}.
   *
   * @param fresh parts that need not be read from the store
   */
  private void announce(Job job, Map<Integer, byte[]> fresh) throws FsException {
    requireOwned(job);
    JobRecord record = job.record();
    try {
      publishDocument(record, fresh);
      if (endsWithResults(record)) {
        Counts _ = BatchOutput.publish(services.store(), services.publisher(), record);
      }
      endPartial(record);
      services.publisher().status(record, null, null, true);
    } catch (FsException e) {
      showLater(job, e);
      return;
    }
    shown(job, false);
    boolean hasParts = record.documentBytes() != null || endsWithResults(record);
    services.store().save(record.row(true), Map.of(), hasParts, Promise.LATER, job);
  }

  /** Publishes the endpoint's whole response, if it is to be published. */
  private void publishDocument(JobRecord record, Map<Integer, byte[]> fresh) throws FsException {
    if (record.documentBytes() == null) {
      return;
    }
    byte[] document;
    try {
      document = part(record, JobStore.DOCUMENT, fresh);
    } catch (DamagedPartException e) { // the answer itself may be undamaged
      log("the whole response to " + record.source() + " is damaged, and is not published", e);
      return;
    }
    // If it is null, an earlier version has published it before it stored the record.
    if (document != null) {
      services.publisher().document(record.base(), document);
    }
  }

  private byte @Nullable [] part(JobRecord record, int number, Map<Integer, byte[]> fresh)
      throws FsException {
    byte[] known = fresh.get(number);
    return known == null ? services.store().read(record.id(), number) : known;
  }

  /** Whether a job is a batch that was cancelled: its results so far are paid for. */
  private static boolean endsWithResults(JobRecord record) {
    return record.state() == JobState.CANCELLED && hasResults(record);
  }

  private static boolean hasResults(JobRecord record) {
    return record.batch() && record.counts() != null;
  }

  /** Publishes a job's status. A failure is logged, and the status is written again later. */
  void show(Job job, @Nullable Streaming streaming) {
    JobRecord record = job.record();
    @Nullable String held = held(record, route(job));
    try {
      services.publisher().status(record, streaming, held, record.state().isEnded());
      shown(job, held != null);
    } catch (FsException e) {
      showLater(job, e);
    }
  }

  private static void shown(Job job, boolean asHeld) {
    job.saysHeld(asHeld);
    job.statusRetry(null);
    job.untold(false);
  }

  private void showLater(Job job, FsException reason) {
    // Only the first failure of a series is logged, because the disk may be full.
    if (job.statusRetry() == null) {
      log("the status of " + job.record().source() + " cannot be written yet", reason);
      retryStatus(job);
    }
  }

  /** Schedules an attempt to write a job's status, unless one is scheduled. */
  private void retryStatus(Job job) {
    if (job.statusRetry() == null) {
      StatusRetry retry = new StatusRetry(job);
      job.statusRetry(retry);
      services.timers().schedule(PUBLISH_AGAIN, retry);
    }
  }

  /** Writes the newest status of a job, unless one was written since the failure. */
  private final class StatusRetry implements Runnable {
    private final Job job;

    StatusRetry(Job job) {
      this.job = job;
    }

    @Override
    public void run() {
      job.lock().lock();
      try {
        if (job.statusRetry() != this) {
          return;
        }
        boolean isOurs = !services.table().isShared() || job.isOwned();
        if (job.isRemoved() || !isOurs) {
          job.statusRetry(null);
        } else if (job.record().state().isEnded()) {
          announce(job);
        } else {
          show(job, null);
        }
      } catch (JobStore.LostJobException e) {
        job.statusRetry(null);
        log("the status of " + job.record().source() + " is written by another host", e);
      } catch (FsException e) {
        showLater(job, e);
      } finally {
        if (job.statusRetry() == this) { // the attempt has failed
          services.timers().schedule(PUBLISH_AGAIN, this);
        }
        job.lock().unlock();
      }
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
    fail(job, error, null);
  }

  /**
   * Ends a job without an answer.
   *
   * @param response what is published beside the status; null if there is nothing
   */
  void fail(Job job, JobError error, byte @Nullable [] response) throws FsException {
    JobRecord failed = job.record().failed(error, services.timers().instant());
    if (response == null) {
      end(job, failed, Map.of(), true);
    } else {
      end(job, failed.withDocument(response.length), Map.of(JobStore.DOCUMENT, response), true);
    }
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
    JobRecord record = job.record();
    JobRecord cancelled = record.cancelled(message, services.timers().instant());
    end(job, cancelled, Map.of(), !hasResults(record));
    services.tally().cancelled();
  }

  private void end(Job job, JobRecord next, Map<Integer, byte[]> parts, boolean dropParts)
      throws FsException {
    keep(job, next, parts, dropParts);
    release(job);
    announce(job, parts);
    Looks.note(services, this, job);
  }

  /** Publishes the answer that is in the store; tries again later if that fails. */
  void publish(Job job) {
    publish(job, Map.of());
  }

  /**
   * Like {@link #publish(Job)}.
   *
   * @param fresh the job's parts if they were certainly not published before, so that they need not
   *     be read from the store; else empty
   */
  void publish(Job job, Map<Integer, byte[]> fresh) {
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
        publishDocument(record, fresh);
        byte[] text = part(record, JobStore.ANSWER, fresh);
        if (text == null) {
          fail(job, JobError.local("lost", "the database has no answer"));
          return;
        }
        services.publisher().answer(record, Names.RESPONSE, Content.of(text), !fresh.isEmpty());
      }
      endPartial(record);
      JobRecord done = record.completed();
      services.publisher().status(done, null, null, true);
      shown(job, false);
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
                  // The file may have got another name meanwhile: then so has its answer.
                  if (job.record().revision() == record.revision() && !job.isRemoved()) {
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
