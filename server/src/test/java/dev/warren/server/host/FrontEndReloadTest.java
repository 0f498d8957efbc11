package dev.warren.server.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.server.config.ConfigurationReader;
import dev.warren.server.http.HttpFrontEnd;
import dev.warren.server.log.Redactor;
import dev.warren.server.plugin.PluginLoader;
import dev.warren.server.plugin.PluginSet;
import dev.warren.server.plugin.TestPlugins;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to a front end and its clients when its section changes. */
class FrontEndReloadTest {
  @TempDir Path directory;
  private final RecordingPlugin plugin = new RecordingPlugin();
  private final PluginSet plugins = TestPlugins.of(plugin);
  private Host host;

  @AfterEach
  void stop() throws InterruptedException {
    if (host != null) {
      host.stop();
    }
  }

  private void write(String http) throws IOException {
    Files.writeString(
        directory.resolve("config.yaml"),
        """
        server: {state_dir: '%s', drain_timeout: 5s, admin_plugins: []}
        http: {%s}
        plugins: {recording: {path: /a}}
        """
            .formatted(directory.resolve("state"), http));
  }

  private void start(String http) throws Exception {
    write(http);
    List<dev.warren.frontend.FrontEnd> frontEnds = List.of(new HttpFrontEnd());
    host =
        Host.start(
            new Host.Parts(
                directory.resolve("config.yaml"),
                new ConfigurationReader(frontEnds, _ -> plugins, _ -> null, new Redactor()),
                new PluginLoader(List.of()),
                "1"),
            false);
  }

  private static ServerSocket taken() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  private static int free() throws IOException {
    try (ServerSocket socket = taken()) {
      return socket.getLocalPort();
    }
  }

  private static String listen(int... ports) {
    StringBuilder list = new StringBuilder("listen: [");
    for (int port : ports) {
      list.append("'127.0.0.1:").append(port).append("', ");
    }
    return list.append("]").toString();
  }

  private static Socket connect(int port) throws IOException {
    Socket socket = new Socket();
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return socket;
  }

  private static String ask(Socket socket) throws IOException {
    socket
        .getOutputStream()
        .write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
    byte[] answer = new byte[15];
    int count = socket.getInputStream().readNBytes(answer, 0, answer.length);
    socket.getInputStream().skipNBytes(Math.max(0, socket.getInputStream().available()));
    return new String(answer, 0, count, UTF_8);
  }

  @Test
  void aChangedFrontEndTakesOverItsPort() throws Exception {
    int port = free();
    start(listen(port));
    write(listen(port) + ", max_connections: 100");
    new Administration(host, null).reload(false);
    try (Socket socket = connect(port)) {
      assertThat(ask(socket)).isEqualTo("HTTP/1.1 200 OK");
    }
  }

  @Test
  void aPortInUseEndsNoSessionAndIsReportedToTheRequester() throws Exception {
    int port = free();
    try (ServerSocket other = taken()) {
      start(listen(port));
      try (Socket session = connect(port)) {
        assertThat(ask(session)).isEqualTo("HTTP/1.1 200 OK");
        write(listen(port, other.getLocalPort()));
        for (int i = 0; i < 2; i++) {
          assertThatThrownBy(() -> new Administration(host, null).reload(false))
              .isInstanceOfSatisfying(
                  FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EIO))
              .hasMessageContaining("http cannot listen on 127.0.0.1:" + other.getLocalPort())
              .hasMessageContaining("ss -ltnp 'sport = :" + other.getLocalPort() + "'")
              .hasMessageContaining("it continues as before");
        }
        assertThat(ask(session)).contains("HTTP/1.1");
      }
    }
    new Administration(host, null).reload(false);
    assertThat(host.addresses().get("http")).hasSize(2);
  }

  @Test
  void aPortInUseEndsTheStartBeforeAnyInstanceIsOpened() throws Exception {
    try (ServerSocket other = taken()) {
      assertThatThrownBy(() -> start(listen(other.getLocalPort())))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("http cannot listen on 127.0.0.1:" + other.getLocalPort());
    }
    assertThat(plugin.events).isEmpty();
  }
}
