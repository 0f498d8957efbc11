package dev.warren.server.plugin;

import dev.warren.api.FileSystem;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A plugin that can be used. Calls into it are made one at a time but for those that hang, with its
 * class loader as the thread's, and whatever it throws comes out as an answer. Thread-safe.
 */
public final class LoadedPlugin {
  private static final Logger log = LoggerFactory.getLogger(LoadedPlugin.class);

  /** How long a check may take; it looks at a few files at most. */
  private static final Duration LONGEST_CHECK = Duration.ofSeconds(5);

  private final Plugin plugin;
  private final Path location;
  private final String name;
  private final ConfigSpec configSpec;
  private final String readme;
  private final Map<String, String> demonstration;
  private final Optional<String> jobsFile;

  /** Held by who calls; another one once somebody has been given up with it. */
  private volatile ReentrantLock calls = new ReentrantLock();

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
    this.demonstration = Map.copyOf(plugin.demonstration());
    this.jobsFile = plugin.jobsFile();
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

  /** The keys by which an instance does without its service. */
  public Map<String, String> demonstration() {
    return demonstration;
  }

  /** The file in each instance's root that says what its jobs are doing. */
  public Optional<String> jobsFile() {
    return jobsFile;
  }

  /**
   * The directories of this machine that an instance uses; none where the plugin fails to say.
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
   * What the plugin says about a configuration; what it throws is a problem too. A check that hangs
   * says nothing: that is no mistake in the file, and to open the instance will show what it is.
   */
  public List<ConfigProblem> check(Config config) {
    if (calls.isHeldByCurrentThread()) {
      return checkNow(config); // a part of opening another instance, which is bounded itself
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

  /** What the host has to say: which databases there are is not the plugin's to know. */
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
   * Lets later calls in beside one that does not return: an instance that hangs must not keep the
   * plugin's others from opening.
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

  /** A mistake in its program, for its author: so with the name of the class. */
  private String threw(String call, Throwable failure) {
    return "plugin %s failed in %s: %s".formatted(name, call, failure);
  }

  /** Name and origin. */
  @Override
  public String toString() {
    return name + " (" + location + ")";
  }
}
