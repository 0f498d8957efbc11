package dev.warren.server.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.DescriptorBudget;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget;
import dev.warren.api.Plugin;
import dev.warren.api.PluginContext;
import dev.warren.api.VfsPath;
import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigSpec;
import dev.warren.api.config.DatabaseSettings;
import dev.warren.api.database.Database;
import dev.warren.api.database.Migrations;
import dev.warren.database.Databases;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.namespace.Namespace;
import dev.warren.server.config.InstanceSettings;
import dev.warren.server.log.LogMemory;
import dev.warren.server.metrics.HostMetrics;
import dev.warren.server.plugin.PluginSet;
import dev.warren.server.plugin.TestPlugins;
import dev.warren.testkit.TestFiles;
import dev.warren.testkit.database.PostgresServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An instance whose database is on a server that stops and restarts. */
class MountedDatabaseTest {
  private static final VfsPath PLACE = TestFiles.path("/a");
  private static final ConfigKey<DatabaseSettings> DATABASE =
      ConfigKey.database("database", "where its rows are");

  /** A plugin as third parties write it: it has no code for servers that do not respond. */
  private static final class Rows implements Plugin {
    volatile Database database;

    /** Holds up the next opening, which fails then. */
    final AtomicReference<CountDownLatch> hangs = new AtomicReference<>();

    @Override
    public String name() {
      return "rows";
    }

    @Override
    public ConfigSpec configSpec() {
      return ConfigSpec.of(DATABASE);
    }

    @Override
    public String readme() {
      return "# rows\n";
    }

    @Override
    public FileSystem open(PluginContext context, Config config) throws IOException {
      database = context.database(config.get(DATABASE));
      CountDownLatch hang = hangs.getAndSet(null);
      try {
        if (hang != null) {
          hang.await();
          throw new SQLException("the connection was lost", "08006");
        }
        new Migrations("rows", List.of("CREATE TABLE a (n INTEGER);\n")).apply(database);
      } catch (SQLException | InterruptedException e) {
        throw new IOException("the rows cannot be read", e);
      }
      return new MemoryFileSystem();
    }
  }

  private static PostgresServer server;

  @TempDir Path state;
  private final Rows plugin = new Rows();
  private final PluginSet plugins = TestPlugins.of(plugin);
  private final MemoryBudget memory = new MemoryBudget(1 << 20, 1 << 20);
  private final Namespace namespace = new Namespace();
  private final ChangeQueue changes = new ChangeQueue();
  private MountReconciler mounts;

  @BeforeAll
  static void serve() throws Exception {
    server = PostgresServer.startOwn();
  }

  @AfterAll
  static void end() {
    if (server != null) {
      server.close();
    }
  }

  @BeforeEach
  void make() throws Exception {
    server.start();
    mounts =
        new MountReconciler(
            namespace,
            state,
            settings -> Duration.ZERO,
            new HostMetrics(),
            memory,
            DescriptorBudget.unlimited(),
            new Databases(2),
            (settings, ordinary) -> ordinary,
            this::exclusively);
  }

  @AfterEach
  void close() throws Exception {
    mounts.unmountAll(Duration.ofSeconds(10));
    namespace.close();
  }

  private boolean exclusively(Runnable change) {
    try {
      return changes.run(
          () -> {
            change.run();
            return true;
          });
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private InstanceSettings instance() {
    var found = plugins.find("rows").orElseThrow();
    return new InstanceSettings(
        found,
        "first",
        PLACE,
        found
            .configSpec()
            .parse(Map.of("database", PostgresServer.setting(server.url("postgres"))))
            .orThrow());
  }

  private static void eventually(Callable<Boolean> condition) throws Exception {
    while (!condition.call()) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }

  private boolean isThere() {
    try {
      return namespace.stat(PLACE).isDirectory();
    } catch (FsException e) {
      return false;
    }
  }

  private static List<String> logged(long from) throws Exception {
    ByteBuffer log = ByteBuffer.allocate(1 << 16);
    LogMemory.PROCESS.read(from, log);
    return UTF_8
        .decode(log.flip())
        .toString()
        .lines()
        .filter(line -> line.contains("jdbc:postgresql://127.0.0.1:"))
        .toList();
  }

  @Test
  void aMountRemainsWhileItsDatabaseIsUnavailableAndReportsWhy() throws Exception {
    exclusively(() -> mounts.apply(List.of(instance()), plugins));
    assertThat(mounts.unableBecause(PLACE)).isNull();
    long from = LogMemory.PROCESS.end();
    server.stop();
    eventually(() -> mounts.unableBecause(PLACE) != null);
    assertThat(mounts.unableBecause(PLACE))
        .contains("jdbc:postgresql://127.0.0.1:%d/postgres".formatted(server.port()))
        .doesNotContain(PostgresServer.PASSWORD);
    assertThat(isThere()).isTrue();
    assertThatThrownBy(plugin.database::getConnection).isInstanceOf(SQLException.class);
    server.start();
    eventually(() -> mounts.unableBecause(PLACE) == null);
    plugin.database.getConnection().close();
    assertThat(logged(from))
        .hasSize(2)
        .satisfies(
            lines -> {
              assertThat(lines.getFirst()).contains("cannot be used, and is tried again and again");
              assertThat(lines.getLast()).contains("answers again");
            })
        .noneMatch(line -> line.contains(PostgresServer.PASSWORD));
  }

  @Test
  void anInstanceIsOpenedWhenItsDatabaseBecomesAvailable() throws Exception {
    server.stop();
    exclusively(() -> mounts.apply(List.of(instance()), plugins));
    assertThat(isThere()).isFalse();
    assertThat(mounts.isMounted(PLACE)).as("it answers EIO").isTrue();
    server.start();
    eventually(this::isThere);
    eventually(() -> mounts.unableBecause(PLACE) == null);
    plugin.database.getConnection().close();
  }

  /** The database server, or its machine, may have been stopped for a while. */
  @Test
  @Tag("slow")
  void anInstanceIsOpenedAgainIfItHungUntilItsConnectionWasLost() throws Exception {
    CountDownLatch hang = new CountDownLatch(1);
    plugin.hangs.set(hang);
    exclusively(() -> mounts.apply(List.of(instance()), plugins)); // waits for a while
    assertThat(isThere()).isFalse();
    hang.countDown();
    eventually(this::isThere);
    plugin.database.getConnection().close();
  }

  @Test
  void anInstanceThatIsNoLongerWantedIsNotOpened() throws Exception {
    server.stop();
    exclusively(() -> mounts.apply(List.of(instance()), plugins));
    exclusively(() -> mounts.apply(List.of(), plugins));
    assertThat(mounts.isMounted(PLACE)).isFalse();
    assertThat(
            Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("watch of"))
                .filter(thread -> thread.getName().contains(":" + server.port())))
        .as("nobody waits for the server any more")
        .isEmpty();
  }
}
