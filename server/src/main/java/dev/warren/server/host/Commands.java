package dev.warren.server.host;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.api.config.Suggestion;
import dev.warren.server.config.ConfigurationException;
import dev.warren.server.config.ConfigurationReader;
import dev.warren.server.plugin.LoadedPlugin;
import dev.warren.server.plugin.PluginSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out the changes that are requested of a running host, one at a time. Thread-safe. */
final class Commands {
  private static final Logger log = LoggerFactory.getLogger(Commands.class);

  private final ChangeQueue changes;
  private final ConfigurationReader reader;
  private final MountReconciler mounts;
  private final Reload reload;

  Commands(ChangeQueue changes, ConfigurationReader reader, MountReconciler mounts, Reload reload) {
    this.changes = changes;
    this.reader = reader;
    this.mounts = mounts;
    this.reload = reload;
  }

  /**
   * Reads the configuration again and applies the changes. If it has errors, they are logged and
   * nothing changes.
   *
   * @return whether the configuration could be used
   */
  boolean reload() throws InterruptedException {
    try {
      return changes.run(
          () -> {
            var _ = reload.apply(false); // what could not be changed has been logged
            return true;
          });
    } catch (ConfigurationException _) {
      return false; // already logged
    } catch (FsException e) {
      log.info("not reloaded: {}", e.getMessage());
      return false;
    } catch (InterruptedException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e); // it throws no other checked exception
    }
  }

  /**
   * Runs an administrator's command once no other change is in progress.
   *
   * @throws FsException what the command throws; EINVAL for a wrong configuration, EIO for other
   *     failures or if the host is ending
   */
  private <T> T run(Callable<T> command) throws FsException {
    try {
      return changes.run(command);
    } catch (ConfigurationException e) {
      throw new FsException(Errno.EINVAL, String.valueOf(e.getMessage()));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new FsException(Errno.EINTR, "interrupted");
    } catch (FsException e) {
      throw e;
    } catch (Exception e) {
      throw new FsException(Errno.EIO, MountReconciler.reason(e), e);
    }
  }

  /**
   * Reads the configuration again for an administrator.
   *
   * @param force whether to apply it even if mounts would be removed that users may miss
   * @return what could not be changed to match the file, one sentence each
   */
  List<String> reload(boolean force) throws FsException {
    return run(() -> reload.apply(force));
  }

  void mount(String pluginName, VfsPath path, Map<String, String> settings) throws FsException {
    run(
        () -> {
          LoadedPlugin plugin = plugin(pluginName);
          if (mounts.isMounted(path)) {
            throw new FsException(Errno.EBUSY, "something is mounted at " + path);
          }
          mounts.mount(reader.instance("mount", plugin, path, settings, reload.running()));
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
    boolean wasMounted = run(() -> mounts.unmount(path));
    if (!wasMounted) {
      throw new FsException(Errno.EINVAL, "nothing is mounted at " + path);
    }
  }
}
