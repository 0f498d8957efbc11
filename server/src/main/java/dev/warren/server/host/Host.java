package dev.warren.server.host;

import dev.warren.admin.HostControl;
import dev.warren.api.DescriptorBudget;
import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget;
import dev.warren.api.Metrics;
import dev.warren.api.PluginContext;
import dev.warren.api.SharingHost;
import dev.warren.api.VfsPath;
import dev.warren.database.Databases;
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
import dev.warren.server.http.HostFrontEndContext;
import dev.warren.server.http.Totals;
import dev.warren.server.log.LogLevels;
import dev.warren.server.log.LogSetup;
import dev.warren.server.metrics.HostMetrics;
import dev.warren.server.metrics.OperationMetrics;
import dev.warren.server.plugin.HostPluginContext;
import dev.warren.server.plugin.PluginLoader;
import dev.warren.server.plugin.PluginSet;
import dev.warren.server.plugin.StateDirectories;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running host. Thread-safe: changes are made one at a time, and queries never wait for them. */
public final class Host {
  private static final Logger log = LoggerFactory.getLogger(Host.class);

  private static final Duration LONGEST_OWN_DRAIN = Duration.ofSeconds(2);

  /** How long shutdown may take in addition to draining. */
  static final Duration AFTER_DRAIN = Duration.ofSeconds(4);

  /** The part of that time that shutdown waits for a change in progress. */
  private static final Duration LONGEST_TURN = Duration.ofMillis(500);

  /** The least time that unmounting gets in any case. */
  private static final Duration LEAST_UNMOUNT = Duration.ofMillis(1500);

  private final StateLock lock;
  private final StateWatch watch;
  private final DescriptorTimer descriptorTimer;
  private final IdleHeap idleHeap = new IdleHeap();
  private final Namespace namespace;
  private final MountReconciler mounts;
  private final FrontEndRunner frontEnds;
  private final HostMetrics metrics = new HostMetrics();
  private final MemoryBudget memory = ProcessMemory.budget();
  private final ChangeQueue changes = new ChangeQueue();
  private final Reload reload;
  private final Commands commands;
  private final String version;
  private final long started = System.nanoTime();

  private record Context(
      SharedFileSystem fileSystem,
      Path stateDirectory,
      Metrics metrics,
      MemoryBudget memory,
      HostControl host,
      OperationMetrics operationMetrics)
      implements HostFrontEndContext {
    @Override
    public Totals totals() {
      return operationMetrics.totals();
    }
  }

  /**
   * The parts that a host consists of.
   *
   * @param file the configuration, read again by {@link Host#reload}
   * @param reader reads the file and knows the front ends
   * @param pluginLoader the loader that the reader uses
   * @param version the program's version, to be shown
   */
  public record Parts(
      Path file, ConfigurationReader reader, PluginLoader pluginLoader, String version) {}

  private Host(Parts parts, HostConfig config, StateLock lock, DescriptorBudget descriptors) {
    this.version = parts.version();
    this.lock = lock;
    this.watch = new StateWatch(config.server().stateDirectory(), lock);
    this.descriptorTimer = new DescriptorTimer(descriptors);
    Path state = config.server().stateDirectory();
    this.namespace = new Namespace();
    OperationMetrics operationMetrics = new OperationMetrics(namespace);
    metrics.show(operationMetrics, namespace);
    metrics.show(memory);
    metrics.show(descriptors);
    this.mounts =
        new MountReconciler(
            namespace,
            state,
            this::drainTime,
            metrics,
            memory,
            descriptors,
            new Databases(this::databaseConnections),
            this::context,
            this::exclusively);
    this.frontEnds =
        new FrontEndRunner(
            new Context(
                namespace,
                state,
                metrics.host(),
                memory,
                new Administration(this, null),
                operationMetrics));
    this.reload = new Reload(parts, config, namespace, mounts, frontEnds);
    this.commands = new Commands(changes, parts.reader(), mounts, reload);
  }

  /**
   * How long requests to an instance may take to complete when it is unmounted. An instance that
   * administers the host may itself have passed on the command to unmount it, and that request
   * cannot complete before the unmount does.
   */
  private Duration drainTime(InstanceSettings settings) {
    HostConfig config = reload.config();
    Duration drain = config.server().drainTimeout();
    boolean mayAsk = config.server().adminPlugins().contains(settings.plugin().name());
    return mayAsk && drain.compareTo(LONGEST_OWN_DRAIN) > 0 ? LONGEST_OWN_DRAIN : drain;
  }

  private boolean exclusively(Runnable change) {
    try {
      return changes.run(
          () -> {
            change.run();
            return true;
          });
    } catch (FsException e) {
      return false; // the host is ending
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e); // a change throws no other checked exception
    }
  }

  /** Grants administration to instances of the plugins that the configuration names. */
  private PluginContext context(InstanceSettings settings, HostPluginContext context) {
    if (reload.config().server().adminPlugins().contains(settings.plugin().name())) {
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
    MachineId.set();
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
    HostConfig config = reload.config();
    Reload.report(config);
    frontEnds.requirePlaces(config); // before anything is opened that would have to be closed again
    mounts.apply(config.instances(), config.plugins());
    List<String> failures =
        namespace.mounts().stream().map(MountInfo::error).flatMap(Stream::ofNullable).toList();
    if (strict && !failures.isEmpty()) {
      throw new IOException(
          "with --strict every instance must open: " + String.join("; ", failures));
    }
    frontEnds.start(config);
    watch.start();
    descriptorTimer.start();
    idleHeap.start();
    reload.logTable();
  }

  /**
   * Reads the configuration again and applies the changes. If it has errors, they are logged and
   * nothing changes.
   *
   * @return whether the configuration could be used
   */
  public boolean reload() throws InterruptedException {
    return commands.reload();
  }

  /**
   * Stops accepting connections, drains, unmounts in reverse order and releases the state
   * directory, within the drain time plus {@link #AFTER_DRAIN} even if something hangs. The time
   * that the front ends leave unused is available to the mounts.
   */
  public void stop() throws InterruptedException {
    Duration drain = drainTimeout();
    long end = System.nanoTime() + drain.plus(AFTER_DRAIN).toNanos();
    boolean settled = changes.end(LONGEST_TURN);
    frontEnds.stop(drain);
    Duration left = Duration.ofNanos(end - System.nanoTime());
    Duration forMounts = left.compareTo(LEAST_UNMOUNT) < 0 ? LEAST_UNMOUNT : left;
    if (settled) {
      mounts.unmountAll(forMounts);
    } else {
      log.warn("a change in progress does not end; shutting down without it");
    }
    // does not wait again for mounts that unmountAll has begun to close
    BoundedCall.run("closing the mounts", forMounts, () -> namespace.close(Duration.ZERO));
    watch.close();
    descriptorTimer.close();
    idleHeap.close();
    metrics.close();
    BoundedCall.run("unlocking the state directory", LONGEST_TURN, lock::close);
  }

  /** The number of connections for databases that are opened from now on. */
  private int databaseConnections() {
    return reload.config().server().databaseConnections();
  }

  /**
   * How long in-flight requests may continue after shutdown begins. May be called from any thread.
   */
  public Duration drainTimeout() {
    return reload.config().server().drainTimeout();
  }

  /** The mounts. */
  public List<MountInfo> mounts() {
    return namespace.mounts();
  }

  /** The addresses on which each front end listens. */
  public Map<String, List<String>> addresses() {
    return frontEnds.addresses();
  }

  /** The commands with which the owner reaches the running front ends. */
  public List<Recipe> recipes() {
    return frontEnds.recipes();
  }

  Commands commands() {
    return commands;
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

  Map<VfsPath, List<SharingHost>> hosts() {
    return mounts.hosts();
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
}
