package dev.warren.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.memfs.MemfsPlugin;
import dev.warren.server.plugin.PluginHome;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The access log of the process: which clients were connected and what they did. */
@Tag("slow")
class AccessLogTest {
  private static final String SECRET = "sk-access-secret-4711";

  @TempDir Path home;

  @Test
  void sessionsAtInfoAndOperationsAtDebugAsJson() throws Exception {
    PluginHome.install(home, "memfs", MemfsPlugin.class);
    Files.writeString(
        home.resolve("config.yaml"),
        """
        server: {log_level: debug, log_format: json}
        ninep: {listen: 127.0.0.1:0}
        plugins: {memfs: {path: /tmp, name: "${env:WARREN_TEST_SECRET}"}}
        """);
    try (WarrenProcess warren =
        new WarrenProcess(home, Map.of("WARREN_TEST_SECRET", SECRET), "serve")) {
      warren.await("ready after");
      String on = warren.line("ninep on 127.0.0.1:");
      int port = Integer.parseInt(on.replaceAll("(?s).*ninep on 127\\.0\\.0\\.1:([0-9]+).*", "$1"));
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        send(socket, message(100, 0xFFFF).putInt(8192).put(string("9P2000.L")));
        send(
            socket,
            message(104, 1).putInt(0).putInt(-1).put(string(SECRET)).put(string("")).putInt(-1));
        // Twalk from fid 0 to fid 1: tmp, and then a name in it that does not exist
        send(
            socket,
            message(110, 1)
                .putInt(0)
                .putInt(1)
                .putShort((short) 2)
                .put(string("tmp"))
                .put(string(SECRET)));
      }
      warren.await("session ended:");
      warren.signal("TERM");
      assertThat(warren.exitStatus()).isZero();

      assertThat(warren.line("session ended:"))
          .startsWith("{\"time\":\"")
          // for an id that no user of this machine has
          .contains("\"level\":\"info\"", "\"session\":\"9p-", "\"user\":\"nobody\"")
          .contains("\"remote\":\"127.0.0.1:", "\"seconds\":", "\"bytes_read\":0")
          .contains("\"bytes_written\":0", "\"reason\":\"connection lost\"")
          .endsWith("}");
      assertThat(warren.line("\"path\":\"/tmp/${env:WARREN_TEST_SECRET}\""))
          .contains("\"level\":\"debug\",\"logger\":\"access\"", "\"result\":\"ENOENT\"");
      assertThat(warren.line("\"path\":\"/tmp\""))
          .contains("\"level\":\"debug\",\"logger\":\"access\"", "\"operation\":\"stat\"")
          .contains("\"result\":\"ok\",\"microseconds\":", "\"protocol\":\"9p\"");
      assertThat(warren.lines()).noneMatch(line -> line.contains(SECRET));
    }
  }

  /** A message with a placeholder for its size. */
  private static ByteBuffer message(int type, int tag) {
    return ByteBuffer.allocate(1000)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(0)
        .put((byte) type)
        .putShort((short) tag);
  }

  private static byte[] string(String text) {
    byte[] bytes = text.getBytes(US_ASCII);
    return ByteBuffer.allocate(2 + bytes.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort((short) bytes.length)
        .put(bytes)
        .array();
  }

  /** Sends a message and reads the reply, which must not be an error. */
  private static void send(Socket socket, ByteBuffer message) throws IOException {
    message.putInt(0, message.position());
    byte[] bytes = new byte[message.position()];
    message.flip().get(bytes);
    socket.getOutputStream().write(bytes);
    DataInputStream in = new DataInputStream(socket.getInputStream());
    byte[] reply = in.readNBytes(Integer.reverseBytes(in.readInt()) - 4);
    assertThat(reply[0] & 0xFF).isEqualTo((bytes[4] & 0xFF) + 1);
  }
}
