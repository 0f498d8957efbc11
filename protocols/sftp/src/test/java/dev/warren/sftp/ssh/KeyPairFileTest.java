package dev.warren.sftp.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class KeyPairFileTest {
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @TempDir Path state;

  @BeforeEach
  void listen() {
    log.start();
    ((Logger) LoggerFactory.getLogger(KeyPairFile.class)).addAppender(log);
  }

  @AfterEach
  void stop() {
    ((Logger) LoggerFactory.getLogger(KeyPairFile.class)).detachAppender(log);
  }

  private KeyPair load() throws IOException {
    return HostKeys.load(state, List.of(HostKeyType.ED25519)).getFirst();
  }

  @Test
  void theFirstKeyIsLoggedAtInfo() throws Exception {
    load();
    assertThat(log.list).singleElement().extracting(ILoggingEvent::getLevel).isEqualTo(Level.INFO);
  }

  /** Clients that know the old key will refuse to connect to the host. */
  @Test
  void anotherKeyAtAKnownPlaceIsAWarning() throws Exception {
    KeyPair first = load();
    Files.delete(state.resolve("ssh_host_ed25519_key"));
    assertThat(load().getPublic()).isNotEqualTo(first.getPublic());
    assertThat(log.list).last().extracting(ILoggingEvent::getLevel).isEqualTo(Level.WARN);
  }

  /**
   * The warning is logged even if all files of the key are gone, as long as the known_hosts file
   * exists.
   */
  @Test
  void anotherKeyBesideKnownHostsIsAWarning() throws Exception {
    Files.writeString(state.resolve(KnownHosts.FILE), "[::1]:2022 ssh-ed25519 AAAA\n");
    load();
    assertThat(log.list).last().extracting(ILoggingEvent::getLevel).isEqualTo(Level.WARN);
  }

  @Test
  void aKeyOfAnotherTypeIsLoggedAtInfo() throws Exception {
    Files.writeString(state.resolve(KnownHosts.FILE), "[::1]:2022 ssh-rsa AAAA\n");
    load();
    assertThat(log.list).singleElement().extracting(ILoggingEvent::getLevel).isEqualTo(Level.INFO);
  }

  @Test
  void aMissingDirectoryIsNamed() {
    Path file = state.resolve("none/key");
    assertThatThrownBy(() -> KeyPairFile.readOrMake(file, HostKeyType.ED25519, "host key"))
        .isInstanceOf(IOException.class)
        .hasMessage("cannot write " + file + ": there is no such directory");
  }

  /** The process cannot write a single byte to a file, as on a full disk. */
  @Tag("slow") // another process
  @Test
  void aFullDiskIsReportedAndLeavesNoEmptyKey() throws Exception {
    Process process =
        new ProcessBuilder(
                "prlimit",
                "--fsize=0:0",
                "--",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-UsePerfData",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                MakeKeyMain.class.getName(),
                state.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    assertThat(said)
        .contains("cannot write " + state.resolve("ssh_host_ed25519_key") + ": File too large");
    assertThat(state).isEmptyDirectory();
  }
}
