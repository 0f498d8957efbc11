package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.gptfs.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What must hold in a simulation. */
final class SimulatedChecks {
  private static final Pattern SECRET = Pattern.compile("secret-([a-z]+[0-9]+)");
  private static final String STATUS = "_status.json";

  private final JobSimulation world;

  SimulatedChecks(JobSimulation world) {
    this.world = world;
  }

  /**
   * After each step: no status quotes another job's error, and no call is made for a prompt whose
   * answer is stored.
   */
  void always() throws Exception {
    for (SimulatedFile file : all()) {
      ObjectNode status = world.status(file.base());
      if (status == null) {
        continue;
      }
      assertThat(secrets(status.toString()))
          .as("errors quoted in the status of %s: %s", file, status)
          .isSubsetOf(file.ever);
      if (world.files.containsValue(file) && world.isAnswered(file)) {
        file.prompts.forEach(world.calls::done);
      }
    }
    assertThat(world.calls.violations()).as("calls").isEmpty();
    assertThat(world.log.mistakes()).as("unexpected exceptions").isEmpty();
  }

  private List<SimulatedFile> all() {
    return Stream.concat(world.files.values().stream(), world.removed.values().stream()).toList();
  }

  private static List<String> secrets(String text) {
    return SECRET.matcher(text).results().map(match -> match.group(1)).toList();
  }

  /** What has not ended yet; empty if all jobs have ended. */
  List<String> open() throws Exception {
    List<String> open = new ArrayList<>();
    if (world.host().busy() > 0) {
      open.add("jobs and calls: " + world.host().busy());
    }
    for (SimulatedFile file : all()) {
      String state = world.state(file);
      boolean isNoneExpected = file.collected || !world.files.containsValue(file);
      if (state.equals("none") ? !isNoneExpected : !world.isEnded(file)) {
        open.add(file + ": " + state);
      }
    }
    return open;
  }

  /** At the end: the final state of each prompt follows from its calls. */
  void ends() throws Exception {
    for (SimulatedFile file : world.files.values()) {
      String what = "%s, calls %s".formatted(file, outcomes(file));
      ObjectNode status = world.status(file.base());
      if (status == null) {
        assertThat(file.collected).as("no status of " + what).isTrue();
        continue;
      }
      what += ", status " + status;
      boolean wasRead = !status.path("status").asString().equals("cancelled");
      assertThat(status.path("sha256").asString(""))
          .as(what)
          .isIn(wasRead ? List.of(file.sha256()) : List.of("", file.sha256()));
      switch (status.path("status").asString()) {
        case "completed" -> {
          if (!file.collected) { // otherwise the client may have removed only a part of the answer
            answer(world, file);
          }
        }
        case "failed" -> failure(file, status, what);
        default -> assertThat(file.cancelled).as("cancelled: " + what).isTrue();
      }
      flag(file, status, what);
    }
  }

  private Map<String, List<String>> outcomes(SimulatedFile file) {
    Map<String, List<String>> outcomes = new TreeMap<>();
    file.prompts.forEach(prompt -> outcomes.put(prompt, world.calls.of(prompt)));
    return outcomes;
  }

  /** Checks that the published answer is the one to the file's content. */
  static void answer(JobSimulation world, SimulatedFile file) throws Exception {
    if (!file.isBatch()) {
      assertThat(world.text("outbox/" + file.base() + "_response.txt"))
          .isEqualTo("re: " + file.prompts.getFirst());
      return;
    }
    List<String> lines = new ArrayList<>(world.answeredLines(file));
    lines.addAll(world.lines(file, "_errors.jsonl"));
    assertThat(lines).as("lines of %s", file).containsExactlyInAnyOrderElementsOf(file.prompts);
    if (!world.answeredLines(file).isEmpty()) {
      for (String line : world.text("outbox/" + file.base() + "_output.jsonl").lines().toList()) {
        JsonNode result = Json.MAPPER.readTree(line);
        assertThat(result.at("/response/body/choices/0/message/content").asString())
            .isEqualTo("re: " + result.path("custom_id").asString());
      }
    }
    for (String failed : world.lines(file, "_errors.jsonl")) {
      assertThat(world.calls.of(failed)).as("calls for " + failed).anyMatch(SimulatedChecks::fails);
    }
  }

  private static boolean fails(String outcome) {
    return !outcome.equals(SimulatedCalls.ANSWERED);
  }

  /** Checks that a failed job was refused, or that the configuration says that such a job fails. */
  private void failure(SimulatedFile file, ObjectNode status, String what) {
    String kind = status.at("/error/class").asString();
    if (kind.equals("unknown_outcome")) {
      assertThat(world.restarts).as(what).isPositive();
      return;
    }
    assertThat(file.isBatch()).as(what).isFalse();
    List<String> outcomes = world.calls.of(file.prompts.getFirst());
    switch (kind) {
      case "no_answer" -> assertThat(outcomes).as(what).contains(SimulatedCalls.CUT);
      case "not_sent" -> assertThat(world.steps()).as(what).contains("the endpoint refuses");
      default -> assertThat(outcomes).as(what).contains(status.at("/error/http_status").asString());
    }
  }

  /** Checks that a job is flagged if a prompt may have been billed twice, and only then. */
  private void flag(SimulatedFile file, ObjectNode status, String what) {
    if (file.excused) {
      return;
    }
    boolean isFlagged = status.path("possible_duplicate").asBoolean();
    if (file.prompts.stream().anyMatch(prompt -> world.calls.billed(prompt) > 1)) {
      assertThat(isFlagged).as("flagged: " + what).isTrue();
    }
    if (isFlagged && world.restarts == 0) {
      assertThat(outcomes(file).values().stream().flatMap(List::stream))
          .as("flagged for no reason: " + what)
          .contains(SimulatedCalls.CUT);
    }
  }

  /** The counts in {@code stats.json} are those of the outbox; no job waits or runs. */
  void stats() throws Exception {
    ObjectNode stats = world.mount().stats();
    assertThat(secrets(stats.toString())).isEmpty();
    for (String number : List.of("jobs", "bytes", "waiting_calls", "running_calls")) {
      assertThat(stats.at("/queue/" + number).asInt()).as("%s: %s", number, stats).isZero();
    }
    Map<String, Integer> shown = new TreeMap<>();
    for (String name : world.outbox()) {
      if (name.endsWith(STATUS)) {
        ObjectNode status = world.status(name.substring(0, name.length() - STATUS.length()));
        shown.merge(String.valueOf(status.path("status").asString()), 1, Integer::sum);
      }
    }
    int collected = (int) all().stream().filter(file -> file.collected).count();
    for (String state : List.of("completed", "failed", "cancelled")) {
      int inTable = stats.at("/jobs/" + state).asInt();
      assertThat(inTable)
          .as("%s jobs: %s, statuses %s", state, stats, shown)
          .isBetween(
              shown.getOrDefault(state, 0),
              shown.getOrDefault(state, 0) + (state.equals("completed") ? collected : 0));
    }
    for (String state : List.of("settling", "queued", "active", "remote", "answered", "held")) {
      assertThat(stats.at("/jobs/" + state).asInt()).as("%s jobs: %s", state, stats).isZero();
    }
  }
}
