package dev.warren.gptfs;

import dev.warren.api.FsException;
import dev.warren.gptfs.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** The steps of a simulation, which are chosen at random. */
final class SimulatedSteps {
  /** More files would only take more time. */
  private static final int MOST_FILES = 8;

  private final JobSimulation world;
  private final List<Step> all = new ArrayList<>();
  private int weights;

  /** A step; its action returns false if it is not possible now. */
  private record Step(int weight, Callable<Boolean> action) {}

  SimulatedSteps(JobSimulation world) {
    this.world = world;
    add(40, this::answer);
    add(16, this::uploadPrompt);
    add(5, this::uploadBatch);
    add(4, this::replace);
    add(14, this::passTime);
    add(2, this::setClock);
    add(3, () -> ofAny("remove", world::remove));
    add(4, this::rename);
    add(3, () -> ofAny("cancel", world::cancel));
    add(4, () -> ofAny("retry", world::retry));
    add(1, () -> says("retry --failed", () -> retryFailed()));
    add(4, this::collect);
    add(2, () -> says("pause", () -> world.command("pause")));
    add(3, () -> says("resume", () -> world.command("resume")));
    add(5, this::dieSoon);
    add(2, () -> says("the host dies", () -> world.host().disk.die()));
    add(3, this::restart);
    add(1, this::refuseCommits);
    add(1, this::failCommit);
    add(2, () -> says("the outbox is full", () -> world.fillOutbox(true)));
    add(3, () -> says("the outbox has space", () -> world.fillOutbox(false)));
    add(3, () -> says("the endpoint refuses", () -> world.endpoint.refuse(true)));
    add(4, () -> says("the endpoint accepts", () -> world.endpoint.refuse(false)));
  }

  private void add(int weight, Callable<Boolean> action) {
    all.add(new Step(weight, action));
    weights += weight;
  }

  /** Makes a step. */
  void next() throws Exception {
    boolean made = false;
    while (!made) {
      int at = world.random.nextInt(weights);
      for (Step step : all) {
        at -= step.weight();
        if (at < 0) {
          made = step.action().call();
          break;
        }
      }
    }
  }

  @FunctionalInterface
  private interface Action {
    void run() throws Exception;
  }

  private boolean says(String what, Action action) throws Exception {
    world.say(what);
    action.run();
    return true;
  }

  @FunctionalInterface
  private interface FileAction {
    void on(SimulatedFile file) throws FsException;
  }

  private boolean ofAny(String what, FileAction action) throws Exception {
    if (world.files.isEmpty()) {
      return false;
    }
    SimulatedFile file = world.pick(List.copyOf(world.files.values()));
    if (file.collected && what.equals("retry")) {
      return false; // the results with which the retry would continue are gone
    }
    world.say(what + " " + file);
    action.on(file);
    perhapsRun();
    return true;
  }

  /** Runs the tasks that are due, in most cases: the host may also die before they run. */
  private void perhapsRun() {
    if (world.random.nextInt(4) > 0) {
      world.advance(Duration.ZERO);
    }
  }

  private boolean uploadPrompt() {
    if (world.files.size() >= MOST_FILES) {
      return false;
    }
    return upload("p" + world.newNumber() + ".txt", List.of(world.newPrompt()));
  }

  private boolean uploadBatch() {
    if (world.files.size() >= MOST_FILES) {
      return false;
    }
    return upload("b" + world.newNumber() + ".jsonl", lines());
  }

  private List<String> lines() {
    List<String> lines = new ArrayList<>();
    int count = 1 + world.random.nextInt(5);
    for (int i = 0; i < count; i++) {
      lines.add(world.newPrompt());
    }
    return List.copyOf(lines);
  }

  private boolean replace() {
    if (world.files.isEmpty()) {
      return false;
    }
    SimulatedFile file = world.pick(List.copyOf(world.files.values()));
    return upload(file.name, file.isBatch() ? lines() : List.of(world.newPrompt()));
  }

  private boolean upload(String name, List<String> prompts) {
    world.say("upload " + name + " " + prompts);
    world.upload(name, prompts);
    perhapsRun();
    return true;
  }

  private boolean rename() throws Exception {
    if (world.files.isEmpty()) {
      return false;
    }
    List<SimulatedFile> files = List.copyOf(world.files.values());
    SimulatedFile file = world.pick(files);
    SimulatedFile other = world.pick(files);
    boolean replaces =
        other != file && other.isBatch() == file.isBatch() && world.random.nextInt(4) == 0;
    String suffix = file.name.substring(file.base().length());
    String to = replaces ? other.name : "r" + world.newNumber() + suffix;
    world.say("rename " + file + " to " + to);
    world.rename(file, to);
    perhapsRun();
    return true;
  }

  private boolean collect() throws Exception {
    for (SimulatedFile file : world.files.values()) {
      if (!file.collected && !file.uncertain && world.isAnswered(file)) {
        world.say("collect " + file);
        SimulatedChecks.answer(world, file);
        world.collect(file);
        return true;
      }
    }
    return false;
  }

  private void retryFailed() throws FsException {
    for (SimulatedFile file : world.files.values()) {
      if (world.state(file).equals("failed")) {
        file.prompts.forEach(world.calls::again);
        file.excused |= file.isBatch();
      }
    }
    world.command("retry --failed");
    perhapsRun();
  }

  private boolean passTime() {
    Duration time =
        world.pick(
            List.of(
                Duration.ZERO,
                Duration.ZERO,
                Duration.ofMillis(100),
                Duration.ofSeconds(1),
                Duration.ofSeconds(10),
                Duration.ofMinutes(1),
                Duration.ofMinutes(6)));
    world.say("time passes: " + time);
    world.advance(time);
    return true;
  }

  private boolean setClock() {
    Duration by = Duration.ofMinutes(world.random.nextInt(4000) - 3000L);
    world.say("the wall clock is set by " + by);
    world.clock.set(by);
    return true;
  }

  private boolean dieSoon() {
    int changes = world.random.nextInt(25);
    boolean afterwards = world.random.nextBoolean();
    world.say("the host will die at change %d, %s it".formatted(changes, at(afterwards)));
    world.host().disk.dieAfter(changes, afterwards);
    return true;
  }

  private boolean restart() throws Exception {
    world.restart();
    return true;
  }

  private boolean refuseCommits() {
    world.say("a commit finds no space");
    world.host().disk.refuseCommits(1);
    return true;
  }

  private boolean failCommit() {
    boolean afterwards = world.random.nextBoolean();
    world.say("a commit fails, %s it".formatted(at(afterwards)));
    world.host().disk.failCommit(afterwards);
    return true;
  }

  private static String at(boolean afterwards) {
    return afterwards ? "after" : "before";
  }

  // ---- the endpoint

  private boolean answer() throws Exception {
    List<SimulatedEndpoint.Call> waiting = world.endpoint.waiting();
    if (waiting.isEmpty()) {
      return false;
    }
    SimulatedEndpoint.Call call = world.pick(waiting);
    int chance = world.random.nextInt(100);
    if (JobSimulation.isPoison(call.prompt())) {
      refuse(call, chance < 50 ? 400 : 403, "flagged");
    } else if (chance < 60) {
      serve(call);
    } else if (chance < 68) {
      refuse(call, 429, "rate_limit_exceeded", "Retry-After: " + world.random.nextInt(90));
    } else if (chance < 72) {
      refuse(call, 429, "insufficient_quota");
    } else if (chance < 76) {
      refuse(call, 401, "invalid_api_key");
    } else if (chance < 80) {
      refuse(call, 403, "unknown");
    } else if (chance < 86) {
      refuse(call, 500, "server_error");
    } else if (chance < 92) {
      refuse(call, 503, "overloaded");
    } else {
      world.say("cut the connection of " + call.prompt());
      world.endpoint.answer(call, SimulatedCalls.CUT, null);
    }
    return true;
  }

  /** Answers a call as a healthy endpoint does. */
  void serve(SimulatedEndpoint.Call call) throws Exception {
    if (JobSimulation.isPoison(call.prompt())) {
      refuse(call, 400, "flagged");
      return;
    }
    world.say("answer " + call.prompt());
    world.endpoint.answer(
        call,
        SimulatedCalls.ANSWERED,
        RawServer.response(200, FakeModel.completion("re: " + call.prompt()), "Connection: close"));
  }

  /** Refuses a call; only the status of its prompt may quote the error's message. */
  private void refuse(SimulatedEndpoint.Call call, int status, String code, String... headers)
      throws Exception {
    world.say("answer %s with %d %s".formatted(call.prompt(), status, code));
    String body =
        Json.string(
            Json.object()
                .set(
                    "error",
                    Json.object().put("code", code).put("message", "secret-" + call.prompt())));
    List<String> lines = new ArrayList<>(List.of(headers));
    lines.add("Connection: close");
    world.endpoint.answer(
        call,
        String.valueOf(status),
        RawServer.response(status, body, lines.toArray(String[]::new)));
  }
}
