package dev.warren.gptfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.memfs.MemoryFileSystem;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The file that grows while a stream is received. */
class PartialTest {
  /** A model whose stream is written by a test. */
  private static final class Stream implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private Socket client;

    Stream() throws IOException {}

    String url() {
      return "http://127.0.0.1:" + server.getLocalPort() + "/v1/chat/completions";
    }

    void begin() throws IOException {
      client = server.accept();
      write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
    }

    void text(String piece) throws IOException {
      event("{\"choices\":[{\"delta\":{\"content\":\"" + piece + "\"}}]}");
    }

    void event(String data) throws IOException {
      write("data: " + data + "\n\n");
    }

    private void write(String text) throws IOException {
      OutputStream out = client.getOutputStream();
      out.write(text.getBytes(UTF_8));
      out.flush();
    }

    @Override
    public void close() throws IOException {
      client.close();
      server.close();
    }
  }

  @Test
  void growsWithTheStreamAndChangesNothingInIt() throws Exception {
    try (Stream stream = new Stream()) {
      Map<String, Object> config = Mount.config(stream.url());
      config.put("stream", true);
      config.put("partial", true);
      try (Mount mount = Mount.open(new MemoryFileSystem(), new ManualTimers(), config)) {
        mount.put("inbox/p.txt", "hi");
        mount.clock().run();
        stream.begin();
        stream.text("The key is " + Mount.KEY.substring(0, 9));
        Until.holds("shown", () -> shown(mount).equals("The key is sk-test-0"));
        String rest = Mount.KEY.substring(9) + " or not ";
        for (int i = 0; i < rest.length(); i++) {
          mount.clock().advance(Duration.ofSeconds(1));
          String sofar = "\"tokens\":" + (i + 2);
          stream.text(rest.substring(i, i + 1));
          Until.holds(sofar, () -> mount.text("outbox/p_status.json").contains(sofar));
        }
        String text = "The key is " + Mount.KEY + " or not ";
        Until.holds("more", () -> shown(mount).equals(text));
        assertThat(mount.exists("outbox/p_response.txt")).isFalse();
        stream.event("{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}");
        stream.event("[DONE]");
        assertThat(mount.read("wait/p")).isEqualTo(text);
        assertThat(mount.exists("outbox/p_partial.txt")).isFalse();
      }
    }
  }

  private static String shown(Mount mount) throws Exception {
    return mount.exists("outbox/p_partial.txt") ? mount.text("outbox/p_partial.txt") : "";
  }
}
