package dev.warren.gptfs.work;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
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
 * Asks for a response that the service works on by itself, until it has ended. Between two calls it
 * holds nothing; the calls have places and gates of their own, so that neither waits for the other:
 * a service keeps a response for minutes only, and who is not let in with a new request may still
 * fetch what is paid for.
 */
final class RemoteTask implements Task {
  /** Services keep a response for ten minutes after its end; this is a good deal less. */
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private static final Duration SHORTEST = Duration.ofSeconds(1);

  /** A pause is this part of the time that the response takes already. */
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
   * The caller has the job's lock.
   *
   * @param request what asks again if the response fails
   * @param news tells the endpoint's gate what becomes of the request
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

  /** Begins. */
  void submit(Duration delay) {
    job.turn(this);
    services.polls().submitAfter(this, delay);
  }

  /** Begins where nobody has asked yet. */
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
      steps.letGo(job, e); // whoever goes on has the response's id
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
      if (job.record().error() != null) { // of a call that failed
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

  /** What the status says meanwhile. */
  static String working(String id) {
    return "the service works on it as " + id;
  }

  /** The service says nothing of the response: that is no reason to pay for another. */
  private void unheard(String endpoint, Gate.Pass pass, Reply reply) throws FsException {
    if (reply instanceof Reply.Cancelled) {
      again(Duration.ZERO); // the host ends, and says nothing of that in the status
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

  /** It came, and may come so every time: not for a day. */
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

  /** Asks again after a while, unless that was long enough. */
  private void again(Duration atLeast) throws FsException {
    Duration taken = Duration.between(since, services.timers().steady());
    Duration most = services.settings().longestBackground();
    if (taken.compareTo(most) >= 0) {
      String endpoint = job.record().endpoint();
      steps.endRemote(endpoint, lane(), id);
      steps.fail(
          job,
          JobError.local(
              "gave_up", "the service has not ended the response " + id + " in " + most));
      return;
    }
    Duration pause = taken.dividedBy(PART);
    pause = pause.compareTo(SHORTEST) < 0 ? SHORTEST : pause;
    pause = pause.compareTo(LONGEST) > 0 ? LONGEST : pause;
    services.polls().submitAfter(this, pause.compareTo(atLeast) < 0 ? atLeast : pause);
  }
}
