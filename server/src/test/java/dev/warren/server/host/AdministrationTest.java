package dev.warren.server.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.warren.api.Caller;
import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.HostUser;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.SharingHost;
import dev.warren.api.VfsPath;
import dev.warren.frontend.SessionInfo;
import dev.warren.memfs.MemfsPlugin;
import dev.warren.server.config.ConfigurationException;
import dev.warren.server.config.ConfigurationReader;
import dev.warren.server.log.LogLevels;
import dev.warren.server.log.Redactor;
import dev.warren.server.plugin.PluginLoader;
import dev.warren.server.plugin.PluginSet;
import dev.warren.server.plugin.TestPlugins;
import dev.warren.sysfs.SysfsPlugin;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** A host's administration through sysfs and a front end. */
class AdministrationTest {
  private static final String SECRET = "sk-administration-4711";
  private static final Caller OWNER =
      new Caller("me", HostUser.current().uid(), -1, List.of(), "9p", "127.0.0.1:1", true);
  private static final Caller OTHER = new Caller("you", 4711, -1, List.of(), "9p", "127.0.0.1:2");

  @TempDir Path directory;
  private final RecordingPlugin recording = new RecordingPlugin();
  private final DirectFrontEnd frontEnd = new DirectFrontEnd();
  private final PluginSet plugins = TestPlugins.of(recording, new MemfsPlugin(), new SysfsPlugin());
  private String server = "log_level: info";
  private Host host;

  @AfterEach
  void stop() throws InterruptedException {
    if (host != null) {
      host.stop();
    }
    LogLevels.set("info");
  }

  private void write(String sections) throws IOException {
    Files.writeString(
        directory.resolve("config.yaml"),
        "server: {%s, state_dir: '%s', drain_timeout: 1s}\ndirect:\n"
                .formatted(server, directory.resolve("state"))
            + sections);
  }

  private void start(String sections)
      throws IOException, ConfigurationException, InterruptedException {
    write(sections);
    ConfigurationReader reader =
        new ConfigurationReader(
            List.of(frontEnd), _ -> plugins, Map.of("KEY", SECRET)::get, Redactor.PROCESS);
    host =
        Host.start(
            new Host.Parts(
                directory.resolve("config.yaml"), reader, new PluginLoader(List.of()), "1.2.3"),
            true);
  }

  private static final String SYS = "plugins:\n  sysfs: {path: /sys}\n";

  private FileSystem owner() {
    return frontEnd.fileSystem().as(OWNER);
  }

  private void order(String line) throws FsException {
    order(owner(), line);
  }

  private static void order(FileSystem files, String line) throws FsException {
    try (OpenFile ctl = files.open(VfsPath.parse("/sys/ctl"), OpenOptions.REPLACE, 0)) {
      ctl.write(ByteBuffer.wrap((line + "\n").getBytes(UTF_8)), 0);
    }
  }

  private String read(String path) throws FsException {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
    try (OpenFile file = owner().open(VfsPath.parse(path), OpenOptions.READ, 0)) {
      while (file.read(buffer, buffer.position()) > 0) {}
    }
    return UTF_8.decode(buffer.flip()).toString();
  }

  @Test
  void showsTheHost() throws Exception {
    start(SYS + "  recording: {path: /data/a, name: first, config: {text: '${env:KEY}'}}\n");
    frontEnd.sessions.add(new SessionInfo("d-1", OTHER, Instant.EPOCH, 5, 7, 1));
    owner().stat(VfsPath.parse("/data/a"));

    assertThat(read("/sys/version")).isEqualTo("1.2.3\n");
    assertThat(Long.parseLong(read("/sys/uptime").strip())).isBetween(0L, 3600L);
    assertThat(read("/sys/mounts"))
        .contains("{\"path\":\"/data/a\",\"plugin\":\"recording\",\"name\":\"first\",")
        .contains("\"state\":\"up\",\"error\":null,\"open_files\":0,\"operations\":");
    assertThat(read("/sys/sessions")).contains("\"id\":\"d-1\",\"user\":\"you\"");
    assertThat(read("/sys/plugins/recording/config"))
        .contains("- path: \"/data/a\"")
        .contains("text: \"${env:KEY}\"")
        .doesNotContain(SECRET);
    assertThat(read("/sys/plugins/memfs/readme")).contains("memfs");
    assertThat(read("/sys/log")).contains("mounted recording at /data/a").doesNotContain(SECRET);
    assertThat(read("/sys/metrics"))
        .contains(
            "warren_operations_total{errno=\"ok\",mount=\"/data/a\",operation=\"stat\",protocol=\"9p\"}"
                + " 1.0")
        .contains("warren_mount_up{mount=\"/data/a\",plugin=\"recording\"} 1.0");
  }

  @Test
  void showsTheHostsThatShareAMount() throws Exception {
    start(SYS + "  recording: {path: /data/a}\n  memfs: {path: /m}\n");
    assertThat(read("/sys/hosts")).isEqualTo("[\n]\n");
    recording.sharing =
        () ->
            List.of(
                new SharingHost("one", "1.2.3", Instant.EPOCH, Instant.EPOCH, 3),
                new SharingHost("two", "1.2.4", Instant.EPOCH, Instant.EPOCH, 0));
    assertThat(read("/sys/hosts").lines())
        .hasSize(4)
        .anyMatch(line -> line.startsWith("{\"mount\":\"/data/a\",\"name\":\"one\",\"version\""))
        .anyMatch(line -> line.startsWith("{\"mount\":\"/data/a\",\"name\":\"two\",\"version\""));
    recording.sharing =
        () -> {
          throw new FsException(Errno.EIO, "the database does not answer");
        };
    assertThat(read("/sys/hosts")).isEqualTo("[\n]\n");
  }

  @Test
  void mountsAndUnmounts() throws Exception {
    start(SYS);
    order("mount memfs /scratch max_bytes=16MiB init_dirs=/a,/b");
    assertThat(owner().stat(VfsPath.parse("/scratch/b")).isDirectory()).isTrue();
    assertThat(read("/sys/plugins/memfs/config")).contains("max_bytes: \"16MiB\"");

    order("unmount /scratch");
    assertThatThrownBy(() -> owner().stat(VfsPath.parse("/scratch")))
        .hasMessageContaining("/scratch");
    assertThat(read("/sys/ctl.error")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mount nofs /x                     | ENODEV | there is no plugin 'nofs'",
        "mount memfs /sys                  | EBUSY  | something is mounted at /sys",
        "mount memfs /x max_byte=1         | EINVAL | did you mean 'max_bytes'",
        "mount recording /x fail=nodisk    | EIO    | nodisk",
        "mount recording /x text=${env:NO} | EINVAL | environment variable NO is not set",
        "mount memfs /x max_bytes=sk-1234  | EINVAL | 'max_bytes' must be a size",
        "unmount /nowhere                  | EINVAL | nothing is mounted at /nowhere",
        "unmount /sys                      | EBUSY  | cannot unmount itself",
        "disconnect nobody                 | ESRCH  | there is no session nobody",
        "log loud                          | EINVAL | no level 'loud'"
      })
  void refusesWithAnErrorAndAReason(String order, Errno errno, String reason) throws Exception {
    start(SYS);
    assertThatThrownBy(() -> order(order))
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    String shown = order.replaceAll(" [a-z_]+=.*", ""); // settings may be secret
    assertThat(read("/sys/ctl.error"))
        .startsWith(shown + ": " + errno + ": ")
        .contains(reason)
        .doesNotContain("sk-");
    assertThat(host.mounts()).hasSize(1);
  }

  @Test
  void onlyTheOwnerMayGiveCommands() throws Exception {
    start(SYS);
    assertThatThrownBy(() -> order(frontEnd.fileSystem().as(OTHER), "mount memfs /x"))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isIn(Errno.EPERM, Errno.EACCES));
    assertThat(host.mounts()).hasSize(1);
  }

  @Test
  void reloadKeepsMountsThatWereMadeByCommand() throws Exception {
    start(SYS);
    order("mount recording /mine");
    write(SYS + "  recording: {path: /new}\n");
    order("reload");
    assertThat(host.mounts().stream().map(m -> m.path().toString()))
        .containsExactlyInAnyOrder("/sys", "/mine", "/new");

    write(SYS + "  recording: {pth: /new}\n");
    assertThatThrownBy(() -> order("reload"))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
    assertThat(read("/sys/ctl.error")).contains("unknown key 'pth'");

    write(SYS + "  recording: {path: /mine, config: {text: 2}}\n");
    order("reload");
    assertThat(recording.events).endsWith("close /new", "close /mine", "open /mine2");
  }

  @Test
  void disconnectsAndSetsTheLevel() throws Exception {
    start(SYS);
    frontEnd.sessions.add(new SessionInfo("d-1", OTHER, Instant.EPOCH, 5, 7, 1));
    order("disconnect d-1");
    assertThat(frontEnd.sessions).isEmpty();

    order("log debug");
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    assertThat(root.getLevel()).isEqualTo(Level.DEBUG);
    assertThat(read("/sys/log")).contains("access: operation=");
    order("reload"); // the file's level has not changed, so the level set by the command stays
    assertThat(root.getLevel()).isEqualTo(Level.DEBUG);
  }

  @Test
  void pluginsThatAreNotNamedMayNotAdminister() {
    server = "admin_plugins: [other]";
    assertThatThrownBy(() -> start(SYS))
        .hasMessageContaining("this host does not let plugins administer it");
  }

  @Test
  void theCountsOfAMountEndWithIt() throws Exception {
    start(SYS);
    order("mount memfs /scratch");
    owner().stat(VfsPath.parse("/scratch"));
    assertThat(read("/sys/metrics")).contains("mount=\"/scratch\"");
    order("unmount /scratch");
    assertThat(read("/sys/metrics")).doesNotContain("mount=\"/scratch\"");
  }

  @Test
  void aReloadLosesContentOnlyWithForce() throws Exception {
    start(SYS + "  memfs: [{path: /a, config: {init_dirs: [/in]}}, {path: /b}]\n");
    write(SYS + "  memfs: {path: /b}\n");
    order("reload"); // init_dirs are not content
    assertThat(host.mounts()).hasSize(2);
    owner().mkdir(VfsPath.parse("/b/mine"), 0700);
    write(SYS);
    assertThatThrownBy(() -> order("reload"))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
    assertThat(read("/sys/ctl.error"))
        .contains("it would lose the content of /b, which is only in memory")
        .contains("write 'reload --force' to ctl of sysfs");
    assertThat(owner().stat(VfsPath.parse("/b/mine")).isDirectory()).isTrue();
    order("reload --force");
    assertThat(host.mounts()).hasSize(1);
  }
}
