package dev.warren.server.host;

import dev.warren.api.Metrics;
import dev.warren.api.frontend.FrontEnd;
import dev.warren.api.frontend.FrontEndContext;
import dev.warren.api.frontend.Recipe;
import dev.warren.api.frontend.SharedFileSystem;
import dev.warren.namespace.MountInfo;
import dev.warren.namespace.Namespace;
import dev.warren.server.config.ConfigurationException;
import dev.warren.server.config.ConfigurationReader;
import dev.warren.server.config.HostConfig;
import dev.warren.server.config.Problem;
import dev.warren.server.log.LogSetup;
import dev.warren.server.plugin.PluginLoader;
import dev.warren.server.plugin.StateDirectories;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A host that serves. All methods that change it are called from one thread, the host's control
 * thread; {@link #mounts()} from any.
 */
public final class Host {
  private static final Logger log = LoggerFactory.getLogger(Host.class);

  /** At the end nothing runs any more by then: the front ends have drained. */
  private static final Duration UNMOUNT_DRAIN = Duration.ofSeconds(2);

  private final Path file;
  private final ConfigurationReader reader;
  private final PluginLoader pluginLoader;
  private final StateLock lock;
  private final Namespace namespace;
  private final Mounts mounts;
  private final FrontEndRunner frontEnds;
  private volatile HostConfig config;

  private record Context(SharedFileSystem fileSystem, Path stateDirectory, Metrics metrics)
      implements FrontEndContext {}

  /**
   * What a host is made of.
   *
   * @param file the configuration, read again by {@link Host#reload}
   * @param reader reads it
   * @param pluginLoader the loader that the reader uses
   * @param frontEnds the protocols, started in this order
   */
  public record Parts(
      Path file, ConfigurationReader reader, PluginLoader pluginLoader, List<FrontEnd> frontEnds) {
    public Parts {
      frontEnds = List.copyOf(frontEnds);
    }
  }

  private Host(Parts parts, HostConfig config, StateLock lock) {
    this.file = parts.file();
    this.reader = parts.reader();
    this.pluginLoader = parts.pluginLoader();
    this.config = config;
    this.lock = lock;
    Path state = config.server().stateDirectory();
    this.namespace = new Namespace();
    this.mounts = new Mounts(namespace, state, UNMOUNT_DRAIN);
    this.frontEnds =
        new FrontEndRunner(parts.frontEnds(), new Context(namespace, state, Metrics.NONE));
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
    LogSetup.level(config.server().logLevel());
    StateLock lock = StateLock.take(StateDirectories.require(config.server().stateDirectory()));
    Host host = new Host(parts, config, lock);
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
    mounts.apply(config.instances(), config.plugins());
    List<String> failures =
        namespace.mounts().stream().map(MountInfo::error).flatMap(Stream::ofNullable).toList();
    if (strict && !failures.isEmpty()) {
      throw new IOException(
          "with --strict every instance must open: " + String.join("; ", failures));
    }
    frontEnds.start(config.frontEnds());
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
    HostConfig next;
    try {
      next = reader.read(file);
    } catch (ConfigurationException e) {
      e.problems().forEach(problem -> log.error("{}", problem));
      log.error("reload of {} changed nothing: see the problems above", file);
      return false;
    }
    LogSetup.level(next.server().logLevel());
    report(next);
    if (!next.server().stateDirectory().equals(config.server().stateDirectory())) {
      log.warn("server.state_dir changes with the next start only");
    }
    mounts.apply(next.instances(), next.plugins());
    pluginLoader.retain(next.plugins());
    frontEnds.apply(next.frontEnds(), next.server().drainTimeout());
    config = next;
    log.info("reloaded {}", file);
    logTable();
    return true;
  }

  /** Stops to accept, drains, unmounts in reverse order. Waits a bounded time for each. */
  public void stop() throws InterruptedException {
    frontEnds.stop(config.server().drainTimeout());
    mounts.unmountAll();
    namespace.close(Duration.ZERO);
    try {
      lock.close();
    } catch (IOException e) {
      log.warn("the state directory's lock cannot be closed", e);
    }
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
