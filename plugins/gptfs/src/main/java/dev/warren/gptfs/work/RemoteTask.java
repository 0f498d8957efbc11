package dev.warren.gptfs.work;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.config.Quantity;
import dev.warren.gptfs.answer.Answer;
import dev.warren.gptfs.answer.AnswerReader;
import dev.warren.gptfs.answer.NoAnswer;
import dev.warren.gptfs.answer.Pending;
import dev.warren.gptfs.answer.Reading;
import dev.warren.gptfs.http.AnswerMemory;
import dev.warren.gptfs.http.Gate;
import dev.warren.gptfs.http.ModelClient;
import dev.warren.gptfs.http.Reply;
import dev.warren.gptfs.http.Verdict;
import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.job.JobError;
import dev.warren.gptfs.job.Tries;
import dev.warren.gptfs.json.Json;
import dev.warren.gptfs.memory.ContentMemory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * Polls a response in the background until it has ended; between two polls it holds no worker.
 * Polls have workers and gates of their own, so that they wait neither for long calls nor for an
 * endpoint that is held for new requests: a service keeps a response, which is paid for, only for
 * minutes.
 */
final class RemoteTask implements Task {
  /**
   * The longest pause: far less than the ten minutes that services keep a response after its end.
   */
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private static final Duration SHORTEST = Duration.ofSeconds(1);

  /** A pause is the time since polling began, divided by this number. */
  private static final int PART = 4;

  private static final Set<Integer> GONE = Set.of(404, 410);

  private final Services services;
  private final Steps steps;
  private final Job job;
  private final String id;
  private final SingleTask request;
  private final Gate.Pass news;
  private final History history = new History();
  private final Instant since;
  private int unreadable;

  /**
   * Polls the job's response. The caller holds the job's lock.
   *
   * @param request repeats the request if the response fails
   * @param news reports the request's result to the endpoint's gate
   */
  RemoteTask(Services services, Steps steps, Job job, SingleTask request, Gate.Pass news) {
    this.services = services;
    this.steps = steps;
    this.job = job;
    this.request = request;
    this.news = news;
    id = String.valueOf(job.record().remoteId());
    since = services.timers().steady();
  }

  /** Schedules the first poll. */
  void submit(Duration delay) {
    job.turn(this);
    services.polls().submitAfter(this, delay);
  }

  /** Schedules the first poll of a new response. */
  void submit() {
    submit(SHORTEST);
  }

  @Override
  public String lane() {
    return request.lane();
  }

  @Override
  public List<String> route() {
    return List.of(services.settings().endpoint(job.record().endpoint()).name());
  }

  @Override
  public Object source() {
    return job;
  }

  @Override
  public boolean isStale() {
    return job.isRemoved() || job.turn() != this || !id.equals(job.record().remoteId());
  }

  @Override
  public void escaped(Throwable mistake) {
    request.escaped(mistake);
  }

  @Override
  public void run(String endpoint, Gate.Pass pass) {
    try (ContentMemory.Charge memory = services.memory().open()) {
      memory.add(AnswerMemory.IN_ADVANCE);
      call(endpoint, pass, memory);
    } catch (FsException e) {
      steps.letGo(job, e); // a restart or another host continues by the response's id
    }
  }

  private void call(String endpoint, Gate.Pass pass, ContentMemory.Charge memory)
      throws FsException {
    ModelClient.Exchange exchange =
        services.client().ask(services.settings().endpoint(endpoint), id, memory);
    job.lock().lock();
    try {
      if (isStale()) {
        return;
      }
      job.attempt(exchange::cancel);
    } finally {
      job.lock().unlock();
    }
    Reply reply = exchange.run();
    services.tally().polled(endpoint, reply);
    Reading reading =
        reply instanceof Reply.Answered answered && answered.status() == 200 && isResponse(answered)
            ? AnswerReader.read(answered.body())
            : null;
    job.lock().lock();
    try {
      if (isStale()) {
        services.tally().discarded();
      } else {
        job.attempt(null);
        if (reading == null) {
          unheard(endpoint, pass, reply);
        } else {
          pass.succeeded();
          heard(endpoint, (Reply.Answered) reply, reading);
        }
      }
    } finally {
      job.lock().unlock();
    }
    services.polls().learnt(endpoint);
  }

  private static boolean isResponse(Reply.Answered reply) {
    return Json.object(reply.body()).filter(body -> Json.text(body, "status") != null).isPresent();
  }

  private void heard(String endpoint, Reply.Answered reply, Reading reading) throws FsException {
    unreadable = 0;
    if (reading instanceof Pending) {
      if (job.record().error() != null) { // the error of a poll that failed
        steps.note(job, job.record().unheard(working(id), null));
        steps.show(job, null);
      }
      again(Duration.ZERO);
      return;
    }
    Verdict verdict = services.classifier().classify(reply).withoutDoubt();
    Answer answer = null;
    if (verdict.kind() == Verdict.Kind.ANSWER) {
      switch (reading) {
        case Answer found -> answer = found;
        case NoAnswer e ->
            verdict =
                services
                    .classifier()
                    .noAnswer(reply, e.kind(), e.reason(), e.retry())
                    .withoutDoubt();
        case Pending _ -> throw new IllegalStateException("it has not ended");
      }
    }
    request.ended(endpoint, news, reply, verdict, answer);
  }

  /** The message of the status meanwhile. */
  static String working(String id) {
    return "the service works on it as " + id;
  }

  /** A poll has failed, which shows nothing about the response: does not pay for another one. */
  private void unheard(String endpoint, Gate.Pass pass, Reply reply) throws FsException {
    if (reply instanceof Reply.Cancelled) {
      again(Duration.ZERO); // this host shuts down, which the status does not mention
      return;
    }
    Verdict verdict = services.classifier().classify(reply).withoutDoubt();
    if (isUnreadable(reply)) {
      JobError error = verdict.error();
      if (++unreadable < services.settings().retry().maxAttempts()) {
        again(Duration.ZERO);
      } else {
        giveUp(
            endpoint,
            reply,
            error == null
                ? JobError.local("unreadable_answer", "what came is no response")
                : error);
      }
      return;
    }
    RetryPolicy.Called called =
        new RetryPolicy.Called(this, job, history, Tries.NONE, pass, endpoint, null);
    switch (services.policy().decide(called, verdict, reply)) {
      case RetryPolicy.Decision.Again later -> {
        steps.note(job, job.record().unheard(working(id) + "; asking has failed", later.why()));
        again(later.delay());
        steps.show(job, null);
      }
      case RetryPolicy.Decision.GiveUp e -> giveUp(endpoint, reply, e.error());
      case RetryPolicy.Decision.Done _ -> again(Duration.ZERO);
    }
  }

  /** Whether a reply arrived that is unusable, as each later one may be: limits the polls. */
  private static boolean isUnreadable(Reply reply) {
    return (reply instanceof Reply.Answered answered && answered.status() / 100 == 2)
        || (reply instanceof Reply.Unclear unclear
            && unclear.cause() instanceof FsException e
            && e.errno() == Errno.ENOMEM);
  }

  private void giveUp(String endpoint, Reply reply, JobError error) throws FsException {
    boolean gone = reply instanceof Reply.Answered answered && GONE.contains(answered.status());
    if (!gone) {
      steps.endRemote(endpoint, lane(), id);
    }
    request
        .ending()
        .gaveUp(
            reply,
            gone
                ? new JobError(
                    "response_lost",
                    error.httpStatus(),
                    error.type(),
                    error.code(),
                    "the service has no response " + id + " any more: " + error.message(),
                    true,
                    error.requestId())
                : error);
  }

  /** Schedules the next poll; cancels the response and fails the job if it has taken too long. */
  private void again(Duration atLeast) throws FsException {
    Duration taken = Duration.between(since, services.timers().steady());
    Duration most = services.settings().longestBackground();
    if (taken.compareTo(most) >= 0) {
      String endpoint = job.record().endpoint();
      steps.endRemote(endpoint, lane(), id);
      steps.fail(
          job,
          JobError.local(
              "gave_up",
              "the service has not ended the response %s in %s"
                  .formatted(id, Quantity.duration(most.toMillis()))));
      return;
    }
    Duration pause = taken.dividedBy(PART);
    pause = pause.compareTo(SHORTEST) < 0 ? SHORTEST : pause;
    pause = pause.compareTo(LONGEST) > 0 ? LONGEST : pause;
    services.polls().submitAfter(this, pause.compareTo(atLeast) < 0 ? atLeast : pause);
  }
}
