package dev.warren.server.host;

import dev.warren.admin.HostControl;
import dev.warren.api.DescriptorBudget;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget;
import dev.warren.api.Metrics;
import dev.warren.api.PluginContext;
import dev.warren.api.VfsPath;
import dev.warren.api.config.Suggestion;
import dev.warren.frontend.Recipe;
import dev.warren.frontend.SessionInfo;
import dev.warren.frontend.SharedFileSystem;
import dev.warren.namespace.MountInfo;
import dev.warren.namespace.Namespace;
import dev.warren.server.bounded.BoundedCall;
import dev.warren.server.config.ConfigurationException;
import dev.warren.server.config.ConfigurationReader;
import dev.warren.server.config.HostConfig;
import dev.warren.server.config.InstanceSettings;
import dev.warren.server.config.Position;
import dev.warren.server.config.Problem;
import dev.warren.server.config.Running;
import dev.warren.server.http.HostFrontEndContext;
import dev.warren.server.http.Totals;
import dev.warren.server.log.LogLevels;
import dev.warren.server.log.LogSetup;
import dev.warren.server.metrics.HostMetrics;
import dev.warren.server.metrics.Operations;
import dev.warren.server.plugin.HostPluginContext;
import dev.warren.server.plugin.LoadedPlugin;
import dev.warren.server.plugin.PluginLoader;
import dev.warren.server.plugin.PluginSet;
import dev.warren.server.plugin.StateDirectories;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A host that serves. Thread-safe: changes are made one at a time, and what asks how things are
 * never waits for them.
 */
public final class Host {
  private static final Logger log = LoggerFactory.getLogger(Host.class);

  private static final Duration LONGEST_OWN_DRAIN = Duration.ofSeconds(2);

  /** How long the end may take beyond draining. */
  static final Duration AFTER_DRAIN = Duration.ofSeconds(4);

  /** How long it waits for a change that is being made, of all that. */
  private static final Duration LONGEST_TURN = Duration.ofMillis(500);

  /** What mounts get of it in any case. */
  private static final Duration LEAST_UNMOUNT = Duration.ofMillis(1500);

  private final Path file;
  private final ConfigurationReader reader;
  private final PluginLoader pluginLoader;
  private final StateLock lock;
  private final StateWatch watch;
  private final Namespace namespace;
  private final Mounts mounts;
  private final FrontEndRunner frontEnds;
  private final HostMetrics metrics = new HostMetrics();
  private final MemoryBudget memory = ProcessMemory.budget();
  private final Turns turns = new Turns();
  private final String version;
  private final long started = System.nanoTime();
  private volatile HostConfig config;

  private record Context(
      SharedFileSystem fileSystem,
      Path stateDirectory,
      Metrics metrics,
      MemoryBudget memory,
      HostControl host,
      Operations operations)
      implements HostFrontEndContext {
    @Override
    public Totals totals() {
      return operations.totals();
    }
  }

  /**
   * What a host is made of.
   *
   * @param file the configuration, read again by {@link Host#reload}
   * @param reader reads it, and knows the front ends
   * @param pluginLoader the loader that the reader uses
   * @param version the program's, to be shown
   */
  public record Parts(
      Path file, ConfigurationReader reader, PluginLoader pluginLoader, String version) {}

  private Host(Parts parts, HostConfig config, StateLock lock, DescriptorBudget descriptors) {
    this.file = parts.file();
    this.reader = parts.reader();
    this.pluginLoader = parts.pluginLoader();
    this.version = parts.version();
    this.config = config;
    this.lock = lock;
    this.watch = new StateWatch(config.server().stateDirectory(), lock);
    Path state = config.server().stateDirectory();
    this.namespace = new Namespace();
    Operations operations = new Operations(namespace);
    metrics.show(operations);
    metrics.show(memory);
    metrics.show(descriptors);
    this.mounts =
        new Mounts(
            namespace,
            state,
            this::drainTime,
            metrics,
            memory,
            descriptors,
            this::context,
            this::inTurn);
    this.frontEnds =
        new FrontEndRunner(
            new Context(
                namespace,
                state,
                metrics.host(),
                memory,
                new Administration(this, null),
                operations));
  }

  /**
   * How long requests to an instance may take to end when it goes. One that administers the host
   * may itself have passed on the order for that, which waits for its end.
   */
  private Duration drainTime(InstanceSettings settings) {
    Duration drain = config.server().drainTimeout();
    boolean mayAsk = config.server().adminPlugins().contains(settings.plugin().name());
    return mayAsk && drain.compareTo(LONGEST_OWN_DRAIN) > 0 ? LONGEST_OWN_DRAIN : drain;
  }

  private boolean inTurn(Runnable change) {
    try {
      return turns.take(
          () -> {
            change.run();
            return true;
          });
    } catch (FsException e) {
      return false; // it is ending
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e); // a change throws nothing else
    }
  }

  /** Whoever may administer the host is named in its configuration. */
  private PluginContext context(InstanceSettings settings, HostPluginContext context) {
    if (config.server().adminPlugins().contains(settings.plugin().name())) {
      context.grant(HostControl.class, new Administration(this, settings.path()));
    }
    return context;
  }

  /**
   * Opens and mounts what the configuration says, then starts the front ends.
   *
   * @param strict whether an instance that cannot be opened is fatal
   * @throws ConfigurationException if the configuration has errors; nothing was opened
   * @throws IOException if the host cannot start; everything is closed again
   */
  public static Host start(Parts parts, boolean strict)
      throws ConfigurationException, IOException, InterruptedException {
    HostConfig config = parts.reader().read(parts.file());
    LogLevels.set(config.server().logLevel());
    LogSetup.format(config.server().logFormat());
    ThreadCapabilities.check();
    DescriptorBudget descriptors = ProcessDescriptors.budget();
    StateLock lock = StateLock.take(StateDirectories.require(config.server().stateDirectory()));
    Host host = new Host(parts, config, lock, descriptors);
    try {
      host.open(strict);
      return host;
    } catch (IOException | InterruptedException | RuntimeException | Error e) {
      host.stop();
      throw e;
    }
  }

  private void open(boolean strict) throws IOException, InterruptedException {
    report(config);
    frontEnds.requirePlaces(config); // before anything is opened that has to be closed
    mounts.apply(config.instances(), config.plugins());
    List<String> failures =
        namespace.mounts().stream().map(MountInfo::error).flatMap(Stream::ofNullable).toList();
    if (strict && !failures.isEmpty()) {
      throw new IOException(
          "with --strict every instance must open: " + String.join("; ", failures));
    }
    frontEnds.start(config);
    watch.start();
    logTable();
  }

  private static void report(HostConfig config) {
    config.warnings().stream().map(Problem::toString).forEach(log::warn);
    config
        .plugins()
        .refusals()
        .forEach(r -> log.warn("plugin {} cannot be used: {}", r.name(), r.reason()));
  }

  /**
   * Reads the configuration again and changes what has changed. If it has errors they are logged
   * and nothing changes.
   *
   * @return whether the configuration could be used
   */
  public boolean reload() throws InterruptedException {
    try {
      return turns.take(
          () -> {
            var _ = applyFile(false); // what could not be changed is in the log
            return true;
          });
    } catch (ConfigurationException _) {
      return false; // logged
    } catch (FsException e) {
      log.info("not reloaded: {}", e.getMessage());
      return false;
    } catch (InterruptedException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e); // applyFile throws nothing else
    }
  }

  /**
   * In its turn.
   *
   * @param force whether it is meant even if mounts are lost whose absence is not likely meant
   * @return what could not be changed as the file wants it, a sentence each
   */
  List<String> applyFile(boolean force) throws ConfigurationException, InterruptedException {
    HostConfig next;
    try {
      next = reader.read(file);
      if (!force) {
        refuseLosses(next);
      }
    } catch (ConfigurationException e) {
      e.problems().forEach(problem -> log.error("{}", problem));
      log.error("reload of {} changed nothing: see the problems above", file);
      throw e;
    }
    HostConfig before = config;
    if (!next.server().logLevel().equals(before.server().logLevel())) {
      LogLevels.set(next.server().logLevel()); // else what an administrator has set stays
    }
    LogSetup.format(next.server().logFormat());
    report(next);
    if (!next.server().stateDirectory().equals(before.server().stateDirectory())) {
      log.warn("server.state_dir changes with the next start only");
    }
    config = next;
    Set<VfsPath> failedBefore = failed().keySet();
    mounts.apply(next.instances(), next.plugins());
    Map<VfsPath, String> failedNow = failed();
    failedNow.keySet().removeAll(failedBefore);
    List<String> failures = new ArrayList<>(failedNow.values());
    failures.addAll(frontEnds.apply(next));
    pluginLoader.retain(next.plugins(), frontEnds.inUse());
    log.info("reloaded {}", file);
    logTable();
    return failures;
  }

  private Map<VfsPath, String> failed() {
    Map<VfsPath, String> failed = new LinkedHashMap<>();
    for (MountInfo mount : namespace.mounts()) {
      if (mount.error() != null) {
        failed.put(mount.path(), mount.error());
      }
    }
    return failed;
  }

  /** A file that was cut still is a configuration, often, and would be obeyed. */
  private void refuseLosses(HostConfig next) throws ConfigurationException {
    List<String> losses = mounts.losses(next.instances(), next.plugins());
    if (!losses.isEmpty()) {
      throw new ConfigurationException(
          losses.stream()
              .map(
                  loss ->
                      new Problem(
                          Position.of(file.toString()),
                          true,
                          loss + "; if that is meant, order 'reload --force' through ctl of sysfs"))
              .toList());
    }
  }

  /**
   * Carries out an administrator's order when it is its turn.
   *
   * @throws FsException what the order throws; EINVAL for a configuration that is wrong, EIO for
   *     what else fails, or if the host ends
   */
  <T> T order(Callable<T> order) throws FsException {
    try {
      return turns.take(order);
    } catch (ConfigurationException e) {
      throw new FsException(Errno.EINVAL, String.valueOf(e.getMessage()));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new FsException(Errno.EINTR, "interrupted");
    } catch (FsException e) {
      throw e;
    } catch (Exception e) {
      throw new FsException(Errno.EIO, Mounts.reason(e), e);
    }
  }

  void mount(String pluginName, VfsPath path, Map<String, String> settings) throws FsException {
    order(
        () -> {
          LoadedPlugin plugin = plugin(pluginName);
          if (mounts.isMounted(path)) {
            throw new FsException(Errno.EBUSY, "something is mounted at " + path);
          }
          Running now = new Running(file, config.server(), mounts.settings());
          mounts.mount(reader.instance("mount", plugin, path, settings, now));
          return true;
        });
  }

  private LoadedPlugin plugin(String name) throws FsException {
    PluginSet known = mounts.plugins();
    LoadedPlugin plugin = known.find(name).orElse(null);
    if (plugin == null) {
      throw new FsException(
          Errno.ENODEV,
          "there is no plugin '%s'%s%s"
              .formatted(
                  name,
                  Suggestion.of(name, known.names()),
                  known.refusal(name).map(": "::concat).orElse("")));
    }
    return plugin;
  }

  void unmount(VfsPath path) throws FsException {
    boolean wasMounted = order(() -> mounts.unmount(path));
    if (!wasMounted) {
      throw new FsException(Errno.EINVAL, "nothing is mounted at " + path);
    }
  }

  /**
   * Stops to accept, drains, unmounts in reverse order, and lets go of the state directory: within
   * the drain time and {@link #AFTER_DRAIN}, whatever hangs. What the front ends do not need of
   * that, mounts have to close.
   */
  public void stop() throws InterruptedException {
    Duration drain = config.server().drainTimeout();
    long end = System.nanoTime() + drain.plus(AFTER_DRAIN).toNanos();
    boolean settled = turns.end(LONGEST_TURN);
    frontEnds.stop(drain);
    Duration left = Duration.ofNanos(end - System.nanoTime());
    Duration forMounts = left.compareTo(LEAST_UNMOUNT) < 0 ? LEAST_UNMOUNT : left;
    if (settled) {
      mounts.unmountAll(forMounts);
    } else {
      log.warn("a change that was ordered does not come to an end; ending without it");
    }
    // what the mounts' own end has begun already is not waited for again
    BoundedCall.run("closing the mounts", forMounts, () -> namespace.close(Duration.ZERO));
    watch.close();
    metrics.close();
    BoundedCall.run("unlocking the state directory", LONGEST_TURN, lock::close);
  }

  /** How long requests that run may go on at the end. May be called from any thread. */
  public Duration drainTimeout() {
    return config.server().drainTimeout();
  }

  /** What is mounted. */
  public List<MountInfo> mounts() {
    return namespace.mounts();
  }

  /** Where the front ends listen. */
  public Map<String, List<String>> addresses() {
    return frontEnds.addresses();
  }

  /** The commands with which the owner reaches the front ends that serve. */
  public List<Recipe> recipes() {
    return frontEnds.recipes();
  }

  String version() {
    return version;
  }

  Duration uptime() {
    return Duration.ofNanos(System.nanoTime() - started);
  }

  HostMetrics metrics() {
    return metrics;
  }

  MemoryBudget memory() {
    return memory;
  }

  PluginSet plugins() {
    return mounts.plugins();
  }

  @Nullable String unableBecause(VfsPath path) {
    return mounts.unableBecause(path);
  }

  Map<String, String> shownSettings(VfsPath path) {
    return mounts.shownSettings(path);
  }

  List<SessionInfo> sessions() {
    return frontEnds.sessions();
  }

  boolean disconnect(String sessionId) {
    return frontEnds.disconnect(sessionId);
  }

  private void logTable() {
    for (MountInfo mount : namespace.mounts()) {
      log.info(
          "  {} {}{}",
          String.format("%-24s", mount.path()),
          mount.options().plugin(),
          mount.error() == null ? "" : " FAILED: " + mount.error());
    }
    frontEnds
        .addresses()
        .forEach((name, on) -> log.info("  {} on {}", name, String.join(", ", on)));
  }
}
