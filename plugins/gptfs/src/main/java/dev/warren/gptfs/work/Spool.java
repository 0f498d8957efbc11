package dev.warren.gptfs.work;

import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.gptfs.config.Endpoint;
import dev.warren.gptfs.config.Limits;
import dev.warren.gptfs.config.PromptSettings;
import dev.warren.gptfs.config.RetrySettings;
import dev.warren.gptfs.http.Gate;
import dev.warren.gptfs.job.Counts;
import dev.warren.gptfs.job.Input;
import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.job.JobError;
import dev.warren.gptfs.job.JobId;
import dev.warren.gptfs.job.JobRecord;
import dev.warren.gptfs.job.JobState;
import dev.warren.gptfs.job.JobTable;
import dev.warren.gptfs.publish.Names;
import dev.warren.gptfs.publish.Publisher;
import dev.warren.gptfs.request.BadRequestException;
import dev.warren.gptfs.store.JobStore;
import dev.warren.gptfs.store.JobStore.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * All jobs of an instance, and the operations on them: new content, removal, move, acknowledgement.
 * Thread-safe. Blocking: a call may wait for a job's lock, and for the store.
 */
public final class Spool {
  private final Services services;
  private final Steps steps;
  private final Batches batches;
  private final Acceptance acceptance;
  private final Looks looks;

  Spool(Services services) {
    this.services = services;
    steps = new Steps(services);
    HeldNotices notices = new HeldNotices(services, steps);
    services.dispatcher().whenHeldChanges(notices::changed);
    services.polls().whenHeldChanges(notices::changed);
    batches = new Batches(services, steps);
    acceptance = new Acceptance(services, steps, this::enqueue);
    looks = new Looks(services, steps, this::find);
  }

  /**
   * Called when a file has new content, which may still change: removes the old answer before the
   * client's close returns.
   *
   * @param bytes the file's size, which is acquired from the quota together with one slot; from now
   *     on the job holds both, or they are released if this fails
   * @param promise what the client's close promises
   * @return the job, whose revision is to be given to {@link #accept}
   */
  public Job invalidate(String source, long bytes, String message, Promise promise)
      throws FsException {
    boolean taken = false;
    try {
      while (true) {
        Job job =
            table()
                .obtain(
                    source,
                    base ->
                        JobRecord.fresh(
                            JobId.create(services.timers().instant()),
                            source,
                            base,
                            Endpoint.DEFAULT));
        job.lock().lock();
        try {
          if (steps.own(job)) {
            settle(job, bytes, message, promise);
            steps.release(job);
            job.heldBytes(bytes);
            taken = true;
            steps.show(job, null);
            withdraw(job.record());
            return job;
          }
        } catch (JobStore.LostJobException _) {
          // another host was faster: the next try takes over its job
        } finally {
          job.lock().unlock();
        }
      }
    } finally {
      if (!taken) {
        services.quota().release(bytes);
      }
    }
  }

  private void settle(Job job, long bytes, String message, Promise promise) throws FsException {
    steps.abandon(job);
    job.attempt(null);
    if (job.record().state() == JobState.PURGED) {
      table().obtainBase(job);
    }
    JobRecord old = job.record();
    JobRecord next =
        old.state() == JobState.SETTLING
            ? old.settlingAgain(bytes, message)
            : old.settling(Limits.isBatch(old.source()), bytes, message);
    steps.submit(job, next, promise);
    job.read(false);
  }

  private void withdraw(JobRecord record) throws FsException {
    publisher().withdraw(record);
    if (services.settings().partial()) {
      publisher().endPartial(record.base());
    }
  }

  /**
   * Accepts a content that has settled. Once this returns, the job survives a crash.
   *
   * @param revision the job's revision when the content was read; nothing is done if it has changed
   * @param settings reads the settings that apply in the file's directory
   */
  public void accept(
      Job job, int revision, byte[] content, FileAttributes attributes, PromptSource settings)
      throws FsException {
    acceptance.accept(job, revision, content, attributes, settings);
  }

  /**
   * Restores, from a status in the outbox, a completed job that the store does not know, so that
   * its content is not sent again.
   *
   * @param bytes the file's size
   * @param input reads the file; only called if a status has the same size
   * @return whether the outbox has the answer to this content
   */
  public boolean adopt(String source, long bytes, InputSource input) throws FsException {
    for (String base : JobTable.bases(source)) {
      Publisher.Completed shown = publisher().completed(source, base).orElse(null);
      if (shown != null && shown.bytes() == bytes) {
        Input content = input.get();
        if (content.sha256().equals(shown.sha256())) {
          adopt(source, shown, content);
          return true;
        }
      }
    }
    return false;
  }

  private void adopt(String source, Publisher.Completed shown, Input content) throws FsException {
    Job job =
        table()
            .obtain(
                source,
                _ ->
                    JobRecord.fresh(
                        JobId.create(services.timers().instant()),
                        source,
                        shown.base(),
                        Endpoint.DEFAULT));
    job.lock().lock();
    try {
      if (!steps.own(job)) {
        return;
      }
      steps.note(
          job,
          job.record()
              .foundCompleted(
                  shown.revision(), Limits.isBatch(source), content, services.timers().instant()));
    } finally {
      job.lock().unlock();
    }
  }

  /** Reads a file to describe its content. */
  @FunctionalInterface
  public interface InputSource {
    /** The content's size, time and digest. */
    Input get() throws FsException;
  }

  /** Reads the settings that apply to a file. */
  @FunctionalInterface
  public interface PromptSource {
    /** The settings. */
    PromptSettings get() throws FsException, BadRequestException;
  }

  /** Queues a job. */
  void enqueue(Job job) {
    if (job.record().batch()) {
      batches.submit(job);
    } else {
      SingleTask task = new SingleTask(services, steps, job);
      if (job.record().remoteId() != null) {
        Gate.Pass news = services.dispatcher().observe(task.route().getFirst());
        new RemoteTask(services, steps, job, task, news).submit(Duration.ZERO);
        return;
      }
      job.turn(task);
      services.dispatcher().submitAfter(task, delay(job.record().tries().notBefore()));
    }
  }

  /** The rest of a delay, at most the longest possible one: the clock may have been set since. */
  private Duration delay(@Nullable Instant until) {
    RetrySettings retry = services.settings().retry();
    Duration longest = retry.maxRetryAfter().plus(retry.cap());
    Duration delay =
        until == null ? Duration.ZERO : Duration.between(services.timers().instant(), until);
    return delay.compareTo(longest) > 0 ? longest : delay;
  }

  /** Called when a settled content cannot be read or accepted for now; see {@link Steps#letGo}. */
  public void letGo(Job job, FsException reason) {
    steps.letGo(job, reason);
  }

  /** Changes the message in the status of a file that is still settling. */
  public void say(String source, String message) throws FsException {
    Job job = table().bySource(source);
    if (job == null) {
      return;
    }
    job.lock().lock();
    try {
      // A job of another host is that of a content that was uploaded there completely.
      boolean isOurs = job.isOwned() || !table().isShared();
      if (isOurs && job.record().state() == JobState.SETTLING && steps.own(job)) {
        steps.note(job, job.record().saying(message));
        steps.show(job, null);
      }
    } finally {
      job.lock().unlock();
    }
  }

  /**
   * Cancels a job; does nothing if it has ended.
   *
   * @return whether it was cancelled
   */
  public boolean cancel(Job job, String message) throws FsException {
    job.lock().lock();
    try {
      if (job.record().state().isEnded() || !steps.own(job) || job.record().state().isEnded()) {
        return false;
      }
      steps.cancel(job, message + finished(job));
      return true;
    } finally {
      job.lock().unlock();
    }
  }

  /** Counts the results of a batch that ends early; returns words for the message. */
  private String finished(Job job) throws FsException {
    Counts last = job.record().counts();
    if (!job.record().batch() || last == null) {
      return "";
    }
    batches.close(job); // no more results are accepted
    Counts counts = new BatchOutput(services.store(), job.record().id()).counts(last.total());
    steps.note(job, job.record().counted(counts));
    return "; %d of %d lines had ended"
        .formatted(counts.completed() + counts.failed(), counts.total());
  }

  /**
   * Fails a job whose content cannot be accepted; does nothing if there is a newer revision.
   *
   * @param revision the job's revision when the content was to be read
   */
  public void fail(Job job, int revision, JobError error) throws FsException {
    job.lock().lock();
    try {
      if (job.record().revision() == revision
          && job.record().state() == JobState.SETTLING
          && steps.own(job)
          && job.record().revision() == revision) {
        steps.fail(job, error);
      }
    } finally {
      job.lock().unlock();
    }
  }

  /**
   * Called when a file was renamed: gives its job, if it has not ended, the new name.
   *
   * @return false if the caller has to submit the file under its new name
   */
  public boolean move(String from, String to) throws FsException {
    Job job = table().bySource(from);
    if (job == null) {
      return false;
    }
    job.lock().lock();
    try {
      boolean elsewhere = table().isShared() && !job.isOwned();
      if (job.record().state().isEnded() || !steps.own(job) || job.record().state().isEnded()) {
        return false;
      }
      JobRecord old = job.record();
      publisher().remove(old);
      if (table().bySource(to) != null) { // that job gets a new revision
        steps.abandon(job);
        steps.release(job);
        services.store().delete(old.id(), job);
        table().remove(job);
        return false;
      }
      table().move(job, to, true);
      steps.keep(job, job.record());
      steps.show(job, null);
      return !elsewhere || takeUp(job);
    } finally {
      job.lock().unlock();
    }
  }

  /**
   * Continues a job that another host owned. The caller holds the job's lock.
   *
   * @return false if its file still has to be submitted
   */
  private boolean takeUp(Job job) throws FsException {
    if (job.record().state() == JobState.SETTLING) {
      return false;
    }
    new Recovery(this).resume(job);
    return true;
  }

  /** Called when a directory was renamed: moves an ended job, not its answers. */
  public void moveWithDirectory(Job job, String to) throws FsException {
    job.lock().lock();
    try {
      if (job.record().state().isEnded()
          && steps.own(job)
          && job.record().state().isEnded()
          && table().bySource(to) == null) {
        table().move(job, to, false);
        steps.note(job, job.record());
      }
    } finally {
      job.lock().unlock();
    }
  }

  /**
   * Called when a client has removed a published file, which means that it has read the answer.
   * Forgets an ended job once neither its status nor its answer is left.
   *
   * @param inputIsThere whether the job's file is still in the inbox
   */
  public void acknowledged(String base, Names kind, boolean inputIsThere) throws FsException {
    Job job = table().byBase(base);
    if (job == null) {
      return;
    }
    job.lock().lock();
    try {
      if (!job.record().state().isEnded() || !steps.own(job)) {
        return;
      }
      JobRecord record = job.record();
      if (!record.state().isEnded() || job.statusRetry() != null) {
        return; // the files that the client has removed did not show that the job has ended
      }
      if (kind == Names.RESPONSE || kind == Names.OUTPUT) {
        publisher().removeRevisions(record);
      }
      boolean gone =
          !publisher().isThere(Names.STATUS, record.base())
              && !publisher()
                  .isThere(record.batch() ? Names.OUTPUT : Names.RESPONSE, record.base());
      if (gone) {
        purge(job, inputIsThere);
      } else {
        steps.note(job, record.asAcknowledged());
      }
    } finally {
      job.lock().unlock();
    }
  }

  /**
   * Forgets a job that has ended, and removes what was published for it.
   *
   * @param inputIsThere whether its file is still in the inbox; if so, the store remembers that
   *     this content was answered, or a restart would send it again
   */
  public void purge(Job job, boolean inputIsThere) throws FsException {
    ReentrantLock lock = job.lock();
    lock.lock();
    try {
      if (!job.record().state().isEnded() || !steps.own(job)) {
        return;
      }
      JobRecord record = job.record();
      if (!record.state().isEnded()) {
        return;
      }
      if (record.state() != JobState.PURGED) {
        publisher().remove(record);
      }
      job.statusRetry(null);
      if (inputIsThere) {
        steps.note(job, record.purged());
        table().releaseBase(job);
      } else {
        services.store().delete(record.id(), job);
        table().remove(job);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Queues a held job again.
   *
   * @return whether it was held
   */
  public boolean release(Job job) throws FsException {
    job.lock().lock();
    try {
      if (job.record().state() != JobState.HELD || !steps.own(job)) {
        return false;
      }
      JobRecord record = job.record();
      if (record.state() != JobState.HELD) {
        return false;
      }
      steps.keep(
          job,
          record.requeued(
              record.tries().afresh(), record.endpoint(), "waiting for a worker", null));
      steps.show(job, null);
      enqueue(job);
      return true;
    } finally {
      job.lock().unlock();
    }
  }

  /** Prepares a retry: of a batch, only lines without an answer are sent, if there are any. */
  public void retrying(Job job) throws FsException {
    job.lock().lock();
    try {
      publishResults(job);
      JobRecord record = job.record();
      Counts counts = record.counts();
      boolean partly = counts != null && counts.completed() < counts.total();
      JobRecord.Retried before =
          record.batch() && partly
              ? new JobRecord.Retried(record.revision(), record.input().sha256())
              : null;
      if (!Objects.equals(before, record.retried()) && steps.own(job)) {
        steps.note(job, record.retriedWith(before));
      }
    } finally {
      job.lock().unlock();
    }
  }

  /**
   * Publishes the results of an ended batch if publishing them has failed: a retry reuses the
   * published results.
   */
  private void publishResults(Job job) throws FsException {
    if (job.record().batch() && job.record().state().isEnded() && job.statusRetry() != null) {
      steps.announce(job);
      if (job.statusRetry() != null) {
        throw new FsException(
            Errno.EBUSY, "the results of " + job.record().source() + " cannot be published yet");
      }
    }
  }

  /** The job of a file, or of a name in the outbox without its suffix; null if there is none. */
  public @Nullable Job find(String name) throws FsException {
    Job job = table().byBase(name);
    return job == null ? table().bySource(name) : job;
  }

  /** The job of a file; null if there is none. */
  public @Nullable Job bySource(String source) throws FsException {
    return table().bySource(source);
  }

  /** See {@link JobTable#isNewest}. */
  public boolean isNewest(Job job) throws FsException {
    return table().isNewest(job);
  }

  /** The jobs that have not ended; where hosts share them, those of this host. */
  public Collection<Job> open() {
    return table().open();
  }

  /** How many jobs there are in each state. */
  public Map<JobState, Long> counts() throws FsException {
    return table().counts();
  }

  /** The files of the jobs of all hosts in a state, which must not be an ended one. */
  public List<String> open(JobState state) throws FsException {
    return table().open(state);
  }

  /** The jobs of the files below a directory. */
  public Collection<Job> below(String directory) throws FsException {
    return table().below(directory);
  }

  /**
   * The files below a directory whose jobs have ended in a state; perhaps a few that have not.
   *
   * @param directory all files if it is empty
   */
  public Set<String> ended(JobState state, String directory) throws FsException {
    return table().ended(state, directory);
  }

  /** Whether jobs have their answers below a directory of the outbox. */
  public boolean isAbove(String directory) throws FsException {
    return table().isAbove(directory);
  }

  /** Records which results clients open. */
  public Looks looks() {
    return looks;
  }

  /** The worker pool. */
  public Dispatcher dispatcher() {
    return services.dispatcher();
  }

  /** The quota of jobs and bytes. */
  public Quota quota() {
    return services.quota();
  }

  /** The worker pool that polls responses in the background. */
  public Dispatcher polls() {
    return services.polls();
  }

  /** The counters. */
  public Tally tally() {
    return services.tally();
  }

  /** The store of the jobs. */
  public JobStore store() {
    return services.store();
  }

  Batches batches() {
    return batches;
  }

  Services services() {
    return services;
  }

  Steps steps() {
    return steps;
  }

  private JobTable table() {
    return services.table();
  }

  private Publisher publisher() {
    return services.publisher();
  }
}
