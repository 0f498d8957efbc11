package dev.warren.gptfs;

import static dev.warren.gptfs.Mount.path;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.gptfs.json.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batches whose lines run on several hosts that share the jobs of a PostgreSQL database. */
@Tag("slow")
class SharedBatchTest {
  private static final Duration LONG = SharedHosts.LONG;
  private static final Duration SHORT = SharedHosts.SHORT;

  @TempDir Path directory;
  private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();

  /** Calls that are in flight at the model. */
  private final Set<String> inFlight = ConcurrentHashMap.newKeySet();

  /** The number of calls that may be answered. */
  private final Semaphore answers = new Semaphore(0);

  private SharedHosts hosts;
  private FakeModel model;

  @BeforeEach
  void begin() throws Exception {
    hosts = new SharedHosts(directory);
    model = hosts.model;
    answer(_ -> true);
    answers.release(1_000_000);
  }

  @AfterEach
  void end() throws Exception {
    answers.release(1_000_000);
    hosts.close();
  }

  /** The model answers each call, or lets it fail, as soon as a permit is available. */
  private void answer(Predicate<String> succeeds) {
    model.answers(
        body -> {
          String prompt = FakeModel.prompt(body);
          calls.computeIfAbsent(prompt, _ -> new AtomicInteger()).incrementAndGet();
          inFlight.add(prompt);
          answers.acquireUninterruptibly();
          inFlight.remove(prompt);
          return succeeds.test(prompt) ? FakeModel.echo(body) : FakeModel.json(400, "{}");
        });
  }

  private void hold() {
    answers.drainPermits();
  }

  private static String lines(Stream<String> prompts) {
    StringBuilder lines = new StringBuilder();
    prompts.forEach(
        prompt ->
            lines
                .append("{\"custom_id\":\"" + prompt + "\",\"body\":{\"messages\":[{\"content\":\"")
                .append(prompt + "\"}]}}\n"));
    return lines.toString();
  }

  private static String lines(int count) {
    return lines(IntStream.range(0, count).mapToObj(i -> "p" + i));
  }

  private void awaitInFlight(int count) throws Exception {
    Until.holds(count + " calls in flight", () -> inFlight.size() == count);
  }

  private static int running(Mount host) throws Exception {
    return host.stats().path("queue").path("running_calls").asInt();
  }

  private static List<String> ids(String output) {
    return output
        .lines()
        .map(line -> Json.MAPPER.readTree(line).path("custom_id").asString(""))
        .toList();
  }

  private static List<String> names(int count) {
    return IntStream.range(0, count).mapToObj(i -> "p" + i).toList();
  }

  private static boolean isFlagged(Mount host) throws Exception {
    return host.status("b").path("possible_duplicate").asBoolean(false);
  }

  private int callsInAll() {
    return calls.values().stream().mapToInt(AtomicInteger::get).sum();
  }

  @Test
  void theLinesOfABatchRunOnAllHosts() throws Exception {
    hold();
    Mount a = hosts.host(LONG, 2);
    Mount b = hosts.host(LONG, 2);
    Mount c = hosts.host(LONG, 2);
    a.put("inbox/b.jsonl", lines(20));
    awaitInFlight(6);
    for (Mount host : List.of(a, b, c)) {
      assertThat(running(host)).isEqualTo(2);
    }
    answers.release(10);
    Until.holds(
        "counts keep up", () -> b.status("b").at("/request_counts/completed").asInt() >= 10);
    answers.release(1_000_000);
    assertThat(ids(c.read("wait/b"))).isEqualTo(names(20));
    assertThat(callsInAll()).isEqualTo(20);
    assertThat(b.status("b").at("/request_counts/completed").asInt()).isEqualTo(20);
    assertThat(b.status("b").at("/usage/total_tokens").asInt()).isEqualTo(20 * 7);
    assertThat(isFlagged(b)).isFalse();
    assertThat(hosts.ask("SELECT count(*) FROM gptfs_lines")).isEqualTo("0");
    assertThat(hosts.ask("SELECT count(*) FROM gptfs_parts")).isEqualTo("0");
  }

  @Test
  void aHostThatStartsLaterHelps() throws Exception {
    hold();
    Mount a = hosts.host(LONG, 1);
    a.put("inbox/b.jsonl", lines(5));
    awaitInFlight(1);
    hosts.host(LONG, 3);
    awaitInFlight(4);
    answers.release(1_000_000);
    assertThat(ids(a.read("wait/b"))).isEqualTo(names(5));
    assertThat(callsInAll()).isEqualTo(5);
  }

  /** For both the owner of the batch and another host. */
  @Test
  void aHostThatDiesLosesOnlyItsCalls() throws Exception {
    for (boolean isOwner : List.of(true, false)) {
      calls.clear();
      hold();
      Mount a = hosts.host(LONG, 2);
      a.put("inbox/b.jsonl", lines(30));
      awaitInFlight(2);
      Mount b = hosts.host(LONG, 2);
      Mount c = hosts.host(SHORT, 2);
      awaitInFlight(6);
      answers.release(9);
      Until.holds("9 results", () -> c.status("b").at("/request_counts/completed").asInt() == 9);
      awaitInFlight(6);
      Mount dead = isOwner ? a : b;
      hosts.expire(dead);
      awaitUnclear(2);
      dead.fs.close(); // its calls end without storing a result
      hosts.hosts.remove(dead);
      answers.release(1_000_000);
      assertThat(ids(c.read("wait/b"))).isEqualTo(names(30));
      assertThat(isFlagged(c)).isTrue();
      // The two flagged lines are repeated, although one may never have been sent. Until the host
      // was closed, it may have sent further lines, which are repeated as well.
      assertThat(callsInAll()).isBetween(31, 34);
      assertThat(c.names("outbox")).containsExactly(".rev", "b_output.jsonl", "b_status.json");
      assertThat(c.status("b").at("/usage/total_tokens").asInt()).isEqualTo(30 * 7);
      for (Mount host : hosts.hosts) {
        host.close();
      }
      hosts.hosts.clear();
      hosts.files.unlink(path("inbox/b.jsonl"));
      hosts.ask("DELETE FROM gptfs_jobs");
    }
  }

  /** The results of the stopped host are discarded. */
  @Test
  void resultsOfAStoppedHostAreDiscarded() throws Exception {
    hold();
    Mount a = hosts.host(LONG, 1);
    a.put("inbox/b.jsonl", lines(4));
    awaitInFlight(1);
    Mount stopped = hosts.host(LONG, 1);
    awaitInFlight(2);
    Mount c = hosts.host(SHORT, 1);
    awaitInFlight(3);
    hosts.expire(stopped);
    awaitUnclear(1);
    answers.release(1_000_000);
    assertThat(ids(c.read("wait/b"))).isEqualTo(names(4));
    assertThat(isFlagged(a)).isTrue();
    assertThat(callsInAll()).isEqualTo(5);
    Until.holds("nothing runs", () -> running(stopped) == 0);
    assertThat(ids(a.text("outbox/b_output.jsonl"))).isEqualTo(names(4));
  }

  @Test
  void aHostThatShutsDownFreesItsLinesAtOnce() throws Exception {
    hold();
    Mount a = hosts.host(LONG, 1);
    a.put("inbox/b.jsonl", lines(6));
    awaitInFlight(1);
    Mount b = hosts.host(LONG, Map.of("workers", 2, "drain_timeout", "1m"));
    awaitInFlight(3);
    Thread closing = Thread.ofVirtual().start(() -> Until.asked(() -> close(a)));
    hosts.hosts.remove(a);
    answers.release(1_000_000); // the host waits for its call, or cancels it
    closing.join();
    assertThat(ids(b.read("wait/b"))).isEqualTo(names(6));
    assertThat(callsInAll()).isBetween(6, 7);
  }

  private static boolean close(Mount host) throws Exception {
    host.close();
    return true;
  }

  @Test
  void cancelOnAnyHostEndsTheCallsOfAllAndPublishesWhatHasCome() throws Exception {
    hold();
    Mount a = hosts.host(LONG, 1);
    a.put("inbox/b.jsonl", lines(20));
    awaitInFlight(1);
    Mount b = hosts.host(LONG, 1);
    awaitInFlight(2);
    Mount c = hosts.host(LONG, 1);
    awaitInFlight(3);
    answers.release(5);
    Until.holds("5 results", () -> c.status("b").at("/request_counts/completed").asInt() == 5);
    awaitInFlight(3);
    c.ctl("cancel b");
    assertThat(a.state("b")).isEqualTo("cancelled");
    for (Mount host : List.of(a, b, c)) { // before any response has arrived
      Until.holds("nothing runs", () -> running(host) == 0);
    }
    assertThat(ids(b.text("outbox/b_output.jsonl"))).hasSize(5);
    assertThat(a.status("b").path("message").asString()).contains("5 of 20 lines had ended");
    assertThat(callsInAll()).isEqualTo(8);
    answers.release(1_000_000);
    c.ctl("retry b");
    assertThat(ids(a.read("wait/b"))).isEqualTo(names(20));
    assertThat(callsInAll()).isEqualTo(8 + 15);
  }

  @Test
  void aRemovedInputAndANewContentEndTheCallsOfAll() throws Exception {
    hold();
    Mount a = hosts.host(LONG, 1);
    a.put("inbox/b.jsonl", lines(20));
    awaitInFlight(1);
    Mount b = hosts.host(LONG, 1);
    awaitInFlight(2);
    b.put("inbox/b.jsonl", lines(Stream.of("new0", "new1", "new2", "new3")));
    Until.holds("the new ones", () -> calls.keySet().containsAll(List.of("new0", "new1")));
    a.fs.unlink(path("inbox/b.jsonl"));
    a.awaitState("b", "cancelled");
    for (Mount host : hosts.hosts) {
      Until.holds("nothing runs", () -> running(host) == 0);
    }
    answers.release(1_000_000);
    a.put("inbox/b.jsonl", lines(Stream.of("last")));
    assertThat(ids(b.read("wait/b"))).containsExactly("last");
    assertThat(calls).doesNotContainKeys("p2", "new2");
  }

  @Test
  void retryOnAnyHostSendsTheFailedLinesOnAllHosts() throws Exception {
    answer(prompt -> !Set.of("p3", "p5", "p7").contains(prompt));
    Mount a = hosts.host(LONG, 2);
    Mount b = hosts.host(LONG, 2);
    a.put("inbox/b.jsonl", lines(10));
    a.awaitState("b", "completed");
    assertThat(ids(b.text("outbox/b_errors.jsonl"))).containsExactly("p3", "p5", "p7");
    assertThat(ids(b.text("outbox/b_output.jsonl"))).hasSize(7);
    answer(_ -> true);
    Until.holds( // the status is slightly newer than what other hosts know
        "b knows", () -> b.stats().path("jobs").path("completed").asInt() == 1);
    b.ctl("retry b");
    assertThat(ids(a.read("wait/b"))).isEqualTo(names(10));
    assertThat(callsInAll()).isEqualTo(13);
    assertThat(b.exists("outbox/b_errors.jsonl")).isFalse();
  }

  @Test
  void renamingABatchCancelsNoCall() throws Exception {
    hold();
    Mount a = hosts.host(LONG, 1);
    a.put("inbox/old.jsonl", lines(6));
    awaitInFlight(1);
    Mount b = hosts.host(LONG, 1);
    awaitInFlight(2);
    b.fs.rename(path("inbox/old.jsonl"), path("inbox/b.jsonl"), false);
    answers.release(1_000_000);
    assertThat(ids(a.read("wait/b"))).isEqualTo(names(6));
    assertThat(callsInAll()).isEqualTo(6);
  }

  @Test
  void pauseAppliesToTheLinesOfAllHosts() throws Exception {
    hold();
    Mount a = hosts.host(LONG, 1);
    a.put("inbox/b.jsonl", lines(8));
    awaitInFlight(1);
    Mount b = hosts.host(LONG, 1);
    awaitInFlight(2);
    a.ctl("pause");
    Until.holds("b pauses", () -> b.stats().path("paused").asBoolean());
    answers.release(1_000_000);
    Until.holds(
        "what was in flight ends",
        () -> a.status("b").at("/request_counts/completed").asInt() == 2);
    assertThat(callsInAll()).isEqualTo(2);
    b.ctl("resume");
    assertThat(ids(b.read("wait/b"))).isEqualTo(names(8));
    assertThat(callsInAll()).isEqualTo(8);
  }

  /** All workers of all hosts run lines whose calls take long. */
  @Test
  void aPromptDoesNotWaitForABatchThatAllHostsWorkOn() throws Exception {
    hold();
    Mount a = hosts.host(LONG, 1);
    a.put("inbox/b.jsonl", lines(60));
    awaitInFlight(1);
    Mount b = hosts.host(LONG, 1);
    awaitInFlight(2);
    b.put("inbox/x.txt", "x");
    int before = callsInAll();
    Until.holds("it has its turn", this::hasBothAnswered);
    int between = callsInAll() - before;
    assertThat(between).isLessThan(40);
    answers.release(1_000_000);
    assertThat(a.read("wait/x")).isEqualTo("re: x");
    assertThat(ids(b.read("wait/b"))).isEqualTo(names(60));
  }

  /** Releases one call every tenth of a second until the prompt is sent. */
  private boolean hasBothAnswered() throws Exception {
    if (calls.containsKey("x")) {
      return true;
    }
    int before = callsInAll();
    answers.release(1);
    Until.holds("another call", () -> callsInAll() > before);
    Until.holds("counted", () -> isCounted());
    return calls.containsKey("x");
  }

  /**
   * Waits for a tenth of a second of the database's clock; hosts count waiting jobs once a second.
   */
  private boolean isCounted() throws Exception {
    return hosts.ask("SELECT pg_sleep(0.1)") != null;
  }

  @Test
  void onUnknownAppliesToTheLinesOfADeadHost() throws Exception {
    hold();
    Map<String, ?> config = Map.of("workers", 1, "on_unknown", "hold");
    Mount a = hosts.host(LONG, config);
    a.put("inbox/b.jsonl", lines(5));
    awaitInFlight(1);
    Mount b = hosts.host(LONG, config);
    awaitInFlight(2);
    Mount c = hosts.host(SHORT, config);
    awaitInFlight(3);
    hosts.expire(b);
    a.awaitState("b", "held");
    answers.release(1_000_000);
    Until.holds("nothing runs", () -> running(a) + running(c) == 0);
    assertThat(callsInAll()).isBetween(3, 4); // the host may have begun the next line
    c.ctl("retry b");
    assertThat(ids(a.read("wait/b"))).isEqualTo(names(5));
    assertThat(callsInAll()).isEqualTo(6);
    assertThat(isFlagged(a)).isTrue();
  }

  /**
   * Hosts are added and removed, some without a shutdown; each line has one result, and was sent
   * once or is flagged.
   */
  @Test
  void noLineIsLostWhereHostsComeAndGo() throws Exception {
    int count = 600;
    hold();
    Mount steady = hosts.host(SHORT, 2);
    steady.put("inbox/b.jsonl", lines(count));
    awaitInFlight(2);
    for (int i = 0; i < 6; i++) {
      Mount other = hosts.host(LONG, 3);
      Until.holds("both work", () -> running(steady) == 2 && running(other) == 3);
      int done = (i + 1) * 50;
      Until.holds(done + " results", () -> haveCome(steady, done));
      if (i % 2 == 0) {
        String lines =
            hosts.ask(
                "SELECT string_agg(CAST(line AS text), ',') FROM gptfs_lines WHERE result IS NULL"
                    + " AND lease_owner = '%s'".formatted(other.host()));
        hosts.expire(other);
        awaitFlagged(lines);
      }
      hosts.hosts.remove(other);
      other.close();
    }
    answers.release(1_000_000);
    assertThat(ids(steady.read("wait/b"))).isEqualTo(names(count));
    assertThat(steady.status("b").at("/request_counts/completed").asInt()).isEqualTo(count);
    assertThat(isFlagged(steady)).isTrue();
    // Up to three calls were cancelled with each of the six hosts, and three more with each of the
    // three that were considered dead: such a host comes back and begins other calls.
    assertThat(callsInAll()).isLessThanOrEqualTo(count + 27);
  }

  /** Releases a few calls at a time until the host has this number of results. */
  private boolean haveCome(Mount host, int results) throws Exception {
    if (host.status("b").at("/request_counts/completed").asInt() >= results) {
      return true;
    }
    if (answers.availablePermits() == 0) {
      answers.release(1);
    }
    return false;
  }

  /**
   * A host was considered dead: it may come back at once, but its lines are flagged, unless their
   * results were stored before. They may have been flagged before, because of another host.
   *
   * @param lines the lines that it was sending, in the form {@code 1,2}
   */
  private void awaitFlagged(String lines) throws Exception {
    String question =
        "SELECT count(*) FROM gptfs_lines WHERE unclear = 0 AND result IS NULL AND line IN (%s)"
            .formatted(lines);
    Until.holds("the lines " + lines + " are flagged", () -> hosts.ask(question).equals("0"));
  }

  private void awaitUnclear(int lines) throws Exception {
    Until.holds(
        lines + " lines are flagged",
        () ->
            Integer.parseInt(hosts.ask("SELECT count(*) FROM gptfs_lines WHERE unclear = 1"))
                >= lines);
  }
}
