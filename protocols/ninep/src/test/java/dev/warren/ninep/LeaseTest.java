package dev.warren.ninep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.ninep.client.Fids;
import dev.warren.ninep.client.Frame;
import dev.warren.ninep.client.NinepClient;
import dev.warren.ninep.client.Reply;
import dev.warren.ninep.codec.MessageType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file on which another process of the host holds a lease. */
class LeaseTest {
  private static final int ROOT = 1;
  private static final int FILE = 2;
  private static final int TAG = 7;

  @TempDir Path directory;

  /** Other requests are served while the open waits. */
  @Test
  void anOpenWaitsForTheEndOfALease() throws Exception {
    Path file = Files.writeString(directory.resolve("f"), "text");
    try (TestServer server = new TestServer().mount("/m", TestServer.localfs(directory))) {
      Fids fids = new Fids(server.session());
      fids.attach(ROOT, "/m", -1);
      try (Lease lease = Lease.take(file)) {
        fids.walk(ROOT, FILE, "f");
        CompletableFuture<Reply> open =
            fids.send(TAG, Frame.of(MessageType.TLOPEN).u32(FILE).u32(Fids.READ_ONLY));
        lease.awaitWanted();
        assertThat(fids.stat(ROOT).isDirectory()).isTrue();
        assertThat(open).isNotDone();
        lease.giveUp();
        NinepClient.await(open).to(MessageType.TLOPEN);
      }
      assertThat(fids.read(FILE, 0, 10)).isEqualTo("text");
      fids.client().close();
    }
  }
}
