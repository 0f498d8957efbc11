package dev.warren.gptfs;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.gptfs.json.Json;
import dev.warren.gptfs.store.Files;
import dev.warren.memfs.MemoryFileSystem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The world of a simulation: an inbox with clients, a host that dies and is restarted, its disk, an
 * endpoint and a clock. Everything random depends on a seed. Steps run on the thread of the test,
 * which waits after each one until the host can do nothing more by itself.
 */
final class JobSimulation implements AutoCloseable {
  private static final List<String> ENDED = List.of("completed", "failed", "cancelled");

  final Random random;
  final SimulatedCalls calls = new SimulatedCalls();
  final SimulatedEndpoint endpoint;
  final ManualTimers clock = new ManualTimers();
  final SimulatedHost.Log log = new SimulatedHost.Log();
  final int workers;

  /** The files of the inbox by name. */
  final Map<String, SimulatedFile> files = new LinkedHashMap<>();

  /** Names that have no file any more, but perhaps still a status. */
  final Map<String, SimulatedFile> removed = new LinkedHashMap<>();

  private final MemoryFileSystem disk = new MemoryFileSystem();
  private final Path directory;
  private final Map<String, Object> config;
  private final List<String> steps = new ArrayList<>();
  private final Map<String, List<String>> promptsOfInput = new ConcurrentHashMap<>();
  private SimulatedHost host;
  private int prompts;
  private boolean statusesLag;
  int restarts;

  JobSimulation(long seed, Path directory) throws Exception {
    this.directory = directory;
    random = new Random(seed);
    endpoint = new SimulatedEndpoint(calls);
    workers = 1 + random.nextInt(3);
    config = Mount.config("");
    config.put("workers", workers);
    config.put("retry_base", random.nextBoolean() ? "1ms" : "500ms");
    config.put("settle", random.nextInt(3) == 0 ? "1s" : "0ms");
    config.put("durability", random.nextInt(4) == 0 ? "relaxed" : "durable");
    config.put("on_unknown", pick(List.of("retry", "retry", "retry", "fail", "hold")));
    say("workers %d, %s".formatted(workers, config));
    host = start();
  }

  <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  void say(String step) {
    steps.add(step);
  }

  List<String> steps() {
    return steps;
  }

  SimulatedHost host() {
    return host;
  }

  Mount mount() {
    return host.mount;
  }

  private SimulatedHost start() throws Exception {
    config.put("api_host", endpoint.urlForNewHost());
    return new SimulatedHost(disk, directory, clock, config, log, this::stored);
  }

  /**
   * Restarts the host. A running host cancels its calls when it ends; a dead one leaves them
   * behind.
   */
  void restart() throws Exception {
    restarts++;
    say(host.disk.isDead() ? "the dead host is started again" : "restart");
    if (host.disk.isDead()) {
      String _ = endpoint.urlForNewHost();
    }
    host.close();
    host = start();
    statusesLag = false;
  }

  /** There is no space in the outbox for a while: statuses may be older than the jobs. */
  void fillOutbox(boolean full) {
    host.disk.fillOutbox(full);
    statusesLag |= full;
  }

  private void stored(SimulatedHost.Result result) {
    int line = result.line();
    List<String> found = promptsOfInput.get(result.source() + result.sha256());
    if (found != null) {
      (line < 0 ? found : found.subList(line, line + 1)).forEach(calls::done);
    }
  }

  /** A prompt that was never used. Some are refused by the endpoint whenever they are sent. */
  String newPrompt() {
    return (random.nextInt(6) == 0 ? "poison" : "q") + ++prompts;
  }

  int newNumber() {
    return ++prompts;
  }

  static boolean isPoison(String prompt) {
    return prompt.startsWith("poison");
  }

  // ---- clients

  /** Uploads new content, for a new file or in place of the old content. */
  void upload(String name, List<String> content) {
    SimulatedFile old = files.containsKey(name) ? files.get(name) : removed.remove(name);
    SimulatedFile file = new SimulatedFile(name, content);
    if (old != null) {
      file.ever.addAll(old.ever);
    }
    files.put(name, file);
    promptsOfInput.put(name + file.sha256(), content);
    try {
      mount().put("inbox/" + name, file.content());
    } catch (FsException e) {
      file.uncertain = true;
      say("  fails: " + e.getMessage());
    }
  }

  void remove(SimulatedFile file) throws FsException {
    files.remove(file.name);
    removed.put(file.name, file);
    try {
      mount().fs.unlink(Mount.path("inbox/" + file.name));
    } catch (FsException e) {
      say("  fails: " + e.getMessage());
      if (isThere("inbox/" + file.name)) {
        removed.remove(file.name);
        files.put(file.name, file);
        file.uncertain = true;
      }
    }
  }

  void rename(SimulatedFile file, String to) throws FsException {
    boolean ended = isEnded(file) || file.collected;
    SimulatedFile replaced = files.get(to);
    SimulatedFile moved = file.renamed(to);
    if (ended || replaced != null) {
      moved.prompts.forEach(calls::again);
      moved.cancelled = false;
    }
    moved.excused |= replaced != null || statusesLag;
    if (replaced != null) {
      moved.ever.addAll(replaced.ever);
    }
    files.remove(file.name);
    removed.put(file.name, file);
    files.put(to, moved);
    promptsOfInput.remove(file.name + file.sha256());
    promptsOfInput.put(to + moved.sha256(), moved.prompts);
    try {
      mount().fs.rename(Mount.path("inbox/" + file.name), Mount.path("inbox/" + to), true);
    } catch (FsException e) {
      say("  fails: " + e.getMessage());
      moved.uncertain = true;
      if (isThere("inbox/" + file.name)) {
        removed.remove(file.name);
        files.put(file.name, file);
        file.uncertain = true;
        file.excused = true;
        promptsOfInput.put(file.name + file.sha256(), file.prompts);
        if (!isThere("inbox/" + to)) {
          removed.put(to, files.remove(to));
        }
      }
      file.ever.forEach(calls::again);
    }
  }

  void cancel(SimulatedFile file) {
    try {
      mount().ctl("cancel " + file.name);
      file.cancelled = true;
    } catch (FsException e) {
      file.cancelled |= e.errno() != Errno.ENOENT;
      say("  fails: " + e.getMessage());
    }
  }

  /** Retries a job, if it has ended and its answer was not collected. */
  void retry(SimulatedFile file) throws FsException {
    if (file.uncertain) {
      file.ever.forEach(calls::again); // the file may still have its old content
    }
    ObjectNode status = status(file.base());
    boolean ended = status != null && isEnded(file);
    if (ended) {
      List<String> kept = file.isBatch() ? answeredLines(file) : List.of();
      if (kept.size() == file.prompts.size()) {
        kept = List.of();
      }
      file.prompts.forEach(calls::again);
      kept.forEach(calls::done);
      file.retried = SimulatedFile.version(status);
    }
    try {
      mount().ctl("retry " + file.name);
      if (!ended && statusesLag) {
        file.prompts.forEach(calls::again);
        file.excused = true;
      }
      file.cancelled &= !ended;
      file.collected = false;
    } catch (FsException e) {
      say("  fails: " + e.getMessage());
      if (e.errno() != Errno.EBUSY && e.errno() != Errno.ENOENT) {
        file.uncertain = true;
        file.excused = true;
        file.prompts.forEach(calls::again);
      }
    }
  }

  /** Reads and removes the answer to a completed prompt. */
  void collect(SimulatedFile file) {
    file.collected = true;
    try {
      List<String> suffixes =
          file.isBatch()
              ? List.of("_output.jsonl", "_errors.jsonl", "_status.json")
              : List.of("_response.txt", "_status.json");
      for (String suffix : suffixes) {
        String path = "outbox/" + file.base() + suffix;
        if (isThere(path)) {
          mount().fs.unlink(Mount.path(path));
        }
      }
    } catch (FsException e) {
      say("  fails: " + e.getMessage());
    }
  }

  /** Writes a command; whether it fails does not matter. */
  void command(String command) {
    try {
      mount().ctl(command);
    } catch (FsException e) {
      say("  fails: " + e.getMessage());
    }
  }

  // ---- what is on the disk

  boolean isThere(String path) throws FsException {
    return Files.isThere(disk, Mount.path(path));
  }

  String text(String path) throws FsException {
    return new String(Files.read(disk, Mount.path(path), 1 << 20), StandardCharsets.UTF_8);
  }

  List<String> outbox() throws FsException {
    return Files.names(disk, Mount.path("outbox")).stream().sorted().toList();
  }

  /** A status; null if there is none. */
  @Nullable ObjectNode status(String base) throws FsException {
    String path = "outbox/" + base + "_status.json";
    return isThere(path) ? (ObjectNode) Json.MAPPER.readTree(text(path)) : null;
  }

  /** The word in the status; "none" if there is no status. */
  String state(SimulatedFile file) throws FsException {
    ObjectNode status = status(file.base());
    return status == null ? "none" : status.path("status").asString();
  }

  boolean isEnded(SimulatedFile file) throws FsException {
    return ENDED.contains(state(file));
  }

  /** Whether the status says that a job is completed, and was not written before a retry. */
  boolean isAnswered(SimulatedFile file) throws FsException {
    ObjectNode status = status(file.base());
    return status != null
        && status.path("status").asString().equals("completed")
        && status.path("sha256").asString("").equals(file.sha256())
        && !SimulatedFile.version(status).equals(file.retried);
  }

  /** The prompts of a batch that have answers in its published results. */
  List<String> answeredLines(SimulatedFile file) throws FsException {
    return lines(file, "_output.jsonl");
  }

  /** The prompts of the lines of a published file. */
  List<String> lines(SimulatedFile file, String suffix) throws FsException {
    String path = "outbox/" + file.base() + suffix;
    return isThere(path)
        ? text(path)
            .lines()
            .map(line -> Json.MAPPER.readTree(line).path("custom_id").asString())
            .toList()
        : List.of();
  }

  // ---- time

  /** Moves the clock; the tasks that become due run on this thread. */
  void advance(Duration by) {
    clock.advance(by);
  }

  /** Waits until all in-flight calls wait for the endpoint, unless the host waits for its disk. */
  void quiesce() throws Exception {
    Until.holds(
        "the calls wait for the endpoint",
        () ->
            host.disk.isDead()
                || host.disk.refusesCommits()
                || host.running() == endpoint.waiting().size());
  }

  /** From now on, the disk, the endpoint and the clients make no more faults. */
  void heal() throws Exception {
    say("everything is healthy");
    host.disk.heal();
    endpoint.refuse(false);
    if (host.hasFailed() || files.values().stream().anyMatch(file -> file.uncertain)) {
      restart();
    }
    command("resume");
    for (SimulatedFile file : List.copyOf(files.values())) {
      if (file.uncertain) {
        upload(file.name, List.of(newPrompt()));
      }
    }
  }

  @Override
  public void close() throws IOException {
    host.disk.die();
    endpoint.close();
    host.close();
    clock.close();
    disk.close();
  }
}
