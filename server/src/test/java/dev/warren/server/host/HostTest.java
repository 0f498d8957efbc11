package dev.warren.server.host;

import static dev.warren.testkit.Waiting.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.warren.api.DescriptorBudget;
import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.Plugin;
import dev.warren.api.PluginContext;
import dev.warren.api.VfsPath;
import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigSpec;
import dev.warren.memfs.MemfsPlugin;
import dev.warren.namespace.MountInfo;
import dev.warren.namespace.MountState;
import dev.warren.server.config.ConfigurationException;
import dev.warren.server.config.ConfigurationReader;
import dev.warren.server.log.LogMemory;
import dev.warren.server.log.Redactor;
import dev.warren.server.plugin.PluginLoader;
import dev.warren.server.plugin.PluginSet;
import dev.warren.server.plugin.TestPlugins;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostTest {
  @TempDir Path directory;
  private final RecordingPlugin plugin = new RecordingPlugin();
  private final DirectFrontEnd frontEnd = new DirectFrontEnd();
  private Host host;

  @AfterEach
  void stop() throws InterruptedException {
    if (host != null) {
      host.stop();
    }
  }

  private void write(String sections) throws IOException {
    Files.writeString(
        directory.resolve("config.yaml"),
        "server: {state_dir: '%s', drain_timeout: 1s}\n".formatted(directory.resolve("state"))
            + sections);
  }

  private Host start(String sections, boolean strict)
      throws IOException, ConfigurationException, InterruptedException {
    write(sections);
    ConfigurationReader reader =
        new ConfigurationReader(List.of(frontEnd), _ -> plugins, _ -> null, new Redactor());
    return Host.start(
        new Host.Parts(
            directory.resolve("config.yaml"), reader, new PluginLoader(List.of()), "1.2.3"),
        strict);
  }

  private volatile PluginSet plugins = TestPlugins.of(plugin);

  private static void assertErrno(Errno errno, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }

  private void put(String path, String text) throws FsException {
    try (OpenFile file =
        frontEnd.fileSystem().open(VfsPath.parse(path), OpenOptions.REPLACE, 0600)) {
      file.write(ByteBuffer.wrap(text.getBytes(UTF_8)), 0);
    }
  }

  private String get(String path) throws FsException {
    ByteBuffer buffer = ByteBuffer.allocate(1000);
    try (OpenFile file = frontEnd.fileSystem().open(VfsPath.parse(path), OpenOptions.READ, 0)) {
      file.read(buffer, 0);
    }
    return UTF_8.decode(buffer.flip()).toString();
  }

  @Test
  void mountsAndServes() throws Exception {
    host =
        start(
            """
            direct:
            plugins:
              recording:
                - {path: /a}
                - {path: /b/c, name: second}
            """,
            false);

    put("/b/c/file", "text");
    assertThat(get("/b/c/file")).isEqualTo("text");
    assertThat(frontEnd.fileSystem().stat(VfsPath.parse("/b")).type())
        .isEqualTo(FileType.DIRECTORY);
    assertThat(host.addresses()).isEqualTo(java.util.Map.of("direct", List.of("here")));
    assertThat(host.mounts().stream().map(MountInfo::path).map(VfsPath::toString))
        .containsExactly("/a", "/b/c");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(directory.resolve("state"))))
        .isEqualTo("rwx------");
  }

  /** The host's clock runs by itself. */
  @Test
  void closesCachedDescriptorsThatAreNotUsed() throws Exception {
    host = start("direct:\nplugins: {recording: {path: /a}}\n", false);
    DescriptorBudget descriptors = plugin.descriptors;
    CountDownLatch dropped = new CountDownLatch(1);
    DescriptorBudget.Kept unused =
        new DescriptorBudget.Kept() {
          @Override
          public void drop() {
            dropped.countDown();
          }

          @Override
          public int lastUsed() {
            return -60; // a minute before the host started
          }
        };
    assertThat(descriptors.keep(unused)).isTrue();

    await().until(() -> descriptors.kept() == 0);
    dropped.await();
  }

  @Test
  void endsInReverseOrder() throws Exception {
    host = start("direct:\nplugins: {recording: [{path: /a}, {path: /b}, {path: /c}]}\n", false);
    host.stop();
    host = null;

    assertThat(frontEnd.events).containsExactly("start here", "drain here", "close here");
    assertThat(plugin.events)
        .containsExactly("open /a", "open /b", "open /c", "close /c", "close /b", "close /a");
  }

  @Test
  void aPathThatIsBeingReplacedNeverShowsTheMountAroundIt() throws Exception {
    host = start("direct:\nplugins: {recording: [{path: /}, {path: /m/n}]}\n", false);
    List<Errno> seen = new ArrayList<>();
    plugin.whileOpening =
        () -> {
          try {
            put("/m/n/file", "astray");
          } catch (FsException e) {
            seen.add(e.errno());
          }
        };
    write("direct:\nplugins: {recording: [{path: /}, {path: /m/n, config: {text: new}}]}\n");

    assertThat(host.reload()).isTrue();
    assertThat(seen).containsExactly(Errno.EIO);
    assertThat(plugin.events).containsExactly("open /", "open /m/n", "close /m/n", "open /m/nnew");
    put("/m/n/file", "there");
    assertThat(get("/m/n/file")).isEqualTo("there");
  }

  @Test
  void anInstanceThatDoesNotOpenReturnsEio() throws Exception {
    host =
        start(
            """
            direct:
            plugins: {recording: [{path: /x/bad, config: {fail: no disk}}, {path: /ok}]}
            """,
            false);

    assertThatThrownBy(() -> frontEnd.fileSystem().openDirectory(VfsPath.parse("/x/bad")))
        .hasMessageContaining("no disk");
    assertErrno(Errno.EIO, () -> put("/x/bad/file", "lost"));
    put("/ok/file", "kept");
    MountInfo failed = host.mounts().getFirst();
    assertThat(failed.state()).isEqualTo(MountState.FAILED);
    assertThat(failed.error()).contains("no disk");
  }

  @Test
  void strictRequiresEveryInstance() throws Exception {
    assertThatThrownBy(
            () ->
                start(
                    """
                    direct:
                    plugins: {recording: [{path: /ok}, {path: /bad, config: {fail: no disk}}]}
                    """,
                    true))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("recording at /bad")
        .hasMessageContaining("no disk");
    assertThat(plugin.events).containsExactly("open /ok", "fail /bad", "close /ok");
    assertThat(frontEnd.events).isEmpty();
    host = start("direct:\n", false); // the state directory was released
  }

  @Test
  void frontEndThatCannotStartEndsTheHost() {
    assertThatThrownBy(
            () -> start("direct: {listen: taken}\nplugins: {recording: {path: /a}}\n", false))
        .hasMessage("direct cannot start: address taken");
    assertThat(plugin.events).containsExactly("open /a", "close /a");
  }

  @Test
  void wrongConfigurationOpensNothing() {
    assertThatThrownBy(
            () -> start("direct:\nplugins: {recording: [{path: /a}, {path: b}]}\n", false))
        .isInstanceOf(ConfigurationException.class);
    assertThat(plugin.events).isEmpty();
    assertThat(directory.resolve("state")).doesNotExist();
  }

  @Test
  void twoHostsDoNotShareAStateDirectory() throws Exception {
    host = start("direct:\n", false);
    assertThatThrownBy(() -> start("direct:\n", false))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("another Warren runs with the state directory");
  }

  @Test
  void reloadChangesOnlyWhatHasChanged() throws Exception {
    host =
        start(
            """
            direct:
            plugins:
              recording:
                - {path: /same, config: {text: 1}}
                - {path: /changed, config: {text: 1}}
                - {path: /gone}
                - {path: /renamed, name: old}
            """,
            false);
    put("/same/file", "still here");
    plugin.events.clear();
    frontEnd.events.clear();

    write(
        """
        direct:
        plugins:
          recording:
            - {path: /new}
            - {path: /changed, config: {text: 2}}
            - {path: /same, config: {text: 1}}
            - {path: /gone, enabled: false}
            - {path: /renamed, name: new}
        """);
    assertThat(host.reload()).isTrue();

    assertThat(plugin.events)
        .containsExactly(
            "close /renamed",
            "close /gone",
            "close /changed1",
            "open /new",
            "open /changed2",
            "open /renamed");
    assertThat(get("/same/file")).isEqualTo("still here");
    assertErrno(Errno.ENOENT, () -> frontEnd.fileSystem().stat(VfsPath.parse("/gone")));
    assertThat(frontEnd.events).isEmpty();
  }

  /**
   * Includes instances of other plugins that opened an inner instance of the changed one. All other
   * mounts stay.
   */
  @Test
  void reloadReopensTheMountsOfAPluginWhoseArchiveHasChanged() throws Exception {
    plugins = TestPlugins.of(new MemfsPlugin(), plugin, new OuterPlugin("recording"));
    host =
        start(
            """
            direct:
            plugins:
              memfs: {path: /kept}
              recording: [{path: /a}, {path: /b}]
              outer: {path: /o}
            """,
            false);
    put("/kept/file", "still here");
    plugin.events.clear();
    assertThat(host.reload()).isTrue();
    assertThat(plugin.events).as("while no archive has changed").isEmpty();

    plugins = TestPlugins.changed(plugins, plugin);
    assertThat(host.reload()).isTrue();
    assertThat(plugin.events)
        .containsExactly("close /o", "close /b", "close /a", "open /a", "open /b", "open /o");
    put("/a/file", "new");
    put("/o/file", "new");
    assertThat(get("/a/file")).isEqualTo("new");
    assertThat(get("/o/file")).isEqualTo("new");
    assertThat(get("/kept/file")).isEqualTo("still here");
    assertThat(host.mounts()).hasSize(4).allMatch(mount -> mount.state() == MountState.UP);
  }

  /** Opens an inner instance of another plugin, and has nothing of its own. */
  private record OuterPlugin(String inner) implements Plugin {
    @Override
    public String name() {
      return "outer";
    }

    @Override
    public ConfigSpec configSpec() {
      return ConfigSpec.of();
    }

    @Override
    public String readme() {
      return "# outer";
    }

    @Override
    public FileSystem open(PluginContext context, Config config) throws IOException {
      return context.inner(inner, Map.of());
    }
  }

  @Test
  void reloadOfAWrongFileChangesNothing() throws Exception {
    host = start("direct:\nplugins: {recording: {path: /a}}\n", false);
    put("/a/file", "still here");
    plugin.events.clear();

    write("direct:\nplugins: {recording: [{path: /b}, {pat: /c}]}\n");

    assertThat(host.reload()).isFalse();
    assertThat(plugin.events).isEmpty();
    assertThat(get("/a/file")).isEqualTo("still here");
  }

  @Test
  void reloadRetriesFailedInstances() throws Exception {
    host = start("direct:\nplugins: {recording: {path: /a, config: {fail: no disk}}}\n", false);

    write("direct:\nplugins: {recording: {path: /a}}\n");
    assertThat(host.reload()).isTrue();

    put("/a/file", "text");
    assertThat(host.mounts().getFirst().state()).isEqualTo(MountState.UP);
    frontEnd
        .fileSystem()
        .unlink(
            VfsPath.parse(
                "/a/file")); // otherwise the reload would be refused, because it would lose the
    // file
    write("direct:\nplugins: {recording: {path: /a, config: {fail: gone again}}}\n");
    host.reload();
    host.reload();
    assertThat(plugin.events)
        .containsExactly("fail /a", "open /a", "close /a", "fail /a", "fail /a");
  }

  @Test
  void reloadRestartsFrontEndsWhoseSectionChanged() throws Exception {
    host = start("direct: {listen: one}\n", false);

    write("direct: {listen: two}\n");
    host.reload();
    await().until(() -> frontEnd.events.contains("close one"));
    for (int i = 0; i < 2; i++) {
      write("direct: {listen: taken}\n");
      host.reload();
    }
    assertThat(host.addresses()).isEqualTo(java.util.Map.of("direct", List.of("two")));
    assertThat(frontEnd.events)
        .containsExactly(
            "start one",
            "start two", // before the sessions of the old front end are ended
            "drain one",
            "close one");
  }

  /** The drain time is longer than every other time limit in this test. */
  @Test
  void requestsInAReplacedMountHaveTheWholeDrainTimeout() throws Exception {
    host = start("direct:\nplugins: {recording: {path: /a}}\n", false);
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    plugin.whileMaking =
        () -> {
          entered.countDown();
          var _ = catchThrowable(released::await);
        };
    VfsPath made = VfsPath.parse("/a/d");
    FutureTask<Throwable> client =
        new FutureTask<>(() -> catchThrowable(() -> frontEnd.fileSystem().mkdir(made, 0755)));
    Thread thread = Thread.ofVirtual().start(client);
    entered.await();
    long logStart = LogMemory.PROCESS.end();
    Files.writeString(
        directory.resolve("config.yaml"),
        "server: {state_dir: '%s', drain_timeout: 2100ms}\ndirect:\nplugins: {recording: {path: /a, config: {text: x}}}\n"
            .formatted(directory.resolve("state")));
    assertThat(host.reload()).isTrue();
    ByteBuffer log = ByteBuffer.allocate(1 << 16);
    LogMemory.PROCESS.read(logStart, log);
    assertThat(UTF_8.decode(log.flip()).toString())
        .contains("recording at /a: 1 requests still run after 2100ms");
    released.countDown();
    thread.join();
  }

  @Test
  void reloadRefusesAFileThatHasLostItsContent() throws Exception {
    host = start("direct:\nplugins: {recording: [{path: /a}, {path: /b}]}\n", false);
    put("/a/file", "still here");
    for (String lost : List.of("", "# comments only\n", "server: {drain_timeout: 1s}\n")) {
      Files.writeString(directory.resolve("config.yaml"), lost);
      assertThat(host.reload()).isFalse();
    }
    assertThat(get("/a/file")).isEqualTo("still here");
    assertThat(host.mounts()).hasSize(2);
    assertThat(host.addresses()).isEqualTo(java.util.Map.of("direct", List.of("here")));
  }

  @Test
  void reloadRefusesToUnmountMostOfTheMounts() throws Exception {
    host = start("direct:\nplugins: {recording: [{path: /a}, {path: /b}, {path: /c}]}\n", false);
    write("direct:\nplugins: {recording: {path: /a}}\n");
    assertThat(host.reload()).isFalse();
    assertThat(host.mounts()).hasSize(3);
    write("direct:\nplugins: {recording: [{path: /a}, {path: /b}]}\n");
    assertThat(host.reload()).isTrue();
    assertThat(host.mounts()).hasSize(2);
  }

  @Test
  void reloadRefusesToLoseContentInMemory() throws Exception {
    host = start("direct:\nplugins: {recording: [{path: /a}, {path: /b}, {path: /c}]}\n", false);
    put("/b/file", "text");
    String changed =
        "direct:\nplugins: {recording: [{path: /a, config: {text: x}}, {path: /b%s}]}\n";
    write(changed.formatted(", config: {text: y}"));
    assertThat(host.reload()).isFalse();
    assertThat(get("/b/file")).isEqualTo("text");
    write(changed.formatted("")); // the other mounts are empty
    assertThat(host.reload()).isTrue();
    assertThat(get("/b/file")).isEqualTo("text");
    assertThat(host.mounts()).hasSize(2);
  }
}
