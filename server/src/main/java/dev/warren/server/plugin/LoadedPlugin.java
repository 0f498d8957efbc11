package dev.warren.server.plugin;

import dev.warren.api.FileSystem;
import dev.warren.api.Plugin;
import dev.warren.api.PluginContext;
import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigProblem;
import dev.warren.api.config.ConfigSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A plugin that can be used. Calls into it are made one at a time, with its class loader as the
 * thread's, and whatever it throws comes out as an answer. Thread-safe.
 */
public final class LoadedPlugin {
  private final Plugin plugin;
  private final Path location;
  private final String name;
  private final ConfigSpec configSpec;
  private final String readme;
  private final ReentrantLock calls = new ReentrantLock();

  /**
   * Asks the plugin once for what does not change.
   *
   * @param location the directory or jar it came from, for messages
   */
  LoadedPlugin(Plugin plugin, Path location) {
    this.plugin = plugin;
    this.location = location;
    this.name = plugin.name();
    this.configSpec = plugin.configSpec();
    this.readme = plugin.readme();
  }

  /** The plugin's name. */
  public String name() {
    return name;
  }

  /** The keys of its configuration. */
  public ConfigSpec configSpec() {
    return configSpec;
  }

  /** What it does, in Markdown. */
  public String readme() {
    return readme;
  }

  /** The jar that it came from. */
  public Path location() {
    return location;
  }

  /** What the plugin says about a configuration; what it throws is a problem too. */
  public List<ConfigProblem> check(Config config) {
    calls.lock();
    try (var _ = new ContextClassLoader(loader())) {
      return List.copyOf(plugin.check(config));
    } catch (RuntimeException | Error e) {
      return List.of(new ConfigProblem(List.of(), true, threw("check", e)));
    } finally {
      calls.unlock();
    }
  }

  /**
   * Opens an instance.
   *
   * @throws IOException if it cannot be opened, whatever the reason
   */
  public FileSystem open(PluginContext context, Config config) throws IOException {
    calls.lock();
    try (var _ = new ContextClassLoader(loader())) {
      FileSystem opened = plugin.open(context, config);
      return requireOpened(opened);
    } catch (RuntimeException | Error e) {
      throw new IOException(threw("open", e), e);
    } finally {
      calls.unlock();
    }
  }

  /** A plugin may be compiled without null checks. */
  private FileSystem requireOpened(FileSystem opened) throws IOException {
    if (opened == null) {
      throw new IOException("plugin " + name + " opened nothing (null)");
    }
    return opened;
  }

  /**
   * The platform threads that the plugin's code has started and that still run. They are known by
   * their context class loader, which a thread has from the one that starts it.
   */
  public List<Thread> threads() {
    ClassLoader own = loader();
    if (!(own instanceof PluginClassLoader)) {
      return List.of(); // it shares its loader with the host
    }
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> own.equals(thread.getContextClassLoader()))
        .toList();
  }

  /** The loader of the plugin's classes. */
  ClassLoader loader() {
    return plugin.getClass().getClassLoader();
  }

  private String threw(String call, Throwable failure) {
    return "plugin %s failed in %s: %s".formatted(name, call, failure);
  }

  /** Name and origin. */
  @Override
  public String toString() {
    return name + " (" + location + ")";
  }
}
