package dev.warren.gptfs;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.ForwardingFileSystem;
import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget;
import dev.warren.api.Metrics;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.gptfs.config.Keys;
import dev.warren.gptfs.config.SettingsReader;
import dev.warren.gptfs.json.Json;
import dev.warren.gptfs.store.Files;
import dev.warren.gptfs.time.SystemTimers;
import dev.warren.gptfs.time.Timers;
import dev.warren.gptfs.tree.Instance;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import tools.jackson.databind.node.ObjectNode;

/** A gptfs on a file system that outlives it, with the operations of clients. */
final class Mount implements AutoCloseable {
  static final String KEY = "sk-test-0123456789abcdef";

  final FileSystem inner;
  final FileSystem fs;
  final Timers timers;

  /** Why the instance accepts no files; null while it does. */
  final AtomicReference<String> unable = new AtomicReference<>();

  private final TestDatabase database;

  private Mount(
      FileSystem inner,
      TestDatabase database,
      Timers timers,
      Map<String, ?> config,
      Metrics metrics,
      MemoryBudget.Account memory,
      boolean owned)
      throws Exception {
    this(inner, database, timers, config, metrics, memory, owned, System.getLogger("gptfs-test"));
  }

  private Mount(
      FileSystem inner,
      TestDatabase database,
      Timers timers,
      Map<String, ?> config,
      Metrics metrics,
      MemoryBudget.Account memory,
      boolean owned,
      System.Logger log)
      throws Exception {
    this.inner = inner;
    this.timers = timers;
    this.database = database;
    try {
      fs = instance(owned ? inner : new Outliving(inner), config, metrics, memory, log);
    } catch (IOException | RuntimeException e) {
      database.close();
      throw e;
    }
  }

  private FileSystem instance(
      FileSystem files,
      Map<String, ?> config,
      Metrics metrics,
      MemoryBudget.Account memory,
      System.Logger log)
      throws IOException {
    return Instance.open(
        files,
        database.open(),
        database.member(),
        SettingsReader.settings(Keys.SPEC.parse(config).orThrow()),
        timers,
        new LongestDelay(),
        metrics,
        memory,
        database::close,
        unable::set,
        log);
  }

  /** Every random delay is as long as possible, so that tests know when it ends. */
  private static final class LongestDelay implements RandomGenerator {
    @Override
    public long nextLong() {
      return 0;
    }

    @Override
    public long nextLong(long bound) {
      return bound - 1;
    }
  }

  /** Tests examine the inner file system after the instance is closed. */
  private static final class Outliving extends ForwardingFileSystem {
    Outliving(FileSystem delegate) {
      super(delegate);
    }

    @Override
    public void close() {}
  }

  static Mount open(FileSystem inner, Timers timers, Map<String, ?> config) throws Exception {
    return open(inner, timers, config, Metrics.NONE);
  }

  static Mount open(FileSystem inner, Map<String, ?> config) throws Exception {
    return open(inner, new SystemTimers("test"), config, Metrics.NONE);
  }

  static Mount open(FileSystem inner, Timers timers, Map<String, ?> config, Metrics metrics)
      throws Exception {
    return new Mount(inner, TestDatabase.of(inner), timers, config, metrics, plenty(), false);
  }

  static Mount open(FileSystem inner, Map<String, ?> config, MemoryBudget.Account memory)
      throws Exception {
    return open(inner, config, Metrics.NONE, memory);
  }

  static Mount open(
      FileSystem inner, Map<String, ?> config, Metrics metrics, MemoryBudget.Account memory)
      throws Exception {
    return new Mount(
        inner, TestDatabase.of(inner), new SystemTimers("test"), config, metrics, memory, false);
  }

  /** As above, with the system's clock. */
  static Mount open(FileSystem inner, TestDatabase database, Map<String, ?> config)
      throws Exception {
    return open(inner, database, new SystemTimers("test"), config);
  }

  /** With a database other than the one that belongs to the files, or with a wrapper around it. */
  static Mount open(FileSystem inner, TestDatabase database, Timers timers, Map<String, ?> config)
      throws Exception {
    return new Mount(inner, database, timers, config, Metrics.NONE, plenty(), false);
  }

  /** As above, with the metrics and the log for a test to examine. */
  static Mount open(
      FileSystem inner,
      TestDatabase database,
      Timers timers,
      Map<String, ?> config,
      Metrics metrics,
      System.Logger log)
      throws Exception {
    return new Mount(inner, database, timers, config, metrics, plenty(), false, log);
  }

  /** The id of this host among those that share its database. */
  String host() {
    return Objects.requireNonNull(database.member()).id();
  }

  private static MemoryBudget.Account plenty() {
    return new MemoryBudget(1L << 30, 1).open();
  }

  /** A file system that closes the inner one when it is closed, as in a host. */
  static FileSystem owning(FileSystem inner, Timers timers, Map<String, ?> config)
      throws Exception {
    return new Mount(inner, TestDatabase.of(inner), timers, config, Metrics.NONE, plenty(), true)
        .fs;
  }

  /** A configuration with a loopback endpoint and no settling. */
  static Map<String, Object> config(String url) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("api_host", url);
    config.put("api_key", KEY);
    config.put("inner", Map.of("plugin", "memfs"));
    config.put("model", "test-model");
    config.put("settle", "0ms");
    config.put("drain_timeout", "0s");
    config.put("retry_base", "1ms");
    return config;
  }

  static VfsPath path(String path) {
    try {
      return VfsPath.parse("/" + path);
    } catch (FsException e) {
      throw new IllegalArgumentException(e);
    }
  }

  ManualTimers clock() {
    return (ManualTimers) timers;
  }

  /** The operations of a shell for {@code printf '%s' text > path}. */
  void put(String path, String text) throws FsException {
    put(path, text.getBytes(StandardCharsets.UTF_8));
  }

  void put(String path, byte[] content) throws FsException {
    OpenFile file = fs.open(path(path), OpenOptions.REPLACE, 0644);
    try {
      write(file, content, 0);
    } finally {
      file.close(); // as clients do, even if the write failed
    }
  }

  OpenFile open(String path, OpenOptions options) throws FsException {
    return fs.open(path(path), options, 0644);
  }

  static void write(OpenFile file, String text, long offset) throws FsException {
    write(file, text.getBytes(StandardCharsets.UTF_8), offset);
  }

  static void write(OpenFile file, byte[] content, long offset) throws FsException {
    Files.writeFully(file, ByteBuffer.wrap(content), offset);
  }

  String text(String path) throws FsException {
    return new String(Files.read(fs, path(path), 1 << 28), StandardCharsets.UTF_8);
  }

  /** Opens a synthetic file, whose size is not known in advance, and reads to its end. */
  String read(String path) throws FsException {
    OpenFile file = fs.open(path(path), OpenOptions.READ, 0);
    try {
      ByteBuffer content = ByteBuffer.allocate(4 << 20);
      Files.readFully(file, content, 0);
      return new String(content.array(), 0, content.position(), StandardCharsets.UTF_8);
    } finally {
      file.close();
    }
  }

  boolean exists(String path) throws FsException {
    try {
      fs.stat(path(path));
      return true;
    } catch (FsException e) {
      if (e.errno() == Errno.ENOENT) {
        return false;
      }
      throw e;
    }
  }

  ObjectNode status(String base) throws FsException {
    return (ObjectNode) Json.MAPPER.readTree(text("outbox/" + base + "_status.json"));
  }

  String state(String base) throws FsException {
    return exists("outbox/" + base + "_status.json")
        ? status(base).path("status").asString()
        : "none";
  }

  ObjectNode stats() throws FsException {
    return (ObjectNode) Json.MAPPER.readTree(read("stats.json"));
  }

  void ctl(String command) throws FsException {
    OpenFile file = fs.open(path("ctl"), OpenOptions.WRITE, 0);
    try {
      write(file, command + "\n", 0);
    } catch (FsException e) {
      file.abort(e);
      throw e;
    }
    file.close();
  }

  void awaitState(String base, String state) throws Exception {
    Until.holds(base + " is " + state, () -> state(base).equals(state));
  }

  /**
   * Waits until the given number of calls have failed and the next one is scheduled; returns the
   * status at that time.
   */
  ObjectNode awaitTried(String base, int attempts) throws Exception {
    AtomicReference<ObjectNode> last = new AtomicReference<>(Json.object());
    Until.holds(
        base + " was tried",
        () -> {
          last.set(state(base).equals("none") ? Json.object() : status(base));
          return last.get().path("status").asString("").equals("pending")
              && last.get().path("attempts").asInt() == attempts;
        });
    return last.get();
  }

  List<String> names(String directory) throws FsException {
    return Files.names(fs, path(directory)).stream().sorted().toList();
  }

  @Override
  public void close() throws FsException {
    fs.close();
  }
}
