package dev.warren.server.host;

import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.server.config.InstanceSettings;
import dev.warren.server.log.Redactor;
import dev.warren.server.plugin.HostPluginContext;
import dev.warren.server.plugin.LoadedPlugin;
import dev.warren.server.plugin.PluginSet;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The instances that are mounted. {@link #apply} makes them what a configuration wants, with as
 * little change as that takes. Changes come from one thread at a time; {@link #statuses} may be
 * called from any.
 */
final class Mounts {
  /** How long an unmount may take before the host goes on without it. */
  static final Duration LONGEST_UNMOUNT = Duration.ofSeconds(10);

  private static final Logger log = LoggerFactory.getLogger(Mounts.class);

  private record Mounted(
      InstanceSettings settings, Set<LoadedPlugin> used, @Nullable String failure) {}

  private final MountTable table;
  private final Path stateDirectory;
  private final Duration longestUnmount;
  private final Map<VfsPath, Mounted> mounted = new LinkedHashMap<>();
  private volatile PluginSet plugins = PluginSet.EMPTY;
  private volatile List<MountStatus> statuses = List.of();

  Mounts(MountTable table, Path stateDirectory, Duration longestUnmount) {
    this.table = table;
    this.stateDirectory = stateDirectory;
    this.longestUnmount = longestUnmount;
  }

  /**
   * Unmounts what is no longer wanted or has changed, in the reverse of the order in which it was
   * mounted, then mounts what is missing, in the order of the list. What failed before is tried
   * again.
   *
   * @param found the plugins that instances may open inside
   * @return whether anything changed
   */
  boolean apply(List<InstanceSettings> wanted, PluginSet found) throws InterruptedException {
    plugins = found;
    boolean changed = false;
    for (Mounted old : List.copyOf(mounted.values()).reversed()) {
      if (old.failure() != null || !wanted.contains(old.settings()) || isStale(old, found)) {
        unmount(old);
        changed = true;
      }
    }
    for (InstanceSettings settings : wanted) {
      if (!mounted.containsKey(settings.path())) {
        mount(settings);
        changed = true;
      }
    }
    publish();
    return changed;
  }

  /** Unmounts everything, the last first. */
  void unmountAll() throws InterruptedException {
    for (Mounted old : List.copyOf(mounted.values()).reversed()) {
      unmount(old);
    }
    publish();
  }

  /** What is mounted, in the order in which it was. */
  List<MountStatus> statuses() {
    return statuses;
  }

  /** An instance may run on another plugin's code, through {@link HostPluginContext#inner}. */
  private static boolean isStale(Mounted mounted, PluginSet found) {
    return !found.all().containsAll(mounted.used());
  }

  private void mount(InstanceSettings settings) {
    HostPluginContext context =
        new HostPluginContext(settings.plugin(), settings.path(), stateDirectory, () -> plugins);
    try {
      FileSystem opened = settings.plugin().open(context, settings.config());
      try {
        table.mount(settings.path(), opened);
      } catch (FsException e) {
        opened.close();
        throw e;
      }
      mounted.put(settings.path(), new Mounted(settings, context.used(), null));
      log.info("mounted {}", settings.label());
    } catch (IOException e) {
      String reason = Redactor.PROCESS.redact(message(e));
      log.error("{} cannot be opened and answers EIO: {}", settings.label(), reason, e.getCause());
      mountFailed(settings, context, reason);
    }
  }

  private void mountFailed(InstanceSettings settings, HostPluginContext context, String reason) {
    try {
      table.mount(
          settings.path(), new FailedFileSystem(settings.label() + " cannot be opened: " + reason));
    } catch (FsException e) {
      log.error("{} cannot be mounted", settings.label(), e);
    }
    mounted.put(settings.path(), new Mounted(settings, context.used(), reason));
  }

  private static String message(IOException failure) {
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }

  private void unmount(Mounted old) throws InterruptedException {
    String label = old.settings().label();
    mounted.remove(old.settings().path());
    if (BoundedCall.run(
        "unmounting " + label, longestUnmount, () -> table.unmount(old.settings().path()))) {
      log.info("unmounted {}", label);
    }
  }

  private void publish() {
    Collection<Mounted> now = mounted.values();
    List<MountStatus> list = new ArrayList<>();
    for (Mounted m : now) {
      InstanceSettings settings = m.settings();
      list.add(
          new MountStatus(
              settings.path(), settings.plugin().name(), settings.name(), m.failure()));
    }
    statuses = List.copyOf(list);
  }
}
