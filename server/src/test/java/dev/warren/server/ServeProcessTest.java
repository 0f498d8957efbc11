package dev.warren.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.localfs.LocalfsPlugin;
import dev.warren.memfs.MemfsPlugin;
import dev.warren.server.plugin.JarBuilder;
import dev.warren.server.plugin.PluginHome;
import dev.warren.server.plugin.PluginSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program in a process of its own: signals, exit status and output. */
@Tag("slow")
class ServeProcessTest {
  private static final String SECRET = "sk-process-secret-4711";

  @TempDir Path home;

  @BeforeEach
  void install() throws IOException {
    PluginHome.install(home, "memfs", MemfsPlugin.class);
    PluginHome.install(home, "localfs", LocalfsPlugin.class);
  }

  private void config(String text) throws IOException {
    Files.writeString(home.resolve("config.yaml"), text);
  }

  private static final String TWO =
      """
      server: {drain_timeout: 1s}
      plugins:
        localfs: {path: /local, config: {local_dir: ./data, create: true}}
        memfs: {path: /tmp}
      http: {listen: '127.0.0.1:0'}
      """;

  @Test
  void termEndsItInOrder() throws Exception {
    config(TWO);
    try (WarrenProcess warren = new WarrenProcess(home, "serve")) {
      warren.await("ready after");
      warren.signal("TERM");

      assertThat(warren.exitStatus()).isZero();
      assertThat(warren.lines())
          .containsSubsequence(
              warren.line("mounted localfs at /local"),
              warren.line("mounted memfs at /tmp"),
              warren.line("SIGTERM: ending"),
              warren.line("unmounted memfs at /tmp"),
              warren.line("unmounted localfs at /local"),
              warren.line("ended"));
    }
  }

  @Test
  void hupMountsWhatIsNewAndKeepsTheRest() throws Exception {
    config(TWO);
    try (WarrenProcess warren = new WarrenProcess(home, "serve")) {
      warren.await("ready after");
      config(TWO.replace("memfs: {path: /tmp}", "memfs: [{path: /tmp}, {path: /more}]"));
      warren.signal("HUP");
      warren.await("reloaded");
      config(TWO.replace("path: /tmp", "pth: /tmp"));
      warren.signal("HUP");
      warren.await("changed nothing");
      warren.signal("TERM");

      assertThat(warren.exitStatus()).isZero();
      // mounted a second time, so it was unmounted in between
      assertThat(warren.count("mounted memfs at /more")).isEqualTo(2);
      assertThat(warren.count(" mounted memfs at /tmp")).isEqualTo(1);
      assertThat(warren.line("unknown key 'pth'")).contains("config.yaml:4:11: memfs: ");
    }
  }

  @Test
  void anIgnoredHangupSignalIsReportedAtTheStart() throws Exception {
    config(TWO);
    try (WarrenProcess warren =
        new WarrenProcess(
            home, List.of("env", "--ignore-signal=HUP"), java.util.Map.of(), "serve")) {
      warren.await("SIGHUP is ignored: the parent process ignores it");
      warren.await("ready after");
      warren.signal("TERM");
      assertThat(warren.exitStatus()).isZero();
      assertThat(warren.count("SIGTERM is ignored")).isZero();
    }
  }

  @Test
  void aPluginThatSpinsInCloseDoesNotKeepItAliveAndASecondTermEndsItAtOnce() throws Exception {
    spinning();
    config(
        """
        http: {listen: '127.0.0.1:0'}
        plugins: {spinning: {path: /s}}
        server: {drain_timeout: 0s}
        """);
    try (WarrenProcess first = new WarrenProcess(home, "serve")) {
      first.await("ready after");
      first.signal("TERM");
      first.await("spinning now");
      first.signal("TERM");
      assertThat(first.exitStatus()).isEqualTo(128 + 15);
      assertThat(first.count("unmounted")).isZero();
    }
    try (WarrenProcess second = new WarrenProcess(home, "serve")) {
      second.await("ready after");
      second.signal("TERM");
      assertThat(second.exitStatus()).isZero();
      second.line("ended");
    }
  }

  private void spinning() throws IOException {
    new JarBuilder()
        .source(
            "p.Main",
            PluginSources.plugin(
                "Main",
                "spinning",
                "\"\"",
                "return new Spinning(context);",
                """
                static final class Spinning implements FileSystem {
                  final PluginContext context;
                  Spinning(PluginContext context) { this.context = context; }
                  public FileAttributes stat(VfsPath p) throws FsException { throw new FsException(Errno.EIO); }
                  public OpenFile open(VfsPath p, OpenOptions o, int m) throws FsException { throw new FsException(Errno.EIO); }
                  public OpenDirectory openDirectory(VfsPath p) throws FsException { throw new FsException(Errno.EIO); }
                  public void mkdir(VfsPath p, int m) throws FsException { throw new FsException(Errno.EIO); }
                  public void unlink(VfsPath p) throws FsException { throw new FsException(Errno.EIO); }
                  public void rmdir(VfsPath p) throws FsException { throw new FsException(Errno.EIO); }
                  public void rename(VfsPath a, VfsPath b, boolean r) throws FsException { throw new FsException(Errno.EIO); }
                  public void close() {
                    context.logger().log(System.Logger.Level.INFO, "spinning now");
                    while (true) { java.util.concurrent.locks.LockSupport.park(); }
                  }
                }
                """))
        .provider("p.Main")
        .build(home.resolve("plugins/spinning/spinning.jar"));
  }

  @Test
  void wrongConfigurationIsStatusTwoWithAllProblems() throws Exception {
    config("server: {log_level: loud}\nplugins: {memfs: {path: tmp}, lokalfs: {path: /x}}\n");
    try (WarrenProcess warren = new WarrenProcess(home, "serve")) {
      assertThat(warren.exitStatus()).isEqualTo(2);
      assertThat(warren.lines()).hasSize(3).allMatch(line -> line.startsWith("config.yaml:"));
    }
    assertThat(home.resolve("state")).doesNotExist();
  }

  @Test
  void strictEndsTheHostIfAnInstanceDoesNotOpen() throws Exception {
    Files.createFile(home.resolve("file"));
    failing();
    config("http: {listen: '127.0.0.1:0'}\nplugins: {failing: {path: /f}, memfs: {path: /tmp}}\n");
    try (WarrenProcess warren = new WarrenProcess(home, "serve", "--strict")) {
      assertThat(warren.exitStatus()).isEqualTo(1);
      warren.line("with --strict every instance must open: failing at /f");
    }
    try (WarrenProcess warren = new WarrenProcess(home, "serve")) {
      warren.await("ready after");
      warren.signal("INT");
      assertThat(warren.exitStatus()).isZero();
      assertThat(warren.line("  /f ")).contains("failing").contains("FAILED");
    }
  }

  private void failing() throws IOException {
    new JarBuilder()
        .source(
            "p.Main",
            PluginSources.plugin(
                "Main",
                "failing",
                "\"\"",
                "throw new IOException(\"no access with \" + config.get(TEXT));",
                ""))
        .provider("p.Main")
        .build(home.resolve("plugins/failing/failing.jar"));
  }

  @Test
  void valuesFromOutsideAreNeverPrinted() throws Exception {
    failing();
    String text =
        """
        server: {log_level: trace}
        http: {listen: '127.0.0.1:0'}
        plugins:
          failing: {path: /f, config: {text: "${env:WARREN_TEST_SECRET}"}}
          memfs: {path: /tmp}
        """;
    config(text);
    for (List<String> command :
        List.of(List.of("serve"), List.of("serve", "--strict"), List.of("check-config"))) {
      try (WarrenProcess warren =
          new WarrenProcess(
              home,
              java.util.Map.of("WARREN_TEST_SECRET", SECRET),
              command.toArray(String[]::new))) {
        if (command.equals(List.of("serve"))) {
          warren.await("ready after");
          warren.await("no access with ${env:WARREN_TEST_SECRET}");
          warren.signal("HUP");
          warren.await("reloaded");
          warren.signal("TERM");
        }
        warren.exitStatus();
        assertThat(warren.lines()).isNotEmpty().noneMatch(line -> line.contains(SECRET));
      }
    }
    config(
        text.replace("/tmp", "'${env:WARREN_TEST_SECRET}'")
            .replace("trace", "'${env:WARREN_TEST_SECRET}'"));
    try (WarrenProcess warren =
        new WarrenProcess(home, java.util.Map.of("WARREN_TEST_SECRET", SECRET), "check-config")) {
      assertThat(warren.exitStatus()).isEqualTo(2);
      assertThat(warren.lines()).hasSize(2).noneMatch(line -> line.contains(SECRET));
    }
  }

  /** A value that is an ordinary word must not break the paths that users copy. */
  @Test
  void pathsArePrintedWholeAndErrorsAreNot() throws Exception {
    failing();
    config(
        """
        http: {listen: '127.0.0.1:0'}
        plugins:
          failing: {path: /f, config: {text: "${env:WARREN_TEST_SECRET}"}}
          memfs: {path: /agents/x}
        """);
    try (WarrenProcess warren =
        new WarrenProcess(home, java.util.Map.of("WARREN_TEST_SECRET", "agents"), "serve")) {
      warren.await("In another terminal of this machine:");
      assertThat(warren.line("  /agents/x ")).endsWith(" memfs");
      assertThat(warren.line("FAILED: ")).endsWith("no access with ${env:WARREN_TEST_SECRET}");
      warren.line(" mounted memfs at /${env:WARREN_TEST_SECRET}/x");
      warren.signal("TERM");
      assertThat(warren.exitStatus()).isZero();
    }
  }

  @Test
  void aRemovedStateDirectoryIsReported() throws Exception {
    config(TWO);
    try (WarrenProcess warren = new WarrenProcess(home, "serve")) {
      warren.await("ready after");
      Files.move(home.resolve("state"), home.resolve("moved"));
      warren.await("was removed or replaced: data written there is lost");
      warren.signal("TERM");
      assertThat(warren.exitStatus()).isZero();
    }
  }
}
