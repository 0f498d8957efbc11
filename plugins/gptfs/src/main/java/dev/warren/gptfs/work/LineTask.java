package dev.warren.gptfs.work;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.gptfs.answer.AnswerReader;
import dev.warren.gptfs.answer.NoAnswer;
import dev.warren.gptfs.answer.Pending;
import dev.warren.gptfs.batch.BatchLine;
import dev.warren.gptfs.batch.BatchUrl;
import dev.warren.gptfs.config.Endpoint;
import dev.warren.gptfs.http.AnswerMemory;
import dev.warren.gptfs.http.Gate;
import dev.warren.gptfs.http.ModelClient;
import dev.warren.gptfs.http.Progress;
import dev.warren.gptfs.http.Reply;
import dev.warren.gptfs.http.Verdict;
import dev.warren.gptfs.job.JobError;
import dev.warren.gptfs.job.Tries;
import dev.warren.gptfs.job.Usage;
import dev.warren.gptfs.json.Json;
import dev.warren.gptfs.memory.ContentMemory;
import dev.warren.gptfs.store.DamagedPartException;
import dev.warren.gptfs.store.Line;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Sends one line of a batch, one call after the other; the last one gives the result. */
final class LineTask implements Task {
  /** The memory for a line as stored, as JSON, and as sent, in multiples of its length. */
  private static final int REQUEST_COPIES = 4;

  private final Share batch;
  private final Services services;
  private final Line line;
  private final History history = new History();
  private Tries tries = Tries.NONE;
  private String endpoint;

  LineTask(Share batch, Line line) {
    this.batch = batch;
    this.line = line;
    services = batch.services();
    endpoint = services.settings().endpoint(batch.record().endpoint()).name();
  }

  @Override
  public String lane() {
    return "batch:" + batch.id();
  }

  @Override
  public List<String> route() {
    return RetryPolicy.from(endpoint, services.settings().fallbacks());
  }

  @Override
  public Object source() {
    return batch;
  }

  @Override
  public boolean isStale() {
    return batch.isVoid(line);
  }

  @Override
  public boolean isPart() {
    return true;
  }

  @Override
  public void run(String endpointName, Gate.Pass pass) {
    try (ContentMemory.Charge memory = services.memory().open()) {
      if (hasRoom(memory)) {
        call(endpointName, pass, memory);
      }
    } catch (DamagedPartException e) {
      damaged();
    } catch (FsException e) {
      waits(e);
    }
  }

  /** The store failed; the batch continues after a restart. */
  private void waits(FsException reason) {
    services.log().log(
        System.Logger.Level.WARNING,
        "line %d of the batch %s has to wait for a restart or another host: %s"
            .formatted(line.number() + 1, batch.record().source(), reason.getMessage()));
  }

  /** Fails a line whose request is damaged. */
  private void damaged() {
    try {
      failed(BatchLine.UNREADABLE, Damage.line("the request", line.number()), null);
    } catch (FsException e) {
      waits(e);
    }
  }

  @Override
  public void escaped(Throwable mistake) {
    services.log().log(
        System.Logger.Level.ERROR,
        Escaped.report(
            "line %d of the batch %s fails".formatted(line.number() + 1, batch.record().source())),
        mistake);
    try {
      failed(batch.line(line), Escaped.error(services, mistake), null);
    } catch (FsException | RuntimeException e) { // the line's failure cannot be stored
      batch.escaped(mistake);
    }
  }

  /**
   * Blocks until the line's memory is available; if that much memory can never be available, fails
   * the line.
   */
  private boolean hasRoom(ContentMemory.Charge memory) throws FsException {
    try {
      memory.add(REQUEST_COPIES * (long) line.length() + AnswerMemory.IN_ADVANCE);
      return true;
    } catch (FsException e) {
      if (e.errno() != Errno.ENOMEM) {
        throw e;
      }
      failed(batch.line(line), ContentMemory.error(e), null);
      return false;
    }
  }

  private void call(String endpointName, Gate.Pass pass, ContentMemory.Charge memory)
      throws FsException {
    BatchLine content = batch.line(line);
    if (!endpoint.equals(endpointName)) {
      endpoint = endpointName;
      tries = tries.afresh();
    }
    tries = tries.started();
    Endpoint target = services.settings().endpoint(endpointName);
    ModelClient.Exchange exchange =
        services
            .client()
            .post(
                target,
                BatchUrl.on(target.url(), content.url()),
                content.body(),
                false,
                Progress.NONE,
                memory);
    if (!batch.began(line, exchange)) {
      return;
    }
    try {
      ended(endpointName, pass, exchange, content);
    } finally {
      batch.ended(line, exchange);
    }
  }

  private void ended(
      String endpointName, Gate.Pass pass, ModelClient.Exchange exchange, BatchLine content)
      throws FsException {
    Instant start = services.timers().steady();
    Reply reply = exchange.run();
    services
        .tally()
        .called(endpointName, reply, Duration.between(start, services.timers().steady()));
    Verdict verdict = verdict(content, reply);
    List<String> route = route();
    RetryPolicy.Decision decision =
        services
            .policy()
            .decide(
                new RetryPolicy.Called(
                    this,
                    source(),
                    history,
                    tries,
                    pass,
                    endpointName,
                    route.size() > 1 ? route.get(1) : null),
                verdict,
                reply);
    switch (decision) {
      case RetryPolicy.Decision.Done _ -> answered(content, (Reply.Answered) reply);
      case RetryPolicy.Decision.GiveUp e -> failed(content, e.error(), reply);
      case RetryPolicy.Decision.Again again -> {
        if (verdict.kind() == Verdict.Kind.RETRY_UNCLEAR) {
          batch.unclear(line);
        }
        services.tally().retried(again.why() == null ? "ended" : again.why().kind());
        tries = again.tries();
        endpoint = again.endpoint();
        services.dispatcher().submitAfter(this, again.delay());
      }
    }
    services.dispatcher().learnt(endpointName);
  }

  /** What the reply means for the line: a complete response without an answer is a failure. */
  private Verdict verdict(BatchLine content, Reply reply) {
    Verdict verdict = services.classifier().classify(reply);
    if (verdict.kind() != Verdict.Kind.ANSWER || !(reply instanceof Reply.Answered answered)) {
      return verdict;
    }
    if (Pending.isRunning(Json.object(answered.body()).orElseGet(Json::object))) {
      String reason = "the service has put the line in the background";
      return services.classifier().noAnswer(answered, "no_answer", reason, false);
    }
    return BatchUrl.isForText(content.url())
            && AnswerReader.read(answered.body()) instanceof NoAnswer e
        ? services.classifier().noAnswer(answered, e.kind(), e.reason(), e.retry())
        : verdict;
  }

  private void answered(BatchLine content, Reply.Answered reply) throws FsException {
    byte[] body = reply.body();
    ObjectNode document = Json.object(body).orElseGet(Json::object);
    Usage usage = AnswerReader.usage(document.path("usage"));
    byte[] result = content.answer(name(), reply.status(), reply.requestId(), body);
    batch.finished(line, true, result, usage == null ? Usage.NONE : usage);
  }

  private String name() {
    return batch.id() + "-" + line.number();
  }

  private void failed(BatchLine content, JobError error, @Nullable Reply reply) throws FsException {
    JsonNode body =
        reply instanceof Reply.Answered answered ? services.redactor().body(answered) : null;
    batch.finished(line, false, content.failure(name(), error, body), Usage.NONE);
  }
}
