package dev.warren.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.memfs.MemfsPlugin;
import dev.warren.server.config.ConfigurationReader;
import dev.warren.server.host.Host;
import dev.warren.server.log.Redactor;
import dev.warren.server.plugin.PluginLoader;
import dev.warren.server.plugin.PluginSet;
import dev.warren.server.plugin.TestPlugins;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that connect and send nothing, or too little, cannot keep others from the pages. */
class HttpFloodTest {
  private static final List<String> PAGES = List.of("/readyz", "/healthz", "/metrics", "/");

  @TempDir Path directory;
  private Host host;
  private final List<Socket> crowd = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    PluginSet known = TestPlugins.of(new MemfsPlugin());
    List<dev.warren.frontend.FrontEnd> frontEnds = List.of(new HttpFrontEnd());
    Path file =
        Files.writeString(
            directory.resolve("config.yaml"),
            "server: {admin_plugins: [], drain_timeout: 1s, state_dir: '%s'}\nhttp: {listen: '127.0.0.1:0'}\nplugins: {memfs: {path: /a}}\n"
                .formatted(directory.resolve("state")));
    host =
        Host.start(
            new Host.Parts(
                file,
                new ConfigurationReader(frontEnds, _ -> known, _ -> null, new Redactor()),
                new PluginLoader(List.of()),
                "1.2.3"),
            false);
  }

  @AfterEach
  void stop() throws Exception {
    for (Socket socket : crowd) {
      socket.close();
    }
    host.stop();
  }

  private Socket connect() throws IOException {
    int port = URI.create(host.addresses().get("http").getFirst()).getPort();
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(30_000);
    return socket;
  }

  /** Opens connections that send only this; some may be closed while others arrive. */
  private void crowd(int size, String text) throws IOException {
    for (int i = 0; i < size; i++) {
      Socket socket = connect();
      crowd.add(socket);
      try {
        socket.getOutputStream().write(text.getBytes(US_ASCII));
      } catch (SocketException _) {
        // this connection was closed
      }
    }
  }

  private void everyPageIsThere() throws IOException {
    for (String page : PAGES) {
      try (Socket socket = connect()) {
        socket
            .getOutputStream()
            .write(
                "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                    .formatted(page)
                    .getBytes(US_ASCII));
        assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
            .as(page)
            .startsWith("HTTP/1.1 200 ");
      }
    }
  }

  @Test
  void silentClientsKeepNoOthersOut() throws Exception {
    crowd(70, "");
    everyPageIsThere();
    crowd(530, "");
    everyPageIsThere();
  }

  @Test
  void clientsThatNeverEndTheirHeadersKeepNoOthersOut() throws Exception {
    crowd(600, "GET /readyz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
    everyPageIsThere();
  }

  @Test
  void clientsThatStayConnectedKeepNoOthersOut() throws Exception {
    crowd(600, "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
    everyPageIsThere();
  }

  @Test
  void clientsThatNeverReadResponsesKeepNoOthersOut() throws Exception {
    crowd(100, "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(1000));
    everyPageIsThere();
  }
}
