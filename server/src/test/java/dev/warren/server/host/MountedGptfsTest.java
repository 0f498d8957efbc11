package dev.warren.server.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.DescriptorBudget;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.api.config.DatabaseSettings;
import dev.warren.api.config.Secret;
import dev.warren.database.Databases;
import dev.warren.database.OpenDatabase;
import dev.warren.gptfs.GptfsPlugin;
import dev.warren.namespace.Namespace;
import dev.warren.server.config.InstanceSettings;
import dev.warren.server.metrics.HostMetrics;
import dev.warren.server.plugin.PluginSet;
import dev.warren.server.plugin.TestPlugins;
import dev.warren.sqlfs.SqlfsPlugin;
import dev.warren.testkit.TestFiles;
import dev.warren.testkit.database.PostgresServer;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** gptfs with its jobs and files on a server that cannot be reached when the host starts. */
@Tag("slow")
class MountedGptfsTest {
  private static final VfsPath PLACE = TestFiles.path("/agents");
  private static final VfsPath PROMPT = TestFiles.path("/agents/inbox/x.txt");
  private static final VfsPath ANSWER = TestFiles.path("/agents/wait/x");

  @TempDir Path state;
  private final PluginSet plugins = TestPlugins.of(new GptfsPlugin(), new SqlfsPlugin());
  private final Namespace namespace = new Namespace();
  private final Databases databases = new Databases(10);
  private final ChangeQueue changes = new ChangeQueue();
  private PostgresServer server;
  private MountReconciler mounts;

  @BeforeEach
  void make() throws Exception {
    server = PostgresServer.startOwn();
    mounts =
        new MountReconciler(
            namespace,
            state,
            settings -> Duration.ZERO,
            new HostMetrics(),
            new MemoryBudget(1 << 28, 1 << 28),
            DescriptorBudget.unlimited(),
            databases,
            (settings, ordinary) -> ordinary,
            this::exclusively);
  }

  @AfterEach
  void close() throws Exception {
    mounts.unmountAll(Duration.ofSeconds(10));
    namespace.close();
    server.close();
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
    var found = plugins.find("gptfs").orElseThrow();
    return new InstanceSettings(
        found,
        "agents",
        PLACE,
        found
            .configSpec()
            .parse(
                Map.of(
                    "demo",
                    true,
                    "settle",
                    "0ms",
                    "database",
                    PostgresServer.setting(server.url("postgres"))))
            .orThrow());
  }

  private void mount() {
    exclusively(() -> mounts.apply(List.of(instance()), plugins));
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

  private String answer(String prompt) throws FsException {
    OpenFile file = namespace.open(PROMPT, OpenOptions.REPLACE, 0644);
    file.write(ByteBuffer.wrap(prompt.getBytes(UTF_8)), 0);
    file.close();
    OpenFile answer = namespace.open(ANSWER, OpenOptions.READ, 0);
    ByteBuffer read = ByteBuffer.allocate(1 << 16);
    answer.read(read, 0);
    answer.close();
    return UTF_8.decode(read.flip()).toString();
  }

  @Test
  void itsMountSaysWhyItIsNotThereAndIsOnceTheServerAnswers() throws Exception {
    server.stop();
    mount();
    assertThatThrownBy(() -> namespace.stat(PLACE))
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EIO))
        .hasMessageContaining("jdbc:postgresql://127.0.0.1:%d/postgres".formatted(server.port()))
        .hasMessageNotContaining(PostgresServer.PASSWORD);
    server.start();
    eventually(this::isThere);
    assertThat(answer("Is it you?")).contains("Is it you?");
  }

  /** The connections end in the middle of the opening, and new ones can be opened immediately. */
  @Test
  void anOpeningThatALostConnectionHasEndedIsRepeated() throws Exception {
    mount();
    exclusively(() -> mounts.apply(List.of(), plugins));
    try (OpenDatabase database =
            databases.open(
                new DatabaseSettings(
                    server.url("postgres"),
                    PostgresServer.USER,
                    new Secret(PostgresServer.PASSWORD),
                    false));
        Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE gptfs_hosts IN EXCLUSIVE MODE");
      Thread opening = Thread.ofPlatform().start(this::mount);
      eventually(() -> ended(database) > 0);
      connection.rollback();
      opening.join();
    }
    eventually(this::isThere);
    assertThat(answer("Is it you?")).contains("Is it you?");
  }

  /** Ends the connections that wait for a lock; returns their number. */
  private static int ended(OpenDatabase database) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE"
                    + " wait_event_type = 'Lock'")) {
      return rows.next() ? rows.getInt(1) : 0;
    }
  }
}
