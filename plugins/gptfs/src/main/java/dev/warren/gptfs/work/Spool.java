package dev.warren.gptfs.work;

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
import dev.warren.gptfs.job.JobId;
import dev.warren.gptfs.job.JobRecord;
import dev.warren.gptfs.job.JobState;
import dev.warren.gptfs.job.JobTable;
import dev.warren.gptfs.publish.Names;
import dev.warren.gptfs.publish.Publisher;
import dev.warren.gptfs.request.BadRequestException;
import dev.warren.gptfs.store.JobStore;
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
 * All jobs of an instance, and what may happen to them from outside: a new content, a removal, a
 * move, an acknowledgement. Thread-safe; a call may wait for a job's own step to end.
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
   * A file has a new content, which may still change: takes the old answer away, before the client
   * hears that its file is closed.
   *
   * @param heldBytes what the client's writes have taken of the quota, a place and these bytes;
   *     they are the job's from now on
   * @return the job; its revision is what {@link #accept} takes
   */
  public Job invalidate(String source, long heldBytes, String message) throws FsException {
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
            settle(job, message);
            steps.release(job);
            job.heldBytes(heldBytes);
            taken = true;
            show(job);
            return job;
          }
        } catch (JobStore.LostJobException _) {
          // another host was faster: what it has made of the file is taken over
        } finally {
          job.lock().unlock();
        }
      }
    } finally {
      if (!taken) {
        services.quota().release(heldBytes);
      }
    }
  }

  private void settle(Job job, String message) throws FsException {
    steps.abandon(job);
    job.attempt(null);
    if (job.record().state() == JobState.PURGED) {
      table().obtainBase(job);
    }
    JobRecord old = job.record();
    JobRecord next =
        old.state() == JobState.SETTLING
            ? old.saying(message)
            : old.settling(Limits.isBatch(old.source()), message);
    steps.submit(job, next);
    job.read(false);
  }

  private void show(Job job) throws FsException {
    JobRecord record = job.record();
    publisher().status(record, null, null, false);
    job.saysHeld(false);
    publisher().withdraw(record);
    if (services.settings().partial()) {
      publisher().endPartial(record.base());
    }
  }

  /**
   * A content has settled. Once this returns, the job survives whatever happens.
   *
   * @param revision of the job when the content was read; nothing happens if it is another now
   * @param settings what holds in the file's directory
   */
  public void accept(
      Job job, int revision, byte[] content, FileAttributes attributes, PromptSource settings)
      throws FsException {
    acceptance.accept(job, revision, content, attributes, settings);
  }

  /**
   * Takes the outbox's word where the store knows nothing: what it shows as completed is not sent
   * again.
   *
   * @param input reads the file, if that could matter
   * @return whether this content was answered
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

  /** Reads which content a file has. */
  @FunctionalInterface
  public interface InputSource {
    /** The content. */
    Input get() throws FsException;
  }

  /** Finds out what holds for a file. */
  @FunctionalInterface
  public interface PromptSource {
    /** What holds. */
    PromptSettings get() throws FsException, BadRequestException;
  }

  /** Puts a job where it gets its turn. */
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

  /** What is left of a wait. The clock may have been set since: no wait is longer than any was. */
  private Duration delay(@Nullable Instant until) {
    RetrySettings retry = services.settings().retry();
    Duration longest = retry.maxRetryAfter().plus(retry.cap());
    Duration delay =
        until == null ? Duration.ZERO : Duration.between(services.timers().instant(), until);
    return delay.compareTo(longest) > 0 ? longest : delay;
  }

  /** A content that has settled cannot be accepted for now; see {@link Steps#letGo}. */
  public void letGo(Job job, FsException reason) {
    steps.letGo(job, reason);
  }

  /** Says something about a content that is still settling. */
  public void say(String source, String message) throws FsException {
    Job job = table().bySource(source);
    if (job == null) {
      return;
    }
    job.lock().lock();
    try {
      if (job.record().state() == JobState.SETTLING && steps.own(job)) {
        steps.note(job, job.record().saying(message));
        steps.show(job, null);
      }
    } finally {
      job.lock().unlock();
    }
  }

  /**
   * Ends a job that nobody wants any more; does nothing if it has ended.
   *
   * @return whether it was ended
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

  /** Publishes the lines of a batch that have ended, which were paid for. */
  private String finished(Job job) throws FsException {
    if (!job.record().batch() || job.record().counts() == null) {
      return "";
    }
    batches.close(job); // no line ends any more
    Counts counts = BatchOutput.publish(services.store(), publisher(), job.record());
    steps.note(job, job.record().counted(counts));
    return "; %d of %d lines had ended"
        .formatted(counts.completed() + counts.failed(), counts.total());
  }

  /**
   * A file has another name: its job, if it has not ended, goes along.
   *
   * @return whether it did; if not, the file under its new name is to be submitted
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
      if (table().bySource(to) != null) { // which gets a new revision
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
   * Goes on with a job that another host had. The caller has its lock.
   *
   * @return false if its file is still to be submitted
   */
  private boolean takeUp(Job job) throws FsException {
    if (job.record().state() == JobState.SETTLING) {
      return false;
    }
    new Recovery(this).resume(job);
    return true;
  }

  /** A directory has another name: a job that has ended keeps its answers where they are. */
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

  /** A client has removed a published file: it has read the answer. */
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
      if (!record.state().isEnded()) {
        return;
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
   * @param inputIsThere whether its file is still in the inbox; that this content was dealt with is
   *     remembered then, or a restart would send it again
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
   * Lets a job that waits for a person go on.
   *
   * @return whether it did wait
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

  /**
   * A job is about to be asked again: of a batch, the lines that have an answer are not, unless all
   * have one.
   */
  public void retrying(Job job) throws FsException {
    job.lock().lock();
    try {
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

  /** The job of a name as people write it: a name in the outbox without its end, or a file. */
  public @Nullable Job find(String name) throws FsException {
    Job job = table().byBase(name);
    return job == null ? table().bySource(name) : job;
  }

  /** The job of a file. */
  public @Nullable Job bySource(String source) throws FsException {
    return table().bySource(source);
  }

  /** The jobs that have not ended; where hosts share them, those of this one. */
  public Collection<Job> open() {
    return table().open();
  }

  /** How many jobs there are in each state. */
  public Map<JobState, Long> counts() throws FsException {
    return table().counts();
  }

  /** The files of the jobs, of all hosts, that are in a state which is no end. */
  public List<String> open(JobState state) throws FsException {
    return table().open(state);
  }

  /** The jobs of the files below a directory. */
  public Collection<Job> below(String directory) throws FsException {
    return table().below(directory);
  }

  /** The files below a directory, or all, whose jobs have ended in a state; perhaps some more. */
  public Set<String> ended(JobState state, String directory) throws FsException {
    return table().ended(state, directory);
  }

  /** Whether jobs have their answers below a directory of the outbox. */
  public boolean isAbove(String directory) throws FsException {
    return table().isAbove(directory);
  }

  /** What clients look at. */
  public Looks looks() {
    return looks;
  }

  /** The worker pool. */
  public Dispatcher dispatcher() {
    return services.dispatcher();
  }

  /** What waits, for who may add to it. */
  public Quota quota() {
    return services.quota();
  }

  /** What asks for responses that services work on by themselves. */
  public Dispatcher polls() {
    return services.polls();
  }

  /** What was counted. */
  public Tally tally() {
    return services.tally();
  }

  /** Where jobs are kept. */
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
