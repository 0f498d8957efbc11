package dev.warren.sftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.sftp.client.SftpClient;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server in a process with a low limit of open files. */
class FewDescriptorsTest {
  /** A limit below the sum of max_startups and the process's own files. */
  private static final int ALLOWED = 100;

  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  private String await(String part) throws InterruptedException {
    String line;
    do {
      line = lines.poll(TestClient.LIMIT.toSeconds(), TimeUnit.SECONDS);
      assertThat(line).describedAs("instead of '%s'", part).isNotNull();
    } while (!line.contains(part));
    return line;
  }

  /** The server logs one line, and accepts connections again when others have ended. */
  @Tag("slow") // another process
  @Test
  void connectionsWaitUntilOthersEnd(@TempDir Path state) throws Exception {
    KeyPair key = TestKeys.ed25519();
    Path keys = Files.writeString(state.resolve("keys"), TestKeys.line(key) + "\n");
    Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rw-r--r--"));
    Process process =
        new ProcessBuilder(
                "prlimit",
                "--nofile=" + ALLOWED + ":" + ALLOWED,
                "--",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                TestServerMain.class.getName(),
                "0",
                state.toString(),
                keys.toString())
            .redirectErrorStream(true)
            .start();
    Thread.ofVirtual().start(() -> process.inputReader().lines().forEach(lines::add));
    try (TestClient client = new TestClient()) {
      String address = await("listening on").replaceAll("[^0-9:.]", "");
      int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
      List<Socket> silent = new ArrayList<>();
      for (int i = 0; i < ALLOWED; i++) {
        silent.add(new Socket(InetAddress.getLoopbackAddress(), port));
      }
      assertThat(await("cannot accept")).contains("Too many open files").contains("LimitNOFILE");
      for (Socket socket : silent) {
        socket.close();
      }
      try (ClientSession session = client.logIn(port, "user", key, null);
          SftpClient sftp = TestClient.sftp(session)) {
        assertThat(sftp.stat("/").isDirectory()).isTrue();
      }
      assertThat(lines).noneMatch(line -> line.contains("cannot accept"));
    } finally {
      process.destroyForcibly().waitFor();
    }
  }
}
