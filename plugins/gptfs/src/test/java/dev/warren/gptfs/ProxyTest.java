package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.memfs.MemoryFileSystem;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls go through the configured proxy, which alone can resolve the endpoint's name. */
class ProxyTest {
  private static final String NOWHERE = "http://model.invalid/v1/chat/completions";

  /** A SOCKS 5 proxy that connects to one port for every name (RFC 1928). */
  private static final class Socks implements AutoCloseable {
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    private final int target;

    Socks(int target) throws IOException {
      this.target = target;
      Thread.ofVirtual().start(this::accept);
    }

    private void accept() {
      try {
        while (true) {
          Socket client = server.accept();
          Thread.ofVirtual().start(() -> serve(client));
        }
      } catch (IOException e) {
        // closed
      }
    }

    private void serve(Socket client) {
      try (client;
          Socket there = new Socket(InetAddress.getLoopbackAddress(), target)) {
        DataInputStream in = new DataInputStream(client.getInputStream());
        OutputStream out = client.getOutputStream();
        in.skipNBytes(1);
        in.skipNBytes(in.readUnsignedByte());
        out.write(new byte[] {5, 0});
        in.skipNBytes(3);
        if (in.readUnsignedByte() != 3) {
          return; // an address, not a name: the client has resolved it
        }
        byte[] name = in.readNBytes(in.readUnsignedByte());
        asked.add(new String(name, StandardCharsets.US_ASCII) + ":" + in.readUnsignedShort());
        out.write(new byte[] {5, 0, 0, 1, 0, 0, 0, 0, 0, 0});
        Thread back = Thread.ofVirtual().start(() -> copy(there, client));
        copy(client, there);
        back.join();
      } catch (IOException | InterruptedException e) {
        // one side has disconnected
      }
    }

    private static void copy(Socket from, Socket to) {
      try (InputStream in = from.getInputStream();
          OutputStream out = to.getOutputStream()) {
        in.transferTo(out);
      } catch (IOException e) {
        // one side has disconnected
      }
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }

  private static Map<String, Object> config(String proxy) {
    Map<String, Object> config = Mount.config(NOWHERE);
    config.put("allow_http", true);
    config.put("proxy", proxy);
    return config;
  }

  @Test
  void anHttpProxyGetsTheWholeUrl() throws Exception {
    try (FakeModel proxy = new FakeModel();
        Mount mount =
            Mount.open(
                new MemoryFileSystem(), config("http://127.0.0.1:" + proxy.server.getPort()))) {
      mount.put("inbox/p.txt", "hi");
      assertThat(mount.read("wait/p")).isEqualTo("re: hi");
      var request = proxy.server.takeRequest();
      assertThat(request.getRequestLine()).isEqualTo("POST " + NOWHERE + " HTTP/1.1");
      assertThat(request.getHeaders().get("Host")).isEqualTo("model.invalid");
      assertThat(proxy.calls()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"socks5", "socks"})
  void aSocksProxyResolvesTheName(String scheme) throws Exception {
    try (FakeModel model = new FakeModel();
        Socks proxy = new Socks(model.server.getPort());
        Mount mount =
            Mount.open(
                new MemoryFileSystem(),
                config(scheme + "://127.0.0.1:" + proxy.server.getLocalPort()))) {
      mount.put("inbox/p.txt", "hi");
      assertThat(mount.read("wait/p")).isEqualTo("re: hi");
      assertThat(proxy.asked).containsExactly("model.invalid:80");
    }
  }

  @Test
  void aProxyThatIsDownIsTriedAgainWithoutAFlag() throws Exception {
    int port;
    try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = unused.getLocalPort();
    }
    try (Mount mount =
        Mount.open(
            new MemoryFileSystem(), new ManualTimers(), config("http://127.0.0.1:" + port))) {
      mount.put("inbox/p.txt", "hi");
      mount.clock().run();
      assertThat(mount.awaitTried("p", 1).at("/error/class").asString()).isEqualTo("not_sent");
    }
  }
}
