package dev.warren.server.host;

import dev.warren.admin.HostControl;
import dev.warren.admin.LogTail;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget;
import dev.warren.api.SharingHost;
import dev.warren.api.VfsPath;
import dev.warren.frontend.SessionInfo;
import dev.warren.namespace.MountInfo;
import dev.warren.namespace.MountState;
import dev.warren.server.log.LogLevels;
import dev.warren.server.log.LogMemory;
import dev.warren.server.log.Redactor;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The administrator's view of a host. Thread-safe.
 *
 * @param asker the mount whose instance makes the requests; null if it is not a mount
 */
record Administration(Host host, @Nullable VfsPath asker) implements HostControl {
  @Override
  public String version() {
    return host.version();
  }

  @Override
  public Duration uptime() {
    return host.uptime();
  }

  @Override
  public List<Mount> mounts() {
    return host.mounts().stream()
        .sorted(Comparator.comparing(MountInfo::path))
        .map(this::mount)
        .toList();
  }

  private Mount mount(MountInfo info) {
    String unable = info.state() == MountState.UP ? host.unableBecause(info.path()) : null;
    return new Mount(
        info.path(),
        info.description().plugin(),
        info.description().instance(),
        host.shownSettings(info.path()),
        unable == null ? info.state().name().toLowerCase(Locale.ROOT) : "unable",
        unable == null ? info.error() : Redactor.PROCESS.redact(unable),
        info.openFiles(),
        info.operations(),
        info.blocked().running().size() + info.blocked().queued(),
        info.blocked().oldest());
  }

  @Override
  public List<PluginInfo> plugins() {
    return host.plugins().all().stream()
        .map(
            plugin ->
                new PluginInfo(
                    plugin.name(),
                    plugin.readme(),
                    plugin.configSpec(),
                    plugin.location().toString(),
                    plugin.jobsFile()))
        .toList();
  }

  @Override
  public List<Session> sessions() {
    return host.sessions().stream().map(Administration::session).toList();
  }

  private static Session session(SessionInfo info) {
    return new Session(
        info.id(),
        info.caller().user(),
        info.caller().remoteAddress(),
        info.caller().protocol(),
        info.since(),
        info.bytesRead(),
        info.bytesWritten(),
        info.openFiles());
  }

  @Override
  public Map<VfsPath, List<SharingHost>> hosts() {
    return host.hosts();
  }

  @Override
  public MemoryBudget memory() {
    return host.memory();
  }

  @Override
  public String metrics() {
    return host.metrics().scrape();
  }

  @Override
  public LogTail log() {
    return LogMemory.PROCESS;
  }

  @Override
  public void mount(String plugin, VfsPath path, Map<String, String> config) throws FsException {
    host.commands().mount(plugin, path, config);
  }

  @Override
  public void unmount(VfsPath path) throws FsException {
    if (path.equals(asker)) {
      // the unmount would wait for this very request to end
      throw new FsException(
          Errno.EBUSY, path + " cannot unmount itself; take it out of the configuration");
    }
    host.commands().unmount(path);
  }

  @Override
  public void reload(boolean force) throws FsException {
    List<String> failures = host.commands().reload(force);
    if (!failures.isEmpty()) {
      throw new FsException(Errno.EIO, "reloaded, but: " + String.join("; ", failures));
    }
  }

  @Override
  public void disconnect(String sessionId) throws FsException {
    if (!host.disconnect(sessionId)) {
      throw new FsException(Errno.ESRCH, "there is no session " + sessionId);
    }
  }

  @Override
  public void setLogLevel(String level) throws FsException {
    if (!LogLevels.NAMES.contains(level)) {
      throw new FsException(
          Errno.EINVAL,
          "no level '%s'; levels are %s".formatted(level, String.join(", ", LogLevels.NAMES)));
    }
    LogLevels.set(level);
  }
}
