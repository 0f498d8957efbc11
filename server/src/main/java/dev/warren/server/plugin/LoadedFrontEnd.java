package dev.warren.server.plugin;

import dev.warren.api.Reason;
import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigProblem;
import dev.warren.api.config.ConfigSpec;
import dev.warren.frontend.FrontEnd;
import dev.warren.frontend.FrontEndContext;
import dev.warren.frontend.RunningFrontEnd;
import dev.warren.server.bounded.BoundedCall;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * A third-party front end. Calls to it run with its class loader as the thread's context class
 * loader and with a time limit, and any exception becomes a problem or an IOException. Thread-safe.
 */
public final class LoadedFrontEnd implements FrontEnd {
  /** How long a check may take; it reads a few files at most. */
  private static final Duration LONGEST_CHECK = Duration.ofSeconds(5);

  private static final Duration LONGEST_START = Duration.ofSeconds(10);

  private final FrontEnd frontEnd;
  private final Path location;
  private final String name;
  private final ConfigSpec configSpec;

  /**
   * Queries the front end once for the properties that never change.
   *
   * @param location the jar it came from, for messages
   */
  LoadedFrontEnd(FrontEnd frontEnd, Path location) {
    this.frontEnd = frontEnd;
    this.location = location;
    this.name = frontEnd.name();
    this.configSpec = frontEnd.configSpec();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public ConfigSpec configSpec() {
    return configSpec;
  }

  /** The jar that it came from. */
  public Path location() {
    return location;
  }

  /** A check that hangs reports no problems: starting the front end will show them. */
  @Override
  public List<ConfigProblem> check(Config config) {
    BoundedCall<List<ConfigProblem>> call =
        call("checking the section " + name, () -> List.copyOf(frontEnd.check(config)));
    if (!ends(call, LONGEST_CHECK)) {
      return List.of();
    }
    Throwable failure = call.failure();
    return failure == null
        ? call.result()
        : List.of(
            new ConfigProblem(
                List.of(),
                true,
                "front end %s failed in check: %s".formatted(name, Reason.of(failure))));
  }

  @Override
  public RunningFrontEnd start(FrontEndContext context, Config config) throws IOException {
    BoundedCall<Optional<RunningFrontEnd>> call =
        call(
            "starting " + name,
            // null: not every front end is compiled with null checks
            () -> Optional.ofNullable(frontEnd.start(context, config)));
    if (!ends(call, LONGEST_START)) {
      call.whenEnded(
          (late, _) -> {
            if (late != null) {
              late.ifPresent(RunningFrontEnd::close);
            }
          });
      throw new IOException(
          "it does not start: the call has not returned for %d s"
              .formatted(LONGEST_START.toSeconds()));
    }
    Throwable failure = call.failure();
    if (failure != null) {
      throw failure instanceof IOException io ? io : new IOException(Reason.of(failure), failure);
    }
    return new GuardedFrontEnd(
        name, call.result().orElseThrow(() -> new IOException("it started nothing (null)")));
  }

  private <T> BoundedCall<T> call(String what, Callable<T> call) {
    return BoundedCall.start(
        what,
        () -> {
          try (var _ = new ContextClassLoader(frontEnd.getClass().getClassLoader())) {
            return call.call();
          }
        });
  }

  private static boolean ends(BoundedCall<?> call, Duration atMost) {
    try {
      if (call.awaitEnd(atMost)) {
        return true;
      }
      call.reportSlow(atMost);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  /** The name and the jar. */
  @Override
  public String toString() {
    return name + " (" + location + ")";
  }
}
