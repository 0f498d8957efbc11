package dev.warren.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.localfs.LocalfsPlugin;
import dev.warren.memfs.MemfsPlugin;
import dev.warren.server.plugin.JarBuilder;
import dev.warren.server.plugin.PluginHome;
import dev.warren.server.plugin.PluginSources;
import dev.warren.sysfs.SysfsPlugin;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Flight Recorder observes a host in use: no virtual thread pins its carrier for 20 ms while it
 * waits. Meanwhile another mount hangs, in more calls than its pool has threads.
 */
@Tag("slow")
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PinnedThreadsProcessTest {
  private static final String PINNED = "jdk.VirtualThreadPinned";
  private static final int ROUNDS = 30;

  @TempDir Path home;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<NinepWitness> waiting = new ArrayList<>();
  private KeyPair key;

  @BeforeEach
  void install() throws Exception {
    key = KeyUtils.generateKeyPair(KeyPairProvider.ECDSA_SHA2_NISTP256, 256);
    PluginHome.install(home, "memfs", MemfsPlugin.class);
    PluginHome.install(home, "sysfs", SysfsPlugin.class);
    PluginHome.install(home, "localfs", LocalfsPlugin.class);
    StuckPlugin.install(home);
    installPinning();
    Files.createDirectory(home.resolve("data"));
    Files.writeString(
        home.resolve("pinned.jfc"),
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <configuration version="2.0">
          <event name="%s">
            <setting name="enabled">true</setting>
            <setting name="stackTrace">true</setting>
            <setting name="threshold">20 ms</setting>
          </event>
        </configuration>
        """
            .formatted(PINNED));
    Files.writeString(
        home.resolve("config.yaml"),
        """
        server: {drain_timeout: 1s}
        ninep: {listen: ['unix:./state/9p.sock']}
        sftp:
          listen: ['127.0.0.1:0']
          users: [{name: user, authorized_keys: '%s'}]
        http: {listen: ['127.0.0.1:0']}
        plugins:
          memfs: {path: /tmp}
          sysfs: {path: /sys}
          localfs: {path: /local, config: {local_dir: ./data}}
          stuck: {path: /stuck}
          pinning: {path: /pinning}
        """
            .formatted(PublicKeyEntry.toString(key.getPublic())));
  }

  /** Installs a plugin that does what plugins must not: it waits in code that pins the carrier. */
  private void installPinning() throws IOException {
    new JarBuilder()
        .source(
            "p.Main",
            PluginSources.plugin(
                "Main",
                "pinning",
                "\"\"",
                "return new Pinning(context.inner(\"memfs\", Map.of()));",
                """
                static final class Slow {
                  static { java.util.concurrent.locks.LockSupport.parkNanos(100_000_000); }
                  static final Object DONE = new Object();
                }
                static final class Pinning implements FileSystem {
                  final FileSystem inner;
                  Pinning(FileSystem inner) { this.inner = inner; }
                  public FileAttributes stat(VfsPath p) throws FsException {
                    if (p.name().equals("pin")) Slow.DONE.hashCode();
                    return inner.stat(p);
                  }
                  public OpenFile open(VfsPath p, OpenOptions o, int m) throws FsException { return inner.open(p, o, m); }
                  public OpenDirectory openDirectory(VfsPath p) throws FsException { return inner.openDirectory(p); }
                  public void mkdir(VfsPath p, int m) throws FsException { inner.mkdir(p, m); }
                  public void unlink(VfsPath p) throws FsException { inner.unlink(p); }
                  public void rmdir(VfsPath p) throws FsException { inner.rmdir(p); }
                  public void rename(VfsPath a, VfsPath b, boolean r) throws FsException { inner.rename(a, b, r); }
                  public void close() throws FsException { inner.close(); }
                }
                """))
        .provider("p.Main")
        .build(home.resolve("plugins/pinning/pinning.jar"));
  }

  @AfterEach
  void end() throws IOException {
    for (NinepWitness each : waiting) {
      each.close();
    }
    http.close();
  }

  private NinepWitness connect() throws IOException {
    return new NinepWitness(home.resolve("state/9p.sock"));
  }

  private String get(URI address, String path) throws Exception {
    return http.send(
            HttpRequest.newBuilder(address.resolve(path)).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private void jcmd(WarrenProcess warren, String... command) throws Exception {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
    line.add(Long.toString(warren.pid()));
    line.addAll(List.of(command));
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    String said = process.inputReader().readAllLines().toString();
    assertThat(process.waitFor()).as(said).isZero();
  }

  /** Returns the events of pinned threads recorded during an action. */
  private List<RecordedEvent> pinned(WarrenProcess warren, String name, Use use) throws Exception {
    Path file = home.resolve(name + ".jfr");
    jcmd(warren, "JFR.start", "name=" + name, "settings=" + home.resolve("pinned.jfc"));
    use.run();
    jcmd(warren, "JFR.stop", "name=" + name, "filename=" + file);
    return RecordingFile.readAllEvents(file).stream()
        .filter(event -> event.getEventType().getName().equals(PINNED))
        .toList();
  }

  @FunctionalInterface
  private interface Use {
    void run() throws Exception;
  }

  /** Uses everything that a host offers to clients, briefly. */
  private void use(NinepWitness ninep, SftpWitness sftp, URI address, String name)
      throws Exception {
    for (String mount : List.of("tmp", "local")) {
      ninep.mkdir(mount, name);
      assertThat(ninep.stat(mount, name) & 0170000).isEqualTo(0040000);
      sftp.lstat("/" + mount + "/" + name);
      assertThat(sftp.list("/" + mount)).contains(name);
      assertThatThrownBy(() -> sftp.lstat("/" + mount + "/none")).hasMessage("status 2");
    }
    assertThat(sftp.list("/")).contains("stuck");
    assertThatThrownBy(() -> ninep.stat("none")).hasMessage("errno 2");
    assertThat(get(address, "/readyz")).contains("/stuck");
    assertThat(get(address, "/metrics")).contains("warren_mount_blocked_calls");
    assertThat(get(address, "/status.json")).contains("\"/stuck\"");
  }

  @Test
  void noVirtualThreadIsPinnedBesideAStuckMount() throws Exception {
    try (WarrenProcess warren = new WarrenProcess(home, "serve")) {
      warren.await("ready after");
      URI address = URI.create(place(warren, "http"));
      int port = URI.create("ssh://" + place(warren, "sftp")).getPort();
      try (SftpWitness sftp = new SftpWitness(port, key);
          NinepWitness ninep = connect()) {
        for (int i = 0; i < 70; i++) { // more than the pool has threads
          NinepWitness each = connect();
          waiting.add(each);
          each.ask("stuck", "never" + i);
        }
        sftp.begin("/stuck/never");
        use(ninep, sftp, address, "before"); // so that classes are loaded before the recording
        List<RecordedEvent> events =
            pinned(
                warren,
                "use",
                () -> {
                  for (int i = 0; i < ROUNDS; i++) {
                    use(ninep, sftp, address, "d" + i);
                  }
                  try (SftpWitness another = new SftpWitness(port, key)) {
                    another.lstat("/tmp");
                  }
                });
        assertThat(events).isEmpty();
        assertThat(pinned(warren, "control", () -> pin(ninep)))
            .as("what would have been seen")
            .anyMatch(event -> event.getStackTrace().toString().contains("Slow"));
      }
    }
  }

  private static void pin(NinepWitness ninep) {
    assertThatThrownBy(() -> ninep.stat("pinning", "pin"))
        .hasMessageContaining("only part of the path exists");
  }

  /** The address on which a front end listens, from the host's log. */
  private static String place(WarrenProcess warren, String frontEnd) {
    String line = warren.line("  " + frontEnd + " on ");
    return line.substring(line.indexOf(" on ") + 4).strip().replaceFirst("[,\\s].*", "");
  }
}
