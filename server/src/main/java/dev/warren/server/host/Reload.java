package dev.warren.server.host;

import dev.warren.api.VfsPath;
import dev.warren.namespace.MountInfo;
import dev.warren.namespace.Namespace;
import dev.warren.server.config.ConfigurationException;
import dev.warren.server.config.ConfigurationReader;
import dev.warren.server.config.HostConfig;
import dev.warren.server.config.Position;
import dev.warren.server.config.Problem;
import dev.warren.server.config.Running;
import dev.warren.server.log.LogLevels;
import dev.warren.server.log.LogSetup;
import dev.warren.server.plugin.PluginLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration that a host runs with, and the transition to a new one. Apply from one thread
 * at a time; {@link #config} is thread-safe.
 */
final class Reload {
  private static final Logger log = LoggerFactory.getLogger(Reload.class);

  private final Path file;
  private final ConfigurationReader reader;
  private final PluginLoader pluginLoader;
  private final Namespace namespace;
  private final MountReconciler mounts;
  private final FrontEndRunner frontEnds;
  private volatile HostConfig config;

  /**
   * Starts with a configuration of which nothing has been applied yet.
   *
   * @param parts the file and its reader
   */
  Reload(
      Host.Parts parts,
      HostConfig config,
      Namespace namespace,
      MountReconciler mounts,
      FrontEndRunner frontEnds) {
    this.file = parts.file();
    this.reader = parts.reader();
    this.pluginLoader = parts.pluginLoader();
    this.config = config;
    this.namespace = namespace;
    this.mounts = mounts;
    this.frontEnds = frontEnds;
  }

  HostConfig config() {
    return config;
  }

  /** The settings that the host runs with, against which further mounts are checked. */
  Running running() {
    return new Running(file, config.server(), mounts.settings());
  }

  /** Logs a configuration's warnings and the plugins that cannot be used. */
  static void report(HostConfig config) {
    config.warnings().stream().map(Problem::toString).forEach(log::warn);
    config
        .plugins()
        .refusals()
        .forEach(r -> log.warn("plugin {} cannot be used: {}", r.name(), r.reason()));
  }

  /**
   * Reads the configuration again and applies the changes.
   *
   * @param force whether to apply it even if mounts would be removed that users may miss
   * @return what could not be changed to match the file, one sentence each
   */
  List<String> apply(boolean force) throws ConfigurationException, InterruptedException {
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
      // otherwise a level that an administrator has set stays
      LogLevels.set(next.server().logLevel());
    }
    LogSetup.format(next.server().logFormat());
    report(next);
    if (!next.server().stateDirectory().equals(before.server().stateDirectory())) {
      log.warn("a change of server.state_dir takes effect only at the next start");
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

  /** Refuses a configuration that would remove much: a truncated file is often still valid. */
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
                          loss + "; if that is intended, write 'reload --force' to ctl of sysfs"))
              .toList());
    }
  }

  /** Logs the mounts, and the addresses on which the front ends listen. */
  void logTable() {
    for (MountInfo mount : namespace.mounts()) {
      log.info(
          "  {} {}{}",
          String.format("%-24s", mount.path()),
          mount.description().plugin(),
          mount.error() == null ? "" : " FAILED: " + mount.error());
    }
    frontEnds
        .addresses()
        .forEach((name, on) -> log.info("  {} on {}", name, String.join(", ", on)));
  }
}
