package dev.warren.ninep;

import static dev.warren.testkit.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.memfs.MemoryFileSystem;
import dev.warren.ninep.client.Fids;
import dev.warren.ninep.client.Frame;
import dev.warren.ninep.client.NinepClient;
import dev.warren.ninep.codec.MessageType;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Clients that have not attached may be any user of the machine's, and there may be a thousand of
 * them: each gets a little memory, while admitted clients get megabytes.
 */
@Tag("slow")
class UnattachedPeerTest {
  private static final int ROOT = 1;
  private static final int MSIZE = 1 << 20;
  private static final long LITTLE = 1 << 20;

  private TestServer server;
  private long before;

  @BeforeEach
  void serve() throws Exception {
    server = new TestServer(Map.of("handshake_timeout", "1h")).mount("/m", new MemoryFileSystem());
    before = PooledByteBufAllocator.DEFAULT.pinnedDirectMemory();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static ByteBuffer announce(int size) {
    return ByteBuffer.allocate(7)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(size)
        .put((byte) MessageType.TWRITE)
        .putShort((short) 1)
        .flip();
  }

  @Test
  void aLargeFrameBeforeAnAttachEndsTheConnection() throws Exception {
    try (NinepClient client = server.connect().version(MSIZE)) {
      client.sendRaw(announce(MSIZE));
      client.awaitEnd();
    }
  }

  @Test
  void afterAnAttachALargeFrameIsAccepted() throws Exception {
    try (NinepClient client = server.connect().version(MSIZE)) {
      Fids fids = new Fids(client);
      fids.attach(ROOT, "/m", -1);
      fids.create(ROOT, "f", Fids.READ_WRITE);
      assertThat(fids.write(ROOT, 0, "x".repeat(MSIZE - 24))).isEqualTo(MSIZE - 24);
    }
  }

  @Test
  void repliesThatItDoesNotReadAreLimited() throws Exception {
    try (SocketChannel socket = SocketChannel.open(server.address())) {
      socket.write(Frame.of(100).u32(MSIZE).text("9P2000.L").bytes(0xFFFF));
      ByteBuffer many = ByteBuffer.allocate(4000 * 19);
      for (int i = 0; i < 4000; i++) {
        many.put(Frame.of(MessageType.TGETATTR).u32(ROOT).u64(0x7FF).bytes(2));
      }
      socket.configureBlocking(false);
      int[] stalled = {0};
      await()
          .until(
              () -> {
                if (!many.hasRemaining()) {
                  many.rewind();
                }
                stalled[0] = socket.write(many) == 0 ? stalled[0] + 1 : 0;
                assertThat(PooledByteBufAllocator.DEFAULT.pinnedDirectMemory() - before)
                    .isLessThan(LITTLE);
                return stalled[0] > 50;
              });
    }
  }
}
