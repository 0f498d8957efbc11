package dev.warren.sftp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.frontend.RunningFrontEnd;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.sftp.wire.MessageType;
import dev.warren.testkit.TestFiles;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.sftp.client.RawSftpClient;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Which argument of SSH_FXP_SYMLINK is the link's path. tests/sftp/run.sh tests the real clients.
 */
class LinkOrderTest {
  private static final KeyPair KEY = TestKeys.ed25519();

  @ParameterizedTest
  @CsvSource({
    "OpenSSH_9.2p1 Debian-2, text, /link",
    "paramiko_2.12.0, text, /link",
    "rclone/v1.60.1, text, /link",
    "JSCH-0.1.54, text, /link",
    "AsyncSSH_2.10.1, text, /link",
    "libssh_0.10.6, text, /link",
    "ssh2js1.17.0, /link, text",
    "WinSCP_release_6.3.5, /link, text",
  })
  void linkAndTargetAreThoseThatTheClientMeans(
      String client, String first, String second, @TempDir Path state) throws Exception {
    MemoryFileSystem files = new MemoryFileSystem();
    try (RunningFrontEnd server =
            TestServer.start(
                files,
                state,
                Map.of(
                    "users",
                    List.of(Map.of("name", "user", "authorized_keys", TestKeys.line(KEY)))));
        TestClient tests = new TestClient()) {
      tests.introduceAs(client);
      try (ClientSession session = tests.logIn(server, "user", KEY, null)) {
        new Wire((RawSftpClient) TestClient.sftp(session))
            .ask(
                MessageType.SYMLINK,
                b -> {
                  b.putString(first);
                  b.putString(second);
                });
      }
    }
    assertThat(files.readlink(TestFiles.path("/link"))).isEqualTo("text");
  }
}
