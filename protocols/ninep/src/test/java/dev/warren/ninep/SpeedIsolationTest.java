package dev.warren.ninep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.Operation;
import dev.warren.api.VfsPath;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.ninep.client.Fids;
import dev.warren.ninep.client.Frame;
import dev.warren.ninep.client.NinepClient;
import dev.warren.ninep.client.Reply;
import dev.warren.ninep.codec.MessageType;
import dev.warren.testkit.BlockingFileSystem;
import dev.warren.testkit.CallBarrier;
import dev.warren.testkit.TestFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests of one mount block, and all other requests complete. */
class SpeedIsolationTest {
  private static final int ROOT = 1;
  private static final int STUCK = 2;
  private static final int FILE = 3;
  private static final int MOST = 250;

  private TestServer server;
  private CallBarrier barrier;
  private Fids busy;
  private Fids other;

  @BeforeEach
  void serve() throws Exception {
    MemoryFileSystem memory = new MemoryFileSystem();
    TestFiles.write(memory, VfsPath.parse("/never"), "late");
    BlockingFileSystem stuck = new BlockingFileSystem(memory);
    barrier = stuck.hold(Operation.READ, VfsPath.parse("/never"));
    MemoryFileSystem files = new MemoryFileSystem();
    TestFiles.write(files, VfsPath.parse("/file"), "text");
    server =
        new TestServer(Map.of("max_requests", MOST)).mount("/stuck", stuck).mount("/files", files);
    busy = attached();
    other = attached();
    busy.walk(ROOT, STUCK, "stuck", "never");
    busy.open(STUCK, Fids.READ_ONLY);
  }

  private Fids attached() throws Exception {
    Fids fids = new Fids(server.session());
    fids.attach(ROOT, "", -1);
    fids.walk(ROOT, FILE, "files", "file");
    fids.open(FILE, Fids.READ_WRITE);
    return fids;
  }

  @AfterEach
  void stop() throws Exception {
    barrier.open();
    busy.client().close();
    other.client().close();
    server.close();
  }

  private List<CompletableFuture<Reply>> sendReads(int count) throws Exception {
    List<CompletableFuture<Reply>> reads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      reads.add(busy.send(10_000 + i, Fids.read(STUCK, 0, 10L)));
    }
    barrier.awaitWaiting(count);
    return reads;
  }

  private static void useFiles(Fids fids) throws Exception {
    fids.write(FILE, 0, "more");
    assertThat(fids.read(FILE, 0, 10)).isEqualTo("more");
    assertThat(fids.stat(FILE).size()).isEqualTo(4);
    fids.walk(ROOT, 9, "files");
    fids.clunk(9);
  }

  @Test
  void twoHundredStuckRequestsDoNotBlockOtherMounts() throws Exception {
    List<CompletableFuture<Reply>> reads = sendReads(200);
    useFiles(busy);
    useFiles(other);
    assertThat(barrier.waiting()).isEqualTo(200);
    assertThat(reads).noneMatch(CompletableFuture::isDone);

    barrier.open();
    for (CompletableFuture<Reply> read : reads) {
      assertThat(NinepClient.await(read).to(MessageType.TREAD).u32()).isEqualTo(4);
    }
  }

  @Test
  void aConnectionAtItsLimitWaitsWithoutDelayingOthers() throws Exception {
    sendReads(MOST);
    CompletableFuture<Reply> getattr =
        busy.send(1, Frame.of(MessageType.TGETATTR).u32(FILE).u64(0x7FF));
    useFiles(other);
    assertThat(getattr).isNotDone();

    barrier.open();
    assertThat(NinepClient.await(getattr).to(MessageType.TGETATTR).remaining()).isEqualTo(153);
  }

  @Test
  void aFlushReachesAConnectionAtItsLimit() throws Exception {
    List<CompletableFuture<Reply>> reads = sendReads(MOST);
    busy.flush(10_000);
    useFiles(busy);
    assertThat(reads.getFirst()).isNotDone();
  }
}
