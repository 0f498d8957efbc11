package dev.warren.gptfs.work;

import dev.warren.api.FsException;
import dev.warren.gptfs.http.AnswerMemory;
import dev.warren.gptfs.http.Gate;
import dev.warren.gptfs.http.Reply;
import dev.warren.gptfs.http.Verdict;
import dev.warren.gptfs.memory.ContentMemory;
import java.util.List;

/** Cancels a response in the background at the service, so that it costs no more. */
final class RemoteEnd implements Task {
  private final Services services;
  private final String endpoint;
  private final String lane;
  private final String id;
  private int tries;

  RemoteEnd(Services services, String endpoint, String lane, String id) {
    this.services = services;
    this.endpoint = services.settings().endpoint(endpoint).name();
    this.lane = lane;
    this.id = id;
  }

  @Override
  public String lane() {
    return lane;
  }

  @Override
  public List<String> route() {
    return List.of(endpoint);
  }

  @Override
  public Object source() {
    return this;
  }

  @Override
  public boolean isStale() {
    return false;
  }

  @Override
  public void escaped(Throwable mistake) {
    services.log().log(
        System.Logger.Level.ERROR,
        Escaped.report("the response " + id + " at " + endpoint + " was not cancelled"),
        mistake);
  }

  @Override
  public void run(String name, Gate.Pass pass) {
    try (ContentMemory.Charge memory = services.memory().open()) {
      memory.add(AnswerMemory.IN_ADVANCE);
      Reply reply = services.client().end(services.settings().endpoint(endpoint), id, memory).run();
      if (reply instanceof Reply.Answered answered && answered.status() / 100 == 2) {
        pass.succeeded();
        return;
      }
      Verdict verdict = services.classifier().classify(reply).withoutDoubt();
      boolean again = verdict.kind() == Verdict.Kind.RETRY || verdict.kind() == Verdict.Kind.HOLD;
      if (again && ++tries < services.settings().retry().maxAttempts()) {
        services.polls().submitAfter(this, services.policy().pause(tries, verdict));
      } else if (verdict.error() != null) {
        log(verdict.error().message());
      }
    } catch (FsException e) {
      log(String.valueOf(e.getMessage()));
    }
  }

  private void log(String why) {
    services.log().log(
        System.Logger.Level.WARNING,
        "the response " + id + " at " + endpoint + " cannot be cancelled: " + why);
  }
}
