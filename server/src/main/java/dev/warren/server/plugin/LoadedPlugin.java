package dev.warren.server.plugin;

import dev.warren.api.FileSystem;
import dev.warren.api.MaintenanceCommand;
import dev.warren.api.Plugin;
import dev.warren.api.PluginContext;
import dev.warren.api.UsedDirectory;
import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigProblem;
import dev.warren.api.config.ConfigSpec;
import dev.warren.api.config.DatabaseSettings;
import dev.warren.database.Databases;
import dev.warren.database.Fault;
import dev.warren.server.bounded.BoundedCall;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A usable plugin. Calls to it run one at a time, unless another call hangs, with its class loader
 * as the thread's context class loader; any exception becomes a problem or an IOException.
 * Thread-safe.
 */
public final class LoadedPlugin {
  private static final Logger log = LoggerFactory.getLogger(LoadedPlugin.class);

  /** How long a check may take; it reads a few files at most. */
  private static final Duration LONGEST_CHECK = Duration.ofSeconds(5);

  private final Plugin plugin;
  private final Path location;
  private final String name;
  private final ConfigSpec configSpec;
  private final String readme;
  private final Map<String, String> demonstration;
  private final Optional<String> jobsFile;
  private final List<MaintenanceCommand> maintenanceCommands;

  /** Held during a call; replaced when a call that hangs is given up. */
  private volatile ReentrantLock calls = new ReentrantLock();

  /**
   * Queries the plugin once for the properties that never change.
   *
   * @param location the directory or jar it came from, for messages
   */
  LoadedPlugin(Plugin plugin, Path location) {
    this.plugin = plugin;
    this.location = location;
    this.name = plugin.name();
    this.configSpec = plugin.configSpec();
    this.readme = plugin.readme();
    this.demonstration = Map.copyOf(plugin.demonstration());
    this.jobsFile = plugin.jobsFile();
    this.maintenanceCommands = List.copyOf(plugin.maintenanceCommands());
  }

  /** The plugin's name. */
  public String name() {
    return name;
  }

  /** The keys of its instances' configuration. */
  public ConfigSpec configSpec() {
    return configSpec;
  }

  /** The plugin's description, in Markdown. */
  public String readme() {
    return readme;
  }

  /** The keys that make an instance work without its external service, for demonstrations. */
  public Map<String, String> demonstration() {
    return demonstration;
  }

  /** The file in each instance's root that reports on its jobs. */
  public Optional<String> jobsFile() {
    return jobsFile;
  }

  /** The commands with which operators examine or repair what its instances have stored. */
  public List<MaintenanceCommand> maintenanceCommands() {
    return maintenanceCommands;
  }

  /**
   * Runs a command of the plugin, for an instance that need not be open.
   *
   * @return whether all is well
   * @throws IOException if it cannot be executed, whatever the reason
   */
  public boolean maintain(
      MaintenanceCommand command, PluginContext context, Config config, Consumer<String> output)
      throws IOException, InterruptedException {
    try (var _ = new ContextClassLoader(loader())) {
      return command.action().run(context, config, output);
    } catch (RuntimeException | Error e) {
      throw new IOException(threw(command.name(), e), e);
    }
  }

  /**
   * Returns the directories of this machine that an instance uses; none if the plugin fails to list
   * them.
   *
   * @param config values that have passed {@link #check}
   */
  public List<UsedDirectory> directories(Config config) {
    try (var _ = new ContextClassLoader(loader())) {
      return List.copyOf(plugin.directories(config));
    } catch (RuntimeException | Error e) {
      log.error("{}", threw("directories", e));
      return List.of();
    }
  }

  /** The jar that it came from. */
  public Path location() {
    return location;
  }

  /**
   * Returns the plugin's problems with a configuration, including an exception that it throws. A
   * check that hangs reports none: that is no mistake in the file, and opening the instance will
   * show the cause.
   */
  public List<ConfigProblem> check(Config config) {
    if (calls.isHeldByCurrentThread()) {
      return checkNow(config); // part of opening an outer instance, which has a time limit itself
    }
    BoundedCall<List<ConfigProblem>> call =
        BoundedCall.start("checking a configuration of " + name, () -> checkNow(config));
    try {
      if (call.awaitEnd(LONGEST_CHECK)) {
        return call.result();
      }
      call.reportSlow(LONGEST_CHECK);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    passBy();
    return List.of();
  }

  private List<ConfigProblem> checkNow(Config config) {
    ReentrantLock lock = calls;
    lock.lock();
    try (var _ = new ContextClassLoader(loader())) {
      List<ConfigProblem> problems = new ArrayList<>(databases(config));
      problems.addAll(plugin.check(config));
      return List.copyOf(problems);
    } catch (RuntimeException | Error e) {
      return List.of(new ConfigProblem(List.of(), true, threw("check", e)));
    } finally {
      lock.unlock();
    }
  }

  /** The host's own check: plugins do not know which databases are supported. */
  private List<ConfigProblem> databases(Config config) {
    List<ConfigProblem> problems = new ArrayList<>();
    for (ConfigKey<?> key : configSpec.keys()) {
      if (config.find(key).orElse(null) instanceof DatabaseSettings settings) {
        for (Fault fault : Databases.faults(settings)) {
          problems.add(
              new ConfigProblem(
                  List.of(key.name(), fault.key()),
                  false,
                  "'%s': %s".formatted(key.name(), fault.message())));
        }
      }
    }
    return problems;
  }

  /**
   * Allows further calls while another hangs: an instance that hangs must not keep the plugin's
   * other instances from opening.
   */
  public synchronized void passBy() {
    calls = new ReentrantLock();
  }

  /**
   * Opens an instance.
   *
   * @throws IOException if it cannot be opened, whatever the reason
   */
  public FileSystem open(PluginContext context, Config config) throws IOException {
    ReentrantLock lock = calls;
    lock.lock();
    try (var _ = new ContextClassLoader(loader())) {
      FileSystem opened = plugin.open(context, config);
      return requireOpened(opened);
    } catch (RuntimeException | Error e) {
      throw new IOException(threw("open", e), e);
    } finally {
      lock.unlock();
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
   * Returns the plugin's platform threads that still run. They are recognised by their context
   * class loader, which a thread inherits from the thread that creates it.
   */
  public List<Thread> threads() {
    ClassLoader own = loader();
    if (!(own instanceof PluginClassLoader)) {
      return List.of(); // it shares the host's class loader
    }
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> own.equals(thread.getContextClassLoader()))
        .toList();
  }

  /** The class loader of the plugin's classes. */
  ClassLoader loader() {
    return plugin.getClass().getClassLoader();
  }

  /** Describes an exception as a bug in the plugin; includes its class, for the plugin's author. */
  private String threw(String call, Throwable failure) {
    return "plugin %s failed in %s: %s".formatted(name, call, failure);
  }

  /** The name and the jar. */
  @Override
  public String toString() {
    return name + " (" + location + ")";
  }
}
