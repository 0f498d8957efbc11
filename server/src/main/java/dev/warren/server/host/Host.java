package dev.warren.server.host;

import dev.warren.admin.HostControl;
import dev.warren.api.DescriptorBudget;
import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget;
import dev.warren.api.Metrics;
import dev.warren.api.PluginContext;
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
import dev.warren.server.metrics.Operations;
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

  private final StateLock lock;
  private final StateWatch watch;
  private final DescriptorTimer descriptorTimer;
  private final Namespace namespace;
  private final Mounts mounts;
  private final FrontEndRunner frontEnds;
  private final HostMetrics metrics = new HostMetrics();
  private final MemoryBudget memory = ProcessMemory.budget();
  private final Turns turns = new Turns();
  private final Reload reload;
  private final Orders orders;
  private final String version;
  private final long started = System.nanoTime();

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
    this.version = parts.version();
    this.lock = lock;
    this.watch = new StateWatch(config.server().stateDirectory(), lock);
    this.descriptorTimer = new DescriptorTimer(descriptors);
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
            new Databases(this::databaseConnections),
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
    this.reload = new Reload(parts, config, namespace, mounts, frontEnds);
    this.orders = new Orders(turns, parts.reader(), mounts, reload);
  }

  /**
   * How long requests to an instance may take to end when it goes. One that administers the host
   * may itself have passed on the order for that, which waits for its end.
   */
  private Duration drainTime(InstanceSettings settings) {
    HostConfig config = reload.config();
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
    descriptorTimer.start();
    reload.logTable();
  }

  /**
   * Reads the configuration again and changes what has changed. If it has errors they are logged
   * and nothing changes.
   *
   * @return whether the configuration could be used
   */
  public boolean reload() throws InterruptedException {
    return orders.reload();
  }

  /**
   * Stops to accept, drains, unmounts in reverse order, and lets go of the state directory: within
   * the drain time and {@link #AFTER_DRAIN}, whatever hangs. What the front ends do not need of
   * that, mounts have to close.
   */
  public void stop() throws InterruptedException {
    Duration drain = drainTimeout();
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
    descriptorTimer.close();
    metrics.close();
    BoundedCall.run("unlocking the state directory", LONGEST_TURN, lock::close);
  }

  /** For databases that are opened from now on. */
  private int databaseConnections() {
    return reload.config().server().databaseConnections();
  }

  /** How long requests that run may go on at the end. May be called from any thread. */
  public Duration drainTimeout() {
    return reload.config().server().drainTimeout();
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

  Orders orders() {
    return orders;
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
}
