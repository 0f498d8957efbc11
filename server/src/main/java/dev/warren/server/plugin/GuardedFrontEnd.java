package dev.warren.server.plugin;

import dev.warren.api.Reason;
import dev.warren.frontend.Recipe;
import dev.warren.frontend.RunningFrontEnd;
import dev.warren.frontend.SessionInfo;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running third-party front end. An exception that it throws from a query is logged, and the
 * query returns an empty result instead, so that the results of other front ends are still shown.
 */
final class GuardedFrontEnd implements RunningFrontEnd {
  private static final Logger log = LoggerFactory.getLogger(GuardedFrontEnd.class);

  private final String name;
  private final RunningFrontEnd frontEnd;

  GuardedFrontEnd(String name, RunningFrontEnd frontEnd) {
    this.name = name;
    this.frontEnd = frontEnd;
  }

  private <T> T ask(String what, Supplier<T> question, T otherwise) {
    try {
      return question.get();
    } catch (RuntimeException | Error e) {
      log.error("front end {} failed in {}: {}", name, what, Reason.of(e), e);
      return otherwise;
    }
  }

  @Override
  public List<String> addresses() {
    return ask("addresses", () -> List.copyOf(frontEnd.addresses()), List.of());
  }

  @Override
  public List<Recipe> recipes() {
    return ask("recipes", () -> List.copyOf(frontEnd.recipes()), List.of());
  }

  @Override
  public List<SessionInfo> sessions() {
    return ask("sessions", () -> List.copyOf(frontEnd.sessions()), List.of());
  }

  @Override
  public boolean disconnect(String sessionId) {
    return ask("disconnect", () -> frontEnd.disconnect(sessionId), false);
  }

  /** The caller sets a time limit and logs exceptions. */
  @Override
  public void drain(Duration atMost) {
    frontEnd.drain(atMost);
  }

  /** Like {@link #drain}. */
  @Override
  public void close() {
    frontEnd.close();
  }
}
