package dev.warren.gptfs;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.memfs.MemoryFileSystem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Which certificates gptfs trusts, and its messages for others. */
@Tag("slow")
class TlsTest {
  @TempDir static Path directory;
  private static Certificates certificates;
  private FakeModel model;

  @BeforeAll
  static void certify() throws Exception {
    certificates = new Certificates(directory);
  }

  @BeforeEach
  void start() throws Exception {
    model = new FakeModel();
  }

  @AfterEach
  void close() {
    model.close();
  }

  private Mount open(String caFile) throws Exception {
    Map<String, Object> config = Mount.config(model.url());
    if (caFile != null) {
      config.put("ca_file", caFile);
    }
    return Mount.open(new MemoryFileSystem(), new ManualTimers(), config);
  }

  private void listen(String key) throws Exception {
    model.server.useHttps(certificates.sockets(key));
  }

  private static void ask(Mount mount) throws Exception {
    mount.put("inbox/p.txt", "hi");
    mount.clock().run();
  }

  @Test
  void aPrivateAuthorityIsTrustedIfItIsConfigured() throws Exception {
    listen(Certificates.HERE);
    try (Mount mount = open(certificates.file(Certificates.AUTHORITY))) {
      ask(mount);
      assertThat(mount.read("wait/p")).isEqualTo("re: hi");
    }
  }

  private void fails(String caFile) throws Exception {
    try (Mount mount = open(caFile)) {
      ask(mount);
      mount.awaitState("p", "failed");
      mount.clock().advance(Duration.ofHours(2));
      assertThat(mount.status("p").at("/error/class").asString()).isEqualTo("certificate");
      assertThat(mount.status("p").at("/error/message").asString()).contains("'ca_file'");
      assertThat(mount.status("p").path("attempts").asInt()).isEqualTo(1);
      assertThat(model.calls()).as("requests that were sent").isZero();
    }
  }

  @Test
  void withoutItTheJobFailsAtOnceAndTheKeyIsNotSent() throws Exception {
    listen(Certificates.HERE);
    fails(null);
  }

  @Test
  void anotherAuthorityDoesNotHelp() throws Exception {
    listen(Certificates.HERE);
    fails(certificates.file(Certificates.STRANGER));
  }

  @Test
  void aCertificateForAnotherNameIsRefused() throws Exception {
    listen(Certificates.ELSEWHERE);
    fails(certificates.file(Certificates.AUTHORITY));
  }

  @Test
  void aCertificateThatHasExpiredIsRefused() throws Exception {
    listen(Certificates.EXPIRED);
    fails(certificates.file(Certificates.AUTHORITY));
  }

  /**
   * A raw socket instead of the fake model: whether that finds a request in a TLS handshake depends
   * on random bytes.
   */
  private static void answerInPlainText(ServerSocket server) {
    try {
      while (true) {
        try (Socket client = server.accept()) {
          client.getInputStream().read();
          client.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
        }
      }
    } catch (IOException e) {
      // closed
    }
  }

  @Test
  void aServerThatSpeaksNoTlsIsTriedAgain() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> answerInPlainText(server));
      Map<String, Object> config =
          Mount.config("https://127.0.0.1:" + server.getLocalPort() + "/v1/chat/completions");
      try (Mount mount = Mount.open(new MemoryFileSystem(), new ManualTimers(), config)) {
        ask(mount);
        JsonNode status = mount.awaitTried("p", 1);
        assertThat(status.at("/error/class").asString()).isEqualTo("not_sent");
        assertThat(status.path("possible_duplicate").asBoolean()).isFalse();
      }
    }
  }

  @Test
  void aFileWithoutCertificatesIsNamedAtTheStart() throws Exception {
    String file = Files.writeString(directory.resolve("ca.pem"), "nonsense").toString();
    assertThatThrownBy(() -> open(file)).isInstanceOf(IOException.class).hasMessageContaining(file);
    assertThatThrownBy(() -> open(file + "-missing"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot read " + file + "-missing");
    String empty = Files.writeString(directory.resolve("empty.pem"), "").toString();
    assertThatThrownBy(() -> open(empty))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(empty);
  }
}
