package dev.warren.gptfs.work;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.gptfs.answer.Answer;
import dev.warren.gptfs.answer.AnswerReader;
import dev.warren.gptfs.answer.NoAnswer;
import dev.warren.gptfs.answer.Pending;
import dev.warren.gptfs.config.Endpoint;
import dev.warren.gptfs.http.AnswerMemory;
import dev.warren.gptfs.http.Gate;
import dev.warren.gptfs.http.ModelClient;
import dev.warren.gptfs.http.Reply;
import dev.warren.gptfs.http.Verdict;
import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.job.JobError;
import dev.warren.gptfs.job.JobRecord;
import dev.warren.gptfs.job.JobState;
import dev.warren.gptfs.memory.ContentMemory;
import dev.warren.gptfs.request.BadRequestException;
import dev.warren.gptfs.request.Dialect;
import dev.warren.gptfs.request.RequestBuilder;
import dev.warren.gptfs.store.DamagedPartException;
import dev.warren.gptfs.store.JobStore;
import dev.warren.gptfs.time.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs one revision of a job that is one request. */
final class SingleTask implements Task {
  /**
   * A call that ends sooner is not shown in the status: no client would see it, and replacing a
   * file is expensive on a file system that then writes the new one to disk at once, such as ext4.
   */
  private static final Duration SHOWN_AFTER = Duration.ofMillis(100);

  /** How long a cancelled call may continue, so that the id of its response can arrive. */
  private static final Duration FOR_A_NAME = Duration.ofSeconds(10);

  /** Copies of a request in memory: as stored, and as sent. */
  private static final int REQUEST_COPIES = 2;

  private final Services services;
  private final Steps steps;
  private final Job job;
  private final int revision;
  private final History history = new History();
  private final Ending ending;
  private final Fitness fitness;

  SingleTask(Services services, Steps steps, Job job) {
    this.services = services;
    this.steps = steps;
    this.job = job;
    revision = job.record().revision();
    ending = new Ending(services, steps, job);
    fitness = new Fitness(services);
  }

  Ending ending() {
    return ending;
  }

  @Override
  public String lane() {
    String source = job.record().source();
    return source.substring(0, source.lastIndexOf('/') + 1);
  }

  @Override
  public List<String> route() {
    return fitness.of(services.route(job.record()));
  }

  @Override
  public Object source() {
    return job;
  }

  @Override
  public boolean isStale() {
    JobRecord record = job.record();
    return job.isRemoved()
        || job.turn() != this
        || record.revision() != revision
        || (record.state() != JobState.QUEUED && record.state() != JobState.HELD);
  }

  @Override
  public void run(String endpoint, Gate.Pass pass) {
    try (ContentMemory.Charge memory = services.memory().open()) {
      // Before the job is locked: threads that need its lock must not wait for memory.
      memory.add(REQUEST_COPIES * job.record().input().bytes() + AnswerMemory.IN_ADVANCE);
      call(endpoint, pass, memory);
    } catch (FsException e) {
      if (e.errno() == Errno.ENOMEM && failed(ContentMemory.error(e))) {
        return;
      }
      if (e instanceof DamagedPartException && failed(Damage.request(job.record()))) {
        return;
      }
      if (e instanceof JobStore.LostJobException) {
        services.tally().discarded(); // another host continues the job
        return;
      }
      steps.letGo(job, e);
    }
  }

  /** Fails a job that cannot be sent; false if the store fails. */
  private boolean failed(JobError error) {
    job.lock().lock();
    try {
      if (!isStale()) {
        steps.fail(job, error);
      }
      return true;
    } catch (FsException e) {
      steps.log("the job of " + job.record().source() + " cannot be failed", e);
      return false;
    } finally {
      job.lock().unlock();
    }
  }

  @Override
  public void escaped(Throwable mistake) {
    Escaped.end(services, steps, job, revision, mistake);
  }

  private void call(String endpointName, Gate.Pass pass, ContentMemory.Charge memory)
      throws FsException {
    Endpoint endpoint = services.settings().endpoint(endpointName);
    ModelClient.Exchange exchange;
    StreamProgress progress;
    int attempt;
    job.lock().lock();
    try {
      if (isStale()) {
        return;
      }
      byte[] body = services.store().read(job.record().id(), JobStore.REQUEST);
      if (body == null) {
        steps.fail(job, JobError.local("lost", "the database has no request"));
        return;
      }
      fitness.examine(body, job.record());
      if (!route().contains(endpointName)) {
        services.dispatcher().submit(this); // the task waits for an endpoint that fits
        steps.show(job, null);
        return;
      }
      try {
        body = inItsWords(body, endpoint);
      } catch (BadRequestException e) {
        steps.fail(job, e.error());
        return;
      }
      JobRecord record = job.record();
      if (!record.endpoint().equals(endpointName)) {
        record =
            record.requeued(
                record.tries().afresh(), endpointName, record.message(), record.error());
      }
      Instant now = services.timers().instant();
      if (record.tries().attempts() == 0 && record.queuedAt() != null) {
        services.tally().waited(Duration.between(record.queuedAt(), now));
      }
      steps.keep(job, record.started(now));
      attempt = job.record().tries().attempts();
      progress = new StreamProgress(services, steps, job, attempt);
      exchange =
          services.client().post(endpoint, endpoint.url(), body, record.stream(), progress, memory);
      job.attempt(cancelling(exchange, job.record().background() != null));
    } finally {
      job.lock().unlock();
    }
    Instant start = services.timers().steady();
    Timers.Pending notice =
        services.timers().schedule(SHOWN_AFTER, () -> showRunning(attempt, progress));
    Reply reply = exchange.run();
    notice.cancel();
    services
        .tally()
        .called(endpointName, reply, Duration.between(start, services.timers().steady()));
    Verdict verdict = services.classifier().classify(reply);
    Answer answer = null;
    Pending pending = null;
    if (verdict.kind() == Verdict.Kind.ANSWER && reply instanceof Reply.Answered answered) {
      switch (AnswerReader.read(answered.body())) {
        case Answer found -> answer = found;
        case Pending taken -> pending = taken;
        case NoAnswer e ->
            verdict = services.classifier().noAnswer(answered, e.kind(), e.reason(), e.retry());
      }
    }
    job.lock().lock();
    try {
      if (isOvertaken(attempt)) {
        decide(endpointName, pass, verdict, reply); // the gate gets the result all the same
        services.tally().discarded();
        services.dispatcher().learnt(endpointName);
        if (pending != null) {
          steps.endRemote(endpointName, lane(), pending.id());
        }
      } else if (pending != null) {
        decide(endpointName, pass, verdict, reply);
        taken(pending, pass);
        services.dispatcher().learnt(endpointName);
      } else {
        ended(endpointName, pass, reply, verdict, answer);
      }
    } finally {
      job.lock().unlock();
    }
  }

  /** Translates the request: a fallback may have another interface than the original endpoint. */
  private byte[] inItsWords(byte[] body, Endpoint endpoint) throws BadRequestException {
    return services.settings().fallbacks().isEmpty()
        ? body
        : RequestBuilder.translated(body, Dialect.of(endpoint.url()));
  }

  private void showRunning(int attempt, StreamProgress progress) {
    job.lock().lock();
    try {
      if (!isOvertaken(attempt) && !progress.isShown()) {
        steps.show(job, null);
      }
    } finally {
      job.lock().unlock();
    }
  }

  /**
   * Cancels a call. One that requests a response in the background continues for a while: without
   * its id, that response cannot be cancelled.
   */
  private Runnable cancelling(ModelClient.Exchange exchange, boolean background) {
    return background
        ? () -> services.timers().schedule(FOR_A_NAME, exchange::cancel)
        : exchange::cancel;
  }

  private RetryPolicy.Decision decide(
      String endpoint, Gate.Pass pass, Verdict verdict, Reply reply) {
    if (job.record().background() != null) {
      fitness.onlyLike(endpoint);
    }
    List<String> route = fitness.of(RetryPolicy.from(endpoint, services.settings().fallbacks()));
    return services
        .policy()
        .decide(
            new RetryPolicy.Called(
                this,
                source(),
                history,
                job.record().tries(),
                pass,
                endpoint,
                route.size() > 1 ? route.get(1) : null),
            verdict,
            reply);
  }

  /** Stores the id of a response in the background: from here on nothing is paid for twice. */
  private void taken(Pending pending, Gate.Pass pass) throws FsException {
    job.attempt(null);
    steps.keep(job, job.record().remote(pending.id(), RemoteTask.working(pending.id())));
    new RemoteTask(services, steps, job, this, pass).submit();
    steps.show(job, null);
  }

  /**
   * Handles the end of the call, or of the response in the background that it has begun. The caller
   * holds the job's lock.
   *
   * @param pass the gate's pass for the call
   * @param answer null if there is none
   */
  void ended(String endpoint, Gate.Pass pass, Reply reply, Verdict verdict, @Nullable Answer answer)
      throws FsException {
    JobRecord record = job.record();
    RetryPolicy.Decision decision = decide(endpoint, pass, verdict, reply);
    job.attempt(null);
    switch (decision) {
      case RetryPolicy.Decision.Done _ -> {
        if (reply instanceof Reply.Answered answered && answer != null) {
          ending.answered(answered, answer);
        }
      }
      case RetryPolicy.Decision.GiveUp e -> ending.gaveUp(reply, e.error());
      case RetryPolicy.Decision.Again again -> {
        steps.keep(
            job, record.requeued(again.tries(), again.endpoint(), again.message(), again.why()));
        job.turn(this);
        services.dispatcher().submitAfter(this, again.delay());
        // Before show(), because the status shows whether the endpoint is held.
        services.dispatcher().learnt(endpoint);
        services.tally().retried(again.why() == null ? "ended" : again.why().kind());
        steps.show(job, null);
      }
    }
    services.dispatcher().learnt(endpoint);
  }

  private boolean isOvertaken(int attempt) {
    JobRecord record = job.record();
    return job.isRemoved()
        || record.revision() != revision
        || record.state() != JobState.ACTIVE
        || record.tries().attempts() != attempt;
  }
}
