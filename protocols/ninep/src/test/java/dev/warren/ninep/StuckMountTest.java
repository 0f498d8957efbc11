package dev.warren.ninep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.memfs.MemoryFileSystem;
import dev.warren.ninep.client.Frame;
import dev.warren.ninep.codec.MessageType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * As many calls that never end as the machine has processors, on virtual threads: which are no
 * longer there for anybody then. The test's client takes none.
 */
class StuckMountTest {
  private static final int ROOT = 1;
  private static final int CALLS = Runtime.getRuntime().availableProcessors();

  private PinningFileSystem stuck;
  private TestServer server;

  @BeforeEach
  void serve() throws Exception {
    stuck = new PinningFileSystem(new MemoryFileSystem());
    server = new TestServer().mount("/stuck", stuck).mount("/m", new MemoryFileSystem());
  }

  @AfterEach
  void stop() {
    stuck.release();
    server.close();
  }

  private static ByteBuffer reply(SocketChannel socket) throws IOException {
    ByteBuffer size = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    fill(socket, size);
    ByteBuffer frame = ByteBuffer.allocate(size.getInt(0) - 4).order(ByteOrder.LITTLE_ENDIAN);
    return fill(socket, frame);
  }

  private static ByteBuffer fill(SocketChannel socket, ByteBuffer target) throws IOException {
    while (target.hasRemaining()) {
      assertThat(socket.read(target)).isPositive();
    }
    return target.flip();
  }

  private static int ask(SocketChannel socket, Frame frame) throws IOException {
    socket.write(frame.bytes(1));
    return reply(socket).get(0);
  }

  private SocketChannel attached(String aname) throws IOException {
    SocketChannel socket = SocketChannel.open(server.address());
    assertThat(ask(socket, Frame.of(MessageType.TVERSION).u32(8192).text("9P2000.L")))
        .isEqualTo(101);
    Frame attach = Frame.of(MessageType.TATTACH).u32(ROOT).u32(-1).text("").text(aname).u32(-1);
    assertThat(ask(socket, attach)).isEqualTo(105);
    return socket;
  }

  @Test
  void othersAttachAndWorkBesideIt() throws Exception {
    try (SocketChannel one = attached("/stuck")) {
      for (int tag = 1; tag <= CALLS; tag++) {
        one.write(Frame.of(MessageType.TWALK).u32(ROOT).u32(10 + tag).u16(1).name("f").bytes(tag));
      }
      stuck.awaitHeld(CALLS);
      for (String aname : new String[] {"", "/m"}) {
        try (SocketChannel other = attached(aname)) {
          assertThat(ask(other, Frame.of(MessageType.TGETATTR).u32(ROOT).u64(0x7FF))).isEqualTo(25);
        }
      }
    }
  }
}
