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

/** The changes that are asked of a host that runs: each is made in its turn. Thread-safe. */
final class Orders {
  private static final Logger log = LoggerFactory.getLogger(Orders.class);

  private final Turns turns;
  private final ConfigurationReader reader;
  private final Mounts mounts;
  private final Reload reload;

  Orders(Turns turns, ConfigurationReader reader, Mounts mounts, Reload reload) {
    this.turns = turns;
    this.reader = reader;
    this.mounts = mounts;
    this.reload = reload;
  }

  /**
   * Reads the configuration again and changes what has changed. If it has errors they are logged
   * and nothing changes.
   *
   * @return whether the configuration could be used
   */
  boolean reload() throws InterruptedException {
    try {
      return turns.take(
          () -> {
            var _ = reload.apply(false); // what could not be changed is in the log
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
      throw new IllegalStateException(e); // it throws nothing else
    }
  }

  /**
   * Carries out an administrator's order when it is its turn.
   *
   * @throws FsException what the order throws; EINVAL for a configuration that is wrong, EIO for
   *     what else fails, or if the host ends
   */
  private <T> T order(Callable<T> order) throws FsException {
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

  /**
   * Reads the configuration again for an administrator.
   *
   * @param force whether it is meant even if mounts are lost whose absence is not likely meant
   * @return what could not be changed as the file wants it, a sentence each
   */
  List<String> reload(boolean force) throws FsException {
    return order(() -> reload.apply(force));
  }

  void mount(String pluginName, VfsPath path, Map<String, String> settings) throws FsException {
    order(
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
    boolean wasMounted = order(() -> mounts.unmount(path));
    if (!wasMounted) {
      throw new FsException(Errno.EINVAL, "nothing is mounted at " + path);
    }
  }
}
