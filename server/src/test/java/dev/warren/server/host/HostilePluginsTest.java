package dev.warren.server.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.memfs.MemfsPlugin;
import dev.warren.namespace.MountState;
import dev.warren.server.config.ConfigurationException;
import dev.warren.server.config.ConfigurationReader;
import dev.warren.server.log.LogMemory;
import dev.warren.server.log.Redactor;
import dev.warren.server.plugin.JarBuilder;
import dev.warren.server.plugin.PluginHome;
import dev.warren.server.plugin.PluginLoader;
import dev.warren.server.plugin.PluginSources;
import dev.warren.sysfs.SysfsPlugin;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/** Third parties' plugins that violate the contract: the host logs it and continues. */
class HostilePluginsTest {
  @TempDir Path home;
  private final DirectFrontEnd frontEnd = new DirectFrontEnd();
  private final long logStart = LogMemory.PROCESS.end();
  private Host host;

  @BeforeEach
  void install() throws IOException {
    PluginHome.install(home, "memfs", MemfsPlugin.class);
    PluginHome.install(home, "sysfs", SysfsPlugin.class);
    Files.createDirectories(home.resolve("more"));
  }

  @AfterEach
  void stop() throws InterruptedException {
    if (host != null) {
      host.stop();
    }
  }

  private void write(String plugins) throws IOException {
    Files.writeString(
        home.resolve("config.yaml"),
        "server: {state_dir: '%s', drain_timeout: 1s, plugin_dirs: ['%s']}\ndirect:\nplugins: {%s}\n"
            .formatted(home.resolve("state"), home.resolve("more"), plugins));
  }

  private void start(String plugins)
      throws IOException, ConfigurationException, InterruptedException {
    write(plugins);
    PluginLoader loader = new PluginLoader(List.of(home.resolve("plugins")));
    host =
        Host.start(
            new Host.Parts(
                home.resolve("config.yaml"),
                new ConfigurationReader(List.of(frontEnd), loader::load, _ -> null, new Redactor()),
                loader,
                "1"),
            false);
  }

  /** Installs a plugin that wraps a memfs. */
  private void plugin(String name, String open, String members) throws IOException {
    new JarBuilder()
        .source("p.Main", PluginSources.plugin("Main", name, "\"# \"", open, members))
        .provider("p.Main")
        .build(home.resolve("more").resolve(name).resolve(name + ".jar"));
  }

  private static String over(String members) {
    return "return new Over(context.inner(\"memfs\", Map.of()));" + members;
  }

  /**
   * Returns a file system that delegates the operations a plugin must have; members can override
   * them.
   */
  private static String handingOn(String members) {
    return """
    static final class Over implements FileSystem {
      final FileSystem inner;
      Over(FileSystem inner) { this.inner = inner; }
      public FileAttributes stat(VfsPath p) throws FsException { return inner.stat(p); }
      public OpenFile open(VfsPath p, OpenOptions o, int m) throws FsException { return inner.open(p, o, m); }
      public OpenDirectory openDirectory(VfsPath p) throws FsException { return inner.openDirectory(p); }
      public void unlink(VfsPath p) throws FsException { inner.unlink(p); }
      public void rmdir(VfsPath p) throws FsException { inner.rmdir(p); }
      public void rename(VfsPath a, VfsPath b, boolean r) throws FsException { inner.rename(a, b, r); }
      %s
    }
    """
        .formatted(members);
  }

  private static final String MKDIR =
      "public void mkdir(VfsPath p, int m) throws FsException { inner.mkdir(p, m); }\n";
  private static final String CLOSE = "public void close() throws FsException { inner.close(); }\n";

  private static VfsPath path(String text) throws FsException {
    return VfsPath.parse(text);
  }

  private void theHostServes() throws FsException {
    assertThat(frontEnd.fileSystem().stat(path("/tmp")).isDirectory()).isTrue();
  }

  private String log() {
    ByteBuffer text = ByteBuffer.allocate(1 << 20);
    LogMemory.PROCESS.read(logStart, text);
    return UTF_8.decode(text.flip()).toString();
  }

  private void orderToUnmount(String mount) throws FsException {
    try (OpenFile ctl =
        frontEnd
            .fileSystem()
            .as(dev.warren.api.Caller.HOST)
            .open(path("/sys/ctl"), OpenOptions.REPLACE, 0)) {
      ctl.write(ByteBuffer.wrap(("unmount " + mount + "\n").getBytes(UTF_8)), 0);
    }
  }

  private Stream<String> mounts() {
    return host.mounts().stream().map(mount -> mount.path().toString());
  }

  @Test
  void aPluginThatFailsInAnyStaticInitialiserIsRefused() throws Exception {
    String fails = "static { if (true) throw new IllegalStateException(\"static trouble\"); }";
    plugin("atload", over(""), fails + handingOn(MKDIR + CLOSE));
    plugin(
        "atopen",
        "return new Over(Lazy.make(context));",
        handingOn(MKDIR + CLOSE)
            + "static final class Lazy { %s static FileSystem make(PluginContext c) throws IOException { return c.inner(\"memfs\", Map.of()); } }"
                .formatted(fails));
    plugin(
        "atuse",
        over(""),
        handingOn("public void mkdir(VfsPath p, int m) { new Late(); }\n" + CLOSE)
            + "static final class Late { %s }".formatted(fails));

    assertThatThrownBy(() -> start("memfs: {path: /tmp}, atload: {path: /l}"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("plugin 'atload' cannot be used")
        .hasMessageContaining("static trouble");
    start("memfs: {path: /tmp}, atopen: {path: /o}, atuse: {path: /u}");

    assertThat(host.mounts())
        .filteredOn(mount -> mount.path().toString().equals("/o"))
        .allSatisfy(
            mount -> {
              assertThat(mount.state()).isEqualTo(MountState.FAILED);
              assertThat(mount.error()).contains("ExceptionInInitializerError");
            })
        .hasSize(1);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> frontEnd.fileSystem().mkdir(path("/u/x"), 0700))
          .isInstanceOfSatisfying(
              FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EIO));
    }
    theHostServes();
    assertThat(log())
        .contains("atload cannot be used", "atopen at /o cannot be opened", "atuse at /u failed");
    write("memfs: {path: /tmp}");
    assertThat(host.reload()).isTrue();
    assertThat(mounts()).containsExactly("/tmp");
  }

  @Test
  @Tag("slow") // takes as long as a plugin may take to close
  void aPluginThatSpinsInCloseIsAbandoned() throws Exception {
    plugin(
        "spinning",
        over(""),
        handingOn(
            MKDIR
                + "public void close() { while (!Boolean.getBoolean(\"never\"))"
                + " Thread.onSpinWait(); }\n"));
    start("memfs: {path: /tmp}, sysfs: {path: /sys}, spinning: {path: /s}");
    frontEnd.fileSystem().mkdir(path("/s/d"), 0700);
    orderToUnmount("/s");

    assertThat(mounts()).containsExactlyInAnyOrder("/tmp", "/sys");
    assertThatThrownBy(() -> frontEnd.fileSystem().stat(path("/s/d")))
        .isInstanceOf(FsException.class);
    theHostServes();
    assertThat(log())
        .contains("spinning at /s: the plugin's close does not return")
        .contains("unmounted spinning at /s");
    System.setProperty("never", "true"); // lets the plugin's endless loop end
  }

  @Test
  void aPluginThatLeaksThreadsIsNamedWithThem() throws Exception {
    plugin(
        "leaking",
        """
        for (int i = 0; i < 3; i++) {
          Thread thread = new Thread(() -> { synchronized (Main.class) { while (!Boolean.getBoolean("leak.end")) try { Main.class.wait(50); } catch (InterruptedException e) { } } }, "leak-" + i);
          thread.setDaemon(true);
          thread.start();
        }
        """
            + over(""),
        handingOn(MKDIR + CLOSE));
    start("memfs: {path: /tmp}, sysfs: {path: /sys}, leaking: [{path: /a}, {path: /b}]");
    orderToUnmount("/a");
    assertThat(log()).contains("unmounted leaking at /a").doesNotContain("still run");
    orderToUnmount("/b");

    theHostServes();
    assertThat(mounts()).containsExactlyInAnyOrder("/tmp", "/sys");
    assertThat(log())
        .contains(
            "6 threads of plugin leaking still run after its last instance was closed: leak-");
    System.setProperty("leak.end", "true");
  }

  @Test
  void aPluginWithAnOlderJacksonUsesItAndTheOthersUseTheirs() throws Exception {
    Path jars = Path.of("target/older-jackson");
    Path own = Files.createDirectories(home.resolve("more/oldjson"));
    JarBuilder builder = new JarBuilder();
    try (Stream<Path> older = Files.list(jars)) {
      for (Path jar : older.toList()) {
        builder.with(jar);
        Files.copy(jar, own.resolve(jar.getFileName()));
      }
    }
    builder
        .source(
            "p.Main",
            PluginSources.plugin(
                "Main",
                "oldjson",
                "\"# \"",
                """
                FileSystem inner = context.inner("memfs", Map.of());
                try (OpenFile file = inner.open(VfsPath.parse("/version"), OpenOptions.REPLACE, 0644)) {
                  byte[] text = tools.jackson.databind.json.JsonMapper.shared()
                      .writeValueAsBytes(Map.of("version", tools.jackson.databind.cfg.PackageVersion.VERSION.toString()));
                  file.write(java.nio.ByteBuffer.wrap(text), 0);
                }
                return inner;
                """,
                ""))
        .provider("p.Main")
        .build(own.resolve("oldjson.jar"));
    for (Class<?> newer :
        List.of(
            JsonMapper.class,
            JsonFactory.class,
            com.fasterxml.jackson.annotation.JsonProperty.class)) {
      Path jar = Path.of(newer.getProtectionDomain().getCodeSource().getLocation().toURI());
      Files.copy(jar, home.resolve("plugins/sysfs").resolve(jar.getFileName()));
    }
    start("sysfs: {path: /sys}, oldjson: {path: /old}");

    ByteBuffer text = ByteBuffer.allocate(100);
    try (OpenFile file = frontEnd.fileSystem().open(path("/old/version"), OpenOptions.READ, 0)) {
      file.read(text, 0);
    }
    assertThat(UTF_8.decode(text.flip()).toString()).isEqualTo("{\"version\":\"3.0.0\"}");
    assertThat(JsonMapper.shared().version().toString()).isNotEqualTo("3.0.0");
    ByteBuffer mounts = ByteBuffer.allocate(10_000);
    try (OpenFile file = frontEnd.fileSystem().open(path("/sys/mounts"), OpenOptions.READ, 0)) {
      file.read(mounts, 0);
    }
    assertThat(UTF_8.decode(mounts.flip()).toString()).contains("\"plugin\":\"oldjson\"");
  }

  @Test
  void anAddedPluginAppearsAfterAReloadAndARemovedOneDisappears() throws Exception {
    start("memfs: {path: /tmp}, sysfs: {path: /sys}");
    plugin("late", over(""), handingOn(MKDIR + CLOSE));
    write("memfs: {path: /tmp}, sysfs: {path: /sys}, late: {path: /late}");
    assertThat(host.reload()).isTrue();
    frontEnd.fileSystem().mkdir(path("/late/d"), 0700);
    assertThat(mounts()).contains("/late");

    Files.delete(home.resolve("more/late/late.jar"));
    write("memfs: {path: /tmp}, sysfs: {path: /sys}");
    assertThat(host.reload()).isTrue();
    assertThat(mounts()).containsExactlyInAnyOrder("/tmp", "/sys");
    theHostServes();
  }
}
