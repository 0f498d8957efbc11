package dev.warren.server.plugin;

import dev.warren.api.BlockingCalls;
import dev.warren.api.DescriptorBudget;
import dev.warren.api.FileSystem;
import dev.warren.api.MemoryBudget;
import dev.warren.api.Metrics;
import dev.warren.api.PluginContext;
import dev.warren.api.VfsPath;
import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigProblem;
import dev.warren.api.config.ConfigSpec;
import dev.warren.api.config.DatabaseSettings;
import dev.warren.api.config.Suggestion;
import dev.warren.api.database.Database;
import dev.warren.api.database.Dialect;
import dev.warren.database.Databases;
import dev.warren.namespace.calls.CallPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The services that one instance gets from the host. */
public final class HostPluginContext implements PluginContext, AutoCloseable {
  /** How deeply inner instances may be nested, which stops a plugin that opens itself. */
  static final int DEEPEST = 8;

  private final VfsPath mountPath;
  private final Path stateDirectory;
  private final Supplier<PluginSet> plugins;
  private final Metrics metrics;
  private final MemoryBudget.Account memory;
  private final DescriptorBudget descriptors;
  private final Ability ability;
  private final CallPool calls;
  private final UsedDatabases databases;
  private final List<String> chain;
  private final Set<LoadedPlugin> used;
  private final System.Logger logger;
  private final AtomicInteger innerInstances = new AtomicInteger();
  private final Map<Class<?>, Object> granted = new ConcurrentHashMap<>();
  private volatile boolean createsState = true;

  /**
   * Creates the context of an instance that is to be mounted.
   *
   * @param stateRoot the host's state directory
   * @param plugins the plugins for inner instances, read at each use
   * @param metrics the metrics of this instance and its inner instances
   * @param memory the account that these instances charge
   * @param descriptors the budget for descriptors that these instances open
   * @param calls runs the blocking calls of these instances
   * @param databases the host's databases
   */
  public HostPluginContext(
      LoadedPlugin plugin,
      VfsPath mountPath,
      Path stateRoot,
      Supplier<PluginSet> plugins,
      Metrics metrics,
      MemoryBudget.Account memory,
      DescriptorBudget descriptors,
      CallPool calls,
      Databases databases) {
    this(
        mountPath,
        stateRoot.resolve(plugin.name()).resolve(StateDirectories.encode(mountPath)),
        plugins,
        metrics,
        memory,
        descriptors,
        new Ability(),
        calls,
        new UsedDatabases(databases),
        List.of(plugin.name()),
        ConcurrentHashMap.newKeySet());
    used.add(plugin);
  }

  private HostPluginContext(
      VfsPath mountPath,
      Path stateDirectory,
      Supplier<PluginSet> plugins,
      Metrics metrics,
      MemoryBudget.Account memory,
      DescriptorBudget descriptors,
      Ability ability,
      CallPool calls,
      UsedDatabases databases,
      List<String> chain,
      Set<LoadedPlugin> used) {
    this.mountPath = mountPath;
    this.stateDirectory = stateDirectory;
    this.plugins = plugins;
    this.metrics = metrics;
    this.memory = memory;
    this.descriptors = descriptors;
    this.ability = ability;
    this.calls = calls;
    this.databases = databases;
    this.chain = chain;
    this.used = used;
    this.logger = System.getLogger(String.join(">", chain) + ":" + mountPath);
  }

  /** Gives this instance, but none of its inner instances, an object beyond the plugin contract. */
  public <T> void grant(Class<T> type, T object) {
    granted.put(type, object);
  }

  /** From now on, a missing state directory is an error instead of being created. */
  public void createNoState() {
    createsState = false;
  }

  @Override
  public <T> Optional<T> granted(Class<T> type) {
    return Optional.ofNullable(granted.get(type)).map(type::cast);
  }

  @Override
  public VfsPath mountPath() {
    return mountPath;
  }

  @Override
  public System.Logger logger() {
    return logger;
  }

  @Override
  public Path stateDirectory() throws IOException {
    if (!createsState && !Files.isDirectory(stateDirectory)) {
      throw new IOException(
          "the instance has stored nothing: there is no directory %s".formatted(stateDirectory));
    }
    return StateDirectories.require(stateDirectory);
  }

  @Override
  public Metrics metrics() {
    return metrics;
  }

  @Override
  public MemoryBudget.Account memory() {
    return memory;
  }

  @Override
  public DescriptorBudget descriptors() {
    return descriptors;
  }

  @Override
  public void unable(@Nullable String reason) {
    ability.say(reason, logger);
  }

  /**
   * Why the instance accepts no more requests, as it reports or because its databases do not
   * respond; null if it does accept them.
   */
  public @Nullable String unableBecause() {
    String own = ability.reason();
    String trouble = databases.problems().all();
    return own == null || trouble == null ? (own == null ? trouble : own) : trouble + "; " + own;
  }

  /** Whether a database that the instance has requested does not respond. */
  public boolean lacksDatabase() {
    return databases.problems().all() != null;
  }

  /** Whether something failed because a database did not respond. */
  public static boolean isDatabaseGone(Throwable failure) {
    for (Throwable one = failure; one != null; one = one.getCause()) {
      if (one instanceof SQLException e && Dialect.POSTGRESQL.isGone(e)) {
        return true;
      }
    }
    return false;
  }

  /** Calls an action once all databases of the instance respond. The action must not block. */
  public void whenDatabasesAnswer(Runnable call) {
    databases.problems().whenOver(call);
  }

  @Override
  public Database database(DatabaseSettings settings) throws IOException {
    return databases.open(settings);
  }

  /** Releases the host's resources that this instance and its inner instances used. */
  @Override
  public void close() {
    databases.close();
    memory.close();
  }

  /**
   * A client's cancelled request must not interrupt a call of an inner instance: the outer instance
   * may be in the middle of work of its own, such as a write to a journal.
   */
  @Override
  public BlockingCalls blockingCalls() {
    return chain.size() > 1 ? calls.patient() : calls;
  }

  /** Runs the blocking calls of this instance. */
  public CallPool calls() {
    return calls;
  }

  /** The plugins whose code this instance uses: its own and those of its inner instances. */
  public Set<LoadedPlugin> used() {
    return Set.copyOf(used);
  }

  @Override
  public FileSystem inner(String name, Map<String, ?> raw) throws IOException {
    List<String> deeper = new ArrayList<>(chain);
    deeper.add(name);
    String label = String.join(" > ", deeper);
    if (deeper.size() > DEEPEST) {
      throw new IOException(
          "%s: more than %d instances inside each other".formatted(label, DEEPEST));
    }
    PluginSet now = plugins.get();
    LoadedPlugin plugin =
        now.find(name)
            .orElseThrow(
                () ->
                    new IOException(
                        "%s: there is no plugin '%s'%s%s"
                            .formatted(
                                label,
                                name,
                                Suggestion.of(name, now.names()),
                                now.refusal(name).map(": "::concat).orElse(""))));
    Config config = config(label, plugin, raw);
    used.add(plugin);
    HostPluginContext context =
        new HostPluginContext(
            mountPath,
            stateDirectory.resolve("inner").resolve(name + "-" + innerInstances.incrementAndGet()),
            plugins,
            metrics,
            memory,
            descriptors,
            ability,
            calls,
            databases,
            List.copyOf(deeper),
            used);
    return plugin.open(context, config);
  }

  private static Config config(String label, LoadedPlugin plugin, Map<String, ?> raw)
      throws IOException {
    ConfigSpec.Result result = plugin.configSpec().parse(raw);
    Config config = result.config();
    List<ConfigProblem> problems = config == null ? result.problems() : plugin.check(config);
    if (config == null || !problems.isEmpty()) {
      throw new IOException(
          label
              + ": "
              + String.join("; ", problems.stream().map(ConfigProblem::toString).toList()));
    }
    return config;
  }
}
