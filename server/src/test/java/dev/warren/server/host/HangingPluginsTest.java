package dev.warren.server.host;

import static dev.warren.testkit.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.ForwardingFileSystem;
import dev.warren.api.FsException;
import dev.warren.api.Plugin;
import dev.warren.api.PluginContext;
import dev.warren.api.VfsPath;
import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigProblem;
import dev.warren.api.config.ConfigSpec;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.namespace.MountInfo;
import dev.warren.namespace.MountState;
import dev.warren.server.config.ConfigurationReader;
import dev.warren.server.log.Redactor;
import dev.warren.server.plugin.PluginLoader;
import dev.warren.server.plugin.PluginSet;
import dev.warren.server.plugin.TestPlugins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plugins whose calls never return: the rest of the host starts, changes and ends without them. */
@Tag("slow") // takes as long as the host waits for them
class HangingPluginsTest {
  @TempDir Path directory;
  private final DirectFrontEnd frontEnd = new DirectFrontEnd();
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final CountDownLatch released = new CountDownLatch(1);
  private final PluginSet plugins = TestPlugins.of(new Hanging());
  private Host host;

  private final class Hanging implements Plugin {
    private static final ConfigKey<String> IN = ConfigKey.string("in", "where").withDefault("");

    @Override
    public String name() {
      return "hanging";
    }

    @Override
    public ConfigSpec configSpec() {
      return ConfigSpec.of(IN);
    }

    @Override
    public String readme() {
      return "# hanging\n";
    }

    @Override
    public List<ConfigProblem> check(Config config) {
      hang(config, "check");
      return List.of();
    }

    @Override
    public FileSystem open(PluginContext context, Config config) {
      events.add("open " + context.mountPath());
      hang(config, "open");
      return new ForwardingFileSystem(new MemoryFileSystem()) {
        @Override
        public void close() throws FsException {
          events.add("close " + context.mountPath());
          super.close();
        }
      };
    }

    private void hang(Config config, String where) {
      if (config.get(IN).equals(where)) {
        try {
          released.await();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }

  @AfterEach
  void stop() throws InterruptedException {
    released.countDown();
    if (host != null) {
      host.stop();
    }
  }

  private void write(String instances) throws IOException {
    Files.writeString(
        directory.resolve("config.yaml"),
        "server: {state_dir: '%s', drain_timeout: 1s}\ndirect:\nplugins: {hanging: [%s]}\n"
            .formatted(directory.resolve("state"), instances));
  }

  private void start(String instances) throws Exception {
    write(instances);
    host =
        Host.start(
            new Host.Parts(
                directory.resolve("config.yaml"),
                new ConfigurationReader(List.of(frontEnd), _ -> plugins, _ -> null, new Redactor()),
                new PluginLoader(List.of()),
                "1"),
            false);
  }

  private static VfsPath path(String text) throws FsException {
    return VfsPath.parse(text);
  }

  private MountInfo mount(String path) {
    return host.mounts().stream()
        .filter(mount -> mount.path().toString().equals(path))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aPluginThatHangsInOpenReturnsEioUntilTheCallReturns() throws Exception {
    start("{path: /stuck, config: {in: open}}, {path: /fine}");
    assertThat(mount("/stuck").state()).isEqualTo(MountState.FAILED);
    assertThat(mount("/stuck").error()).contains("hanging at /stuck", "it does not open");
    assertThat(mount("/fine").state()).isEqualTo(MountState.UP);
    assertThatThrownBy(() -> frontEnd.fileSystem().mkdir(path("/stuck/d"), 0700))
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EIO))
        .hasMessageContaining("does not open");
    frontEnd.fileSystem().mkdir(path("/fine/d"), 0700);

    host.commands().mount("hanging", path("/more"), Map.of());
    write("{path: /stuck, config: {in: open}}, {path: /fine}, {path: /next}");
    assertThat(host.reload()).isTrue();
    assertThat(mount("/next").state()).isEqualTo(MountState.UP);
    assertThat(events).as("it is not opened twice").containsOnlyOnce("open /stuck");

    released.countDown();
    await().until(() -> mount("/stuck").state() == MountState.UP);
    frontEnd.fileSystem().mkdir(path("/stuck/d"), 0700);
  }

  @Test
  void anInstanceThatIsNoLongerWantedWhenOpenReturnsIsClosed() throws Exception {
    start("{path: /stuck, config: {in: open}}, {path: /fine}, {path: /other}");
    write("{path: /fine}, {path: /other}");
    assertThat(host.reload()).isTrue();
    assertThat(host.mounts()).hasSize(2);
    assertThatThrownBy(() -> host.commands().mount("hanging", path("/order"), Map.of("in", "open")))
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EIO))
        .hasMessageContaining("does not open");

    released.countDown();
    await().until(() -> events.contains("close /stuck") && events.contains("close /order"));
    assertThat(host.mounts()).hasSize(2);
  }

  @Test
  void aPluginThatHangsInCheckDelaysNeitherTheStartNorAReload() throws Exception {
    start("{path: /checked, config: {in: check}}, {path: /fine}");
    assertThat(mount("/checked").state()).isEqualTo(MountState.UP);
    write("{path: /checked, config: {in: check}}, {path: /fine}, {path: /next}");
    assertThat(host.reload()).isTrue();
    assertThat(mount("/next").state()).isEqualTo(MountState.UP);
  }

  @Test
  void theShutdownDoesNotWaitForAPluginThatHangsInOpen() throws Exception {
    start("{path: /stuck, config: {in: open}}, {path: /fine}");
    host.stop();
    assertThat(events).contains("close /fine").doesNotContain("close /stuck");
    start("{path: /fine}"); // the state directory was released
    assertThat(mount("/fine").state()).isEqualTo(MountState.UP);
    released.countDown();
    await().until(() -> events.contains("close /stuck"));
  }
}
