package dev.warren.testkit;

import dev.warren.api.BlockingCalls;
import dev.warren.api.DescriptorBudget;
import dev.warren.api.FileSystem;
import dev.warren.api.MemoryBudget;
import dev.warren.api.Metrics;
import dev.warren.api.Plugin;
import dev.warren.api.PluginContext;
import dev.warren.api.VfsPath;
import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigProblem;
import dev.warren.api.config.ConfigSpec;
import dev.warren.api.config.DatabaseSettings;
import dev.warren.api.database.Database;
import dev.warren.database.Databases;
import dev.warren.database.OpenDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/**
 * The host's services for a plugin, in a test. The state directory is below a directory of the
 * test, usually a {@code @TempDir}; {@link #inner} knows the plugins that the test names, and
 * checks configurations as the host does. Thread-safe.
 */
public final class TestContext implements PluginContext, AutoCloseable {
  /** Enough for tests that are not about memory: see {@link #withMemory}. */
  private static final long MEMORY = 1L << 30;

  /**
   * Shared by all contexts: if two of them open the same file, it is one database, as in a host.
   */
  private static final Databases DATABASES = new Databases();

  private final Path directory;
  private final VfsPath mountPath;
  private final Metrics metrics;
  private final List<Plugin> plugins;
  private final UnaryOperator<FileSystem> wrapper;
  private final MemoryBudget.Account memory;
  private final DescriptorBudget descriptors;
  private final Map<Class<?>, Object> granted;
  private final Queue<OpenDatabase> databases;
  private final UnaryOperator<Database> databaseWrapper;
  private final AtomicInteger inners = new AtomicInteger();
  private final List<FileSystem> innerFileSystems = new CopyOnWriteArrayList<>();

  private TestContext(
      Path directory,
      VfsPath mountPath,
      Metrics metrics,
      List<Plugin> plugins,
      UnaryOperator<FileSystem> wrapper,
      MemoryBudget.Account memory,
      DescriptorBudget descriptors,
      Map<Class<?>, Object> granted,
      Queue<OpenDatabase> databases,
      UnaryOperator<Database> databaseWrapper) {
    this.directory = directory;
    this.mountPath = mountPath;
    this.metrics = metrics;
    this.plugins = List.copyOf(plugins);
    this.wrapper = wrapper;
    this.memory = memory;
    this.descriptors = descriptors;
    this.granted = Map.copyOf(granted);
    this.databases = databases;
    this.databaseWrapper = databaseWrapper;
  }

  /**
   * Returns a context for an instance mounted at {@code /test}, without metrics.
   *
   * @param directory an existing directory, below which state is stored
   * @param plugins the plugins that {@link #inner} can open
   */
  public static TestContext in(Path directory, Plugin... plugins) {
    return new TestContext(
        directory,
        TestFiles.path("/test"),
        Metrics.NONE,
        Arrays.asList(plugins),
        UnaryOperator.identity(),
        new MemoryBudget(MEMORY, MEMORY).open(),
        DescriptorBudget.unlimited(),
        Map.of(),
        new ConcurrentLinkedQueue<>(),
        UnaryOperator.identity());
  }

  /** Returns this context for an instance mounted elsewhere. */
  public TestContext mountedAt(VfsPath path) {
    return new TestContext(
        directory,
        path,
        metrics,
        plugins,
        wrapper,
        memory,
        descriptors,
        granted,
        databases,
        databaseWrapper);
  }

  /** Returns this context with other metrics. */
  public TestContext withMetrics(Metrics other) {
    return new TestContext(
        directory,
        mountPath,
        other,
        plugins,
        wrapper,
        memory,
        descriptors,
        granted,
        databases,
        databaseWrapper);
  }

  /** Returns this context with another memory account. */
  public TestContext withMemory(MemoryBudget.Account other) {
    return new TestContext(
        directory,
        mountPath,
        metrics,
        plugins,
        wrapper,
        other,
        descriptors,
        granted,
        databases,
        databaseWrapper);
  }

  /** Returns this context with another budget of descriptors. */
  public TestContext withDescriptors(DescriptorBudget other) {
    return new TestContext(
        directory,
        mountPath,
        metrics,
        plugins,
        wrapper,
        memory,
        other,
        granted,
        databases,
        databaseWrapper);
  }

  /**
   * Returns this context, but wraps what {@link #inner} opens, for example in a {@link
   * RecordingFileSystem}, before the plugin receives it.
   */
  public TestContext wrappingInner(UnaryOperator<FileSystem> other) {
    return new TestContext(
        directory,
        mountPath,
        metrics,
        plugins,
        other,
        memory,
        descriptors,
        granted,
        databases,
        databaseWrapper);
  }

  /**
   * Returns this context, but wraps what {@link #database} opens, for example in an {@link
   * InterceptedDatabase}, before the plugin receives it.
   */
  public TestContext wrappingDatabases(UnaryOperator<Database> other) {
    return new TestContext(
        directory,
        mountPath,
        metrics,
        plugins,
        wrapper,
        memory,
        descriptors,
        granted,
        databases,
        other);
  }

  /** Returns this context, in which an instance is granted an object: see {@link #granted}. */
  public <T> TestContext granting(Class<T> type, T value) {
    Map<Class<?>, Object> more = new HashMap<>(granted);
    more.put(type, value);
    return new TestContext(
        directory,
        mountPath,
        metrics,
        plugins,
        wrapper,
        memory,
        descriptors,
        more,
        databases,
        databaseWrapper);
  }

  @Override
  public VfsPath mountPath() {
    return mountPath;
  }

  @Override
  public System.Logger logger() {
    return System.getLogger("dev.warren.test" + mountPath.toString().replace('/', '.'));
  }

  @Override
  public Path stateDirectory() throws IOException {
    return Files.createDirectories(directory.resolve("state"));
  }

  @Override
  public Metrics metrics() {
    return metrics;
  }

  /** Runs each call on the calling thread. */
  @Override
  public BlockingCalls blockingCalls() {
    return BlockingCalls.direct();
  }

  @Override
  public MemoryBudget.Account memory() {
    return memory;
  }

  @Override
  public DescriptorBudget descriptors() {
    return descriptors;
  }

  /**
   * Returns a database as a host does: of a file, or on a server such as {@code PostgresServer}.
   */
  @Override
  public Database database(DatabaseSettings settings) throws IOException {
    OpenDatabase database = DATABASES.open(settings);
    databases.add(database);
    return databaseWrapper.apply(database);
  }

  /**
   * Closes the databases that instances got from this context and from those derived from it, as
   * the host does after it has closed an instance. A context that provided none need not be closed.
   */
  @Override
  public void close() {
    for (OpenDatabase one = databases.poll(); one != null; one = databases.poll()) {
      one.close();
    }
  }

  @Override
  public <T> Optional<T> granted(Class<T> type) {
    return Optional.ofNullable(granted.get(type)).map(type::cast);
  }

  @Override
  public FileSystem inner(String plugin, Map<String, ?> config) throws IOException {
    Plugin found =
        plugins.stream()
            .filter(p -> p.name().equals(plugin))
            .findFirst()
            .orElseThrow(() -> new IOException("no plugin '" + plugin + "' in this test"));
    Path innerDirectory =
        Files.createDirectories(directory.resolve("inner-" + inners.incrementAndGet()));
    TestContext context =
        new TestContext(
            innerDirectory,
            mountPath,
            metrics,
            plugins,
            wrapper,
            memory,
            descriptors,
            granted,
            databases,
            databaseWrapper);
    FileSystem fs = wrapper.apply(open(found, context, config));
    innerFileSystems.add(fs);
    return fs;
  }

  /** The file systems that {@link #inner} has opened so far, as the plugin received them. */
  public List<FileSystem> innerFileSystems() {
    return List.copyOf(innerFileSystems);
  }

  /**
   * Opens a plugin as the host does: the configuration is checked first.
   *
   * @param config as it would be written in YAML
   * @throws IOException if the configuration is wrong, with all problems, or the plugin refuses it
   */
  public static FileSystem open(Plugin plugin, PluginContext context, Map<String, ?> config)
      throws IOException {
    ConfigSpec.Result result = plugin.configSpec().parse(config);
    List<ConfigProblem> problems = new ArrayList<>(result.problems());
    Config parsed = result.config();
    if (parsed != null) {
      problems.addAll(plugin.check(parsed));
    }
    if (parsed == null || !problems.isEmpty()) {
      throw new IOException(
          plugin.name()
              + ": "
              + String.join("; ", problems.stream().map(ConfigProblem::toString).toList()));
    }
    return plugin.open(context, parsed);
  }
}
