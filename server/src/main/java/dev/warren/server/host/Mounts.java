package dev.warren.server.host;

import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.namespace.MountOptions;
import dev.warren.namespace.Namespace;
import dev.warren.server.config.InstanceSettings;
import dev.warren.server.log.Redactor;
import dev.warren.server.plugin.HostPluginContext;
import dev.warren.server.plugin.LoadedPlugin;
import dev.warren.server.plugin.PluginSet;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The instances that are mounted. {@link #apply} makes them what a configuration wants, with as
 * little change as that takes. Use from one thread at a time.
 */
final class Mounts {
  private static final Logger log = LoggerFactory.getLogger(Mounts.class);

  private record Mounted(
      InstanceSettings settings, Set<LoadedPlugin> used, @Nullable String failure) {}

  private final Namespace namespace;
  private final Path stateDirectory;
  private final Duration drain;
  private final Map<VfsPath, Mounted> mounted = new LinkedHashMap<>();
  private volatile PluginSet plugins = PluginSet.EMPTY;

  /**
   * @param stateDirectory the host's
   * @param drain how long requests that run may take to end when their mount goes
   */
  Mounts(Namespace namespace, Path stateDirectory, Duration drain) {
    this.namespace = namespace;
    this.stateDirectory = stateDirectory;
    this.drain = drain;
  }

  /**
   * Unmounts what is no longer wanted or has changed, in the reverse of the order in which it was
   * mounted, then mounts what is missing, in the order of the list. What failed before is tried
   * again.
   *
   * @param found the plugins that instances may open inside
   * @return whether anything changed
   */
  boolean apply(List<InstanceSettings> wanted, PluginSet found) {
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
    return changed;
  }

  /** Unmounts everything, the last first. */
  void unmountAll() {
    for (Mounted old : List.copyOf(mounted.values()).reversed()) {
      unmount(old);
    }
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
        namespace.mount(settings.path(), opened, options(settings));
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
      namespace.mountFailed(
          settings.path(), options(settings), settings.label() + " cannot be opened: " + reason);
    } catch (FsException e) {
      log.error("{} cannot be mounted", settings.label(), e);
    }
    mounted.put(settings.path(), new Mounted(settings, context.used(), reason));
  }

  private static MountOptions options(InstanceSettings settings) {
    return new MountOptions(settings.plugin().name(), settings.name());
  }

  private static String message(IOException failure) {
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }

  private void unmount(Mounted old) {
    VfsPath path = old.settings().path();
    mounted.remove(path);
    try {
      namespace.unmount(path, drain);
      log.info("unmounted {}", old.settings().label());
    } catch (FsException e) {
      log.error("{} cannot be unmounted", old.settings().label(), e);
    }
  }
}
