package dev.warren.ninep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.memfs.MemoryFileSystem;
import dev.warren.ninep.client.Frame;
import dev.warren.ninep.client.RawClient;
import dev.warren.ninep.codec.MessageType;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * As many calls that never end as the machine has processors, on virtual threads, so that no
 * carrier thread is left. The test's client uses no virtual thread.
 */
class StuckMountTest {
  private static final int ROOT = RawClient.ROOT;
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

  private RawClient attached(String aname) throws IOException {
    return RawClient.connect(server.address()).attach(8192, aname);
  }

  @Test
  void otherClientsAttachAndWorkMeanwhile() throws Exception {
    try (RawClient one = attached("/stuck")) {
      for (int tag = 1; tag <= CALLS; tag++) {
        one.send(tag, Frame.of(MessageType.TWALK).u32(ROOT).u32(10 + tag).u16(1).name("f"));
      }
      stuck.awaitHeld(CALLS);
      for (String aname : new String[] {"", "/m"}) {
        try (RawClient other = attached(aname)) {
          assertThat(other.ask(1, Frame.of(MessageType.TGETATTR).u32(ROOT).u64(0x7FF))).isZero();
        }
      }
    }
  }
}
