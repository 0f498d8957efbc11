package dev.warren.gptfs.control;

import dev.warren.api.FsException;
import dev.warren.api.SharingHost;
import dev.warren.gptfs.http.Gate;
import dev.warren.gptfs.json.Json;
import dev.warren.gptfs.submission.Submissions;
import dev.warren.gptfs.time.Timers;
import dev.warren.gptfs.work.Dispatcher;
import dev.warren.gptfs.work.Sharing;
import dev.warren.gptfs.work.Spool;
import dev.warren.gptfs.work.Tally;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The content of {@code stats.json}. */
public final class Stats {
  private static final int MAX_NAMES = 100;

  private final Spool spool;
  private final Submissions submissions;
  private final @Nullable Sharing sharing;
  private final boolean demo;
  private final Timers clock;

  /**
   * Numbers about an instance.
   *
   * @param sharing this host's part in sharing jobs; null if it does not share them
   * @param demo whether a stand-in answers
   */
  public Stats(
      Spool spool, Submissions submissions, @Nullable Sharing sharing, boolean demo, Timers clock) {
    this.sharing = sharing;
    this.spool = spool;
    this.submissions = submissions;
    this.demo = demo;
    this.clock = clock;
  }

  /** The text, with a line end. */
  public String text() throws FsException {
    Instant now = clock.instant();
    Dispatcher dispatcher = spool.dispatcher();
    ObjectNode node = Json.object();
    node.put("timestamp", now.getEpochSecond());
    node.put("demo", demo);
    node.put("paused", dispatcher.isPaused());
    node.put("draining", spool.quota().isRefusing());
    ObjectNode jobs = node.putObject("jobs");
    spool
        .counts()
        .forEach((state, count) -> jobs.put(state.name().toLowerCase(Locale.ROOT), count));
    node.putObject("queue")
        .put("jobs", spool.quota().jobs())
        .put("bytes", spool.quota().bytes())
        .put("waiting_calls", dispatcher.waiting())
        .put("running_calls", dispatcher.running())
        .put("waiting_polls", spool.polls().waiting())
        .put("running_polls", spool.polls().running());
    ObjectNode endpoints = node.putObject("endpoints");
    dispatcher.gates().forEach((name, gate) -> put(endpoints.putObject(name), gate, now));
    spool
        .polls()
        .gates()
        .forEach((name, gate) -> endpoints.withObject(name).put("polls_held", gate.heldBecause()));
    Tally.Snapshot tally = spool.tally().snapshot();
    node.putObject("since_start")
        .put("accepted", tally.accepted())
        .put("completed", tally.completed())
        .put("failed", tally.failed())
        .put("cancelled", tally.cancelled())
        .put("calls", tally.calls())
        .put("retries", tally.retries())
        .put("discarded_results", tally.discarded())
        .put("ignored_files", tally.ignored())
        .put("prompt_tokens", tally.promptTokens())
        .put("completion_tokens", tally.completionTokens());
    if (sharing != null) {
      putHosts(node.putArray("hosts"), sharing.hosts());
    }
    node.put("journal_bytes", spool.store().size());
    List<String> incomplete = submissions.incomplete();
    node.put("incomplete_files", incomplete.size());
    ArrayNode names = node.putArray("incomplete");
    incomplete.stream().limit(MAX_NAMES).map(name -> "inbox/" + name).forEach(names::add);
    return Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(node) + "\n";
  }

  private static void putHosts(ArrayNode node, List<SharingHost> hosts) {
    for (SharingHost host : hosts) {
      node.addObject()
          .put("name", host.name())
          .put("version", host.version())
          .put("since", host.since().toString())
          .put("last_seen", host.lastSeen().toString())
          .put("running_calls", host.runningJobs());
    }
  }

  private void put(ObjectNode node, Gate gate, Instant now) {
    Instant steady = clock.steady();
    Instant closed = gate.closedUntil(steady);
    Instant until = closed == null ? null : now.plus(Duration.between(steady, closed));
    node.put("running", gate.running());
    node.put("held", gate.heldBecause());
    node.put("closed_until", until == null ? null : until.toString());
  }
}
