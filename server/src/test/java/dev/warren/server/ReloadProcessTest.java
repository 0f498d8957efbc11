package dev.warren.server;

import static dev.warren.testkit.Waiting.await;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.localfs.LocalfsPlugin;
import dev.warren.memfs.MemfsPlugin;
import dev.warren.server.plugin.PluginHome;
import dev.warren.sysfs.SysfsPlugin;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients of a running host see of a reload, and of mounts that have failed. */
@Tag("slow")
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReloadProcessTest {
  private static final int EIO = 5;
  private static final int EINVAL = 22;

  @TempDir Path home;

  @BeforeEach
  void install() throws IOException {
    PluginHome.install(home, "memfs", MemfsPlugin.class);
    PluginHome.install(home, "localfs", LocalfsPlugin.class);
    PluginHome.install(home, "sysfs", SysfsPlugin.class);
    Files.createFile(home.resolve("file"));
  }

  /** Writes a configuration whose drain time is longer than any test waits. */
  private void config(String ninep, String plugins) throws IOException {
    Files.writeString(
        home.resolve("config.yaml"),
        "server: {drain_timeout: 10m}\nninep: {%s}\nplugins: {sysfs: {path: /sys}, %s}\n"
            .formatted(ninep, plugins));
  }

  private NinepWitness connect() throws IOException {
    return new NinepWitness(home.resolve("state/9p.sock"));
  }

  /**
   * The request that causes the reload is one that the front end must complete while it drains: the
   * reply must still be sent.
   */
  @Test
  void aClientOfTheFrontEndThatChangesGetsTheReplyToItsReload() throws Exception {
    String listen = "listen: 'unix:./state/9p.sock'";
    String memfs = "memfs: {path: /m}";
    config(listen, memfs);
    try (WarrenProcess warren = new WarrenProcess(home, "serve")) {
      warren.await("ready after");
      try (NinepWitness client = connect()) {
        config(listen + ", max_fids: 1000", memfs);
        client.write("reload\n", "sys", "ctl");
        warren.await("reloaded");
      }
      try (NinepWitness again = connect()) {
        again.mkdir("m", "d");
      }
      warren.signal("TERM");
      assertThat(warren.exitStatus()).isZero();
    }
  }

  /**
   * The client's next request is the close of {@code ctl}, which must succeed as well, although the
   * reload has ended its front end by then.
   */
  @ParameterizedTest
  @ValueSource(strings = {"new port", "same port"})
  void anSftpClientOfTheFrontEndThatChangesCompletesItsReload(String change) throws Exception {
    KeyPair key = KeyUtils.generateKeyPair(KeyPairProvider.ECDSA_SHA2_NISTP256, 256);
    int before = freePort();
    int after = change.equals("new port") ? freePort() : before;
    sftp(before, "max_sessions: 10", key);
    try (WarrenProcess warren = new WarrenProcess(home, "serve")) {
      warren.await("ready after");
      try (SftpWitness client = new SftpWitness(before, key)) {
        sftp(after, "max_sessions: 20", key);
        client.write("/sys/ctl", "reload\n");
        try (SftpWitness again = new SftpWitness(after, key)) {
          assertThat(again.list("/")).contains("m");
        }
        if (after != before) {
          await().until(() -> isRefused(before));
        }
      }
      assertThat(warren.count("is in use")).isZero();
      warren.signal("TERM");
      assertThat(warren.exitStatus()).isZero();
    }
  }

  @Test
  void aNinepClientThatMovesItsFrontEndGetsTheReply() throws Exception {
    String memfs = "memfs: {path: /m}";
    config("listen: 'unix:./state/9p.sock'", memfs);
    try (WarrenProcess warren = new WarrenProcess(home, "serve")) {
      warren.await("ready after");
      try (NinepWitness client = connect()) {
        config("listen: 'unix:./state/other.sock'", memfs);
        client.write("reload\n", "sys", "ctl");
        try (NinepWitness again = new NinepWitness(home.resolve("state/other.sock"))) {
          again.mkdir("m", "d");
        }
        await().until(() -> !Files.exists(home.resolve("state/9p.sock")));
      }
      warren.signal("TERM");
      assertThat(warren.exitStatus()).isZero();
    }
  }

  /** Writes a configuration with SFTP, whose user may execute commands. */
  private void sftp(int port, String keys, KeyPair key) throws IOException {
    Files.writeString(
        home.resolve("config.yaml"),
        """
        server: {drain_timeout: 10m}
        sftp: {listen: '127.0.0.1:%d', %s, users: [{name: user, authorized_keys: '%s'}]}
        plugins: {sysfs: {path: /sys, config: {admins: [user]}}, memfs: {path: /m}}
        """
            .formatted(port, keys, PublicKeyEntry.toString(key.getPublic())));
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = taken()) {
      return free.getLocalPort();
    }
  }

  private static boolean isRefused(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return !socket.isConnected();
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void anUnavailableAddressEndsNoSessionAndIsReportedToTheClient() throws Exception {
    String memfs = "memfs: {path: /m}";
    config("listen: ['unix:./state/9p.sock']", memfs);
    try (WarrenProcess warren = new WarrenProcess(home, "serve")) {
      warren.await("ready after");
      try (NinepWitness client = connect()) {
        for (String place : new String[] {"missing/9p.sock", "file/9p.sock", "file"}) {
          config("listen: ['unix:./state/9p.sock', 'unix:./%s']".formatted(place), memfs);
          for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> client.write("reload\n", "sys", "ctl"))
                .hasMessage("errno " + EIO);
          }
          assertThat(warren.line("ninep cannot listen on unix:./" + place))
              .contains("it continues as before");
        }
        client.mkdir("m", "still-connected");
      }
      warren.signal("TERM");
      assertThat(warren.exitStatus()).isZero();
    }
  }

  /**
   * The old front end had to end for the attempt, because the new one needs its port. Nothing shows
   * in advance that the new one will fail.
   */
  @Test
  void aSectionThatCannotStartIsTriedOnceAndEndsNoSessionLater() throws Exception {
    int port = freePort();
    String text =
        """
        server: {drain_timeout: 10m}
        ninep: {listen: 'unix:./state/9p.sock'}
        sftp: {listen: '127.0.0.1:%d', users: [], host_keys: [%s]}
        plugins: {sysfs: {path: /sys}}
        """;
    Files.writeString(home.resolve("config.yaml"), text.formatted(port, "ed25519"));
    try (WarrenProcess warren = new WarrenProcess(home, "serve")) {
      warren.await("ready after");
      Files.writeString(home.resolve("state/ssh_host_rsa_key"), "no key");
      Files.writeString(home.resolve("config.yaml"), text.formatted(port, "ed25519, rsa"));
      try (NinepWitness client = connect()) {
        assertThatThrownBy(() -> client.write("reload\n", "sys", "ctl")).hasMessage("errno " + EIO);
        assertThat(warren.line("sftp cannot start: ")).contains("it continues as before");
        try (Socket session = new Socket(InetAddress.getLoopbackAddress(), port)) {
          assertThat(session.getInputStream().readNBytes(8)).asString().isEqualTo("SSH-2.0-");
          for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> client.write("reload\n", "sys", "ctl"))
                .hasMessage("errno " + EIO);
          }
          assertThat(warren.line("could not start with this section before"))
              .contains("it continues as before");
          session.getOutputStream().write("SSH-2.0-test\r\n".getBytes(US_ASCII));
          // the rest of its line, and its key exchange message
          session.getInputStream().readNBytes(300);
          assertThat(session.getInputStream().read()).isNotNegative();
        }
      }
      warren.signal("TERM");
      assertThat(warren.exitStatus()).isZero();
    }
  }

  private static ServerSocket taken() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  private static String inUse(String frontEnd, ServerSocket port) {
    return ("%1$s cannot listen on 127.0.0.1:%2$d: Address already in use;"
            + " \"ss -ltnp 'sport = :%2$d'\" shows who does, or change %1$s.listen")
        .formatted(frontEnd, port.getLocalPort());
  }

  @Test
  void portsInUseAreReportedBeforeAnythingIsOpened() throws Exception {
    try (ServerSocket first = taken();
        ServerSocket second = taken();
        ServerSocket third = taken()) {
      Files.writeString(
          home.resolve("config.yaml"),
          """
          sftp: {listen: ['127.0.0.1:%d', '192.0.2.1:2022', 'no.invalid:2022']}
          ninep: {listen: '127.0.0.1:%d'}
          http: {listen: '127.0.0.1:%d'}
          plugins: {memfs: {path: /m}}
          """
              .formatted(first.getLocalPort(), second.getLocalPort(), third.getLocalPort()));
      try (WarrenProcess warren = new WarrenProcess(home, "serve")) {
        assertThat(warren.exitStatus()).isEqualTo(1);
        assertThat(warren.count("mounted")).isZero();
        // skips the log, whose lines begin with a date
        assertThat(warren.lines().stream().filter(line -> !line.startsWith("20")))
            .containsExactly(
                inUse("sftp", first),
                "sftp cannot listen on 192.0.2.1:2022: Cannot assign requested address; it is not"
                    + " an address of this machine, and \"ip addr\" lists those that are, or change"
                    + " sftp.listen",
                "sftp cannot listen on no.invalid:2022: there is no host 'no.invalid'; change"
                    + " sftp.listen",
                inUse("ninep", second),
                inUse("http", third));
      }
    }
  }

  /** Clients of the mount could otherwise read the host's keys. */
  @Test
  void aMountCommandCannotServeTheOwnersPrivateFiles() throws Exception {
    config("listen: 'unix:./state/9p.sock'", "memfs: {path: /m}");
    Files.createDirectory(home.resolve("data"));
    try (WarrenProcess warren = new WarrenProcess(home, "serve")) {
      warren.await("ready after");
      try (NinepWitness client = connect()) {
        for (String place : new String[] {".", "./state", "./data/.."}) {
          assertThatThrownBy(
                  () -> client.write("mount localfs /x local_dir=" + place + "\n", "sys", "ctl"))
              .hasMessage("errno " + EINVAL);
        }
        client.write("mount localfs /x local_dir=./data\n", "sys", "ctl");
        assertThat(client.stat("x") & 0170000).isEqualTo(0040000);
      }
      warren.signal("TERM");
      assertThat(warren.exitStatus()).isZero();
    }
  }

  @Test
  void mountsBelowAFailedOneCanBeReached() throws Exception {
    config(
        "listen: 'unix:./state/9p.sock'",
        "localfs: {path: /, config: {local_dir: ./file/none, create: true}},"
            + " memfs: {path: /a/b}");
    try (WarrenProcess warren = new WarrenProcess(home, "serve")) {
      warren.await("ready after");
      assertThat(warren.line("localfs at / cannot be opened"))
          .contains("file/none cannot be made: ", "Not a directory")
          .doesNotContain("Exception");
      try (NinepWitness client = connect()) {
        assertThat(client.stat("a") & 0170000).isEqualTo(0040000);
        assertThat(client.stat("a", "b") & 0170000).isEqualTo(0040000);
        client.write("log info\n", "sys", "ctl");
        assertThatThrownBy(() -> client.stat("x")).hasMessage("errno " + EIO);
        assertThatThrownBy(() -> client.stat("a", "x")).isInstanceOf(IOException.class);
      }
      warren.signal("TERM");
      assertThat(warren.exitStatus()).isZero();
    }
  }
}
