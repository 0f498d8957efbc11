package dev.warren.ninep;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.ninep.client.Fids;
import dev.warren.ninep.client.Frame;
import dev.warren.ninep.client.Reply;
import dev.warren.ninep.codec.MessageType;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Byte-range locks between connections. */
class LockTest {
  private static final int ROOT = 1;
  private static final int FILE = 2;
  private static final int TAG = 61_000;
  private static final int READ = 0;
  private static final int WRITE = 1;
  private static final int UNLOCK = 2;
  private static final int BLOCK = 1;
  private static final int SUCCESS = 0;
  private static final int BLOCKED = 1;
  private static final int WAITERS = 1000;

  @TempDir Path directory;

  private TestServer server;
  private Fids first;
  private Fids second;

  @BeforeEach
  void open() throws Exception {
    server = new TestServer().mount("/files", new MemoryFileSystem());
    first = new Fids(server.session());
    first.attach(ROOT, "/files", -1);
    first.walk(ROOT, FILE);
    first.create(FILE, "f", Fids.READ_WRITE);
    second = new Fids(server.session());
    second.attach(ROOT, "/files", -1);
    second.walk(ROOT, FILE, "f");
    second.open(FILE, Fids.READ_WRITE);
  }

  @AfterEach
  void stop() throws Exception {
    first.client().close();
    second.client().close();
    server.close();
  }

  private CompletableFuture<Reply> waitForLock() throws Exception {
    CompletableFuture<Reply> lock = second.send(TAG, Fids.lock(FILE, WRITE, BLOCK, 0, 0, 1));
    second.stat(ROOT); // replied to after the lock request was received
    assertThat(lock).isNotDone();
    return lock;
  }

  @Test
  void aLockThatIsHeldIsBlocked() throws Exception {
    assertThat(first.lock(FILE, WRITE, 0)).isEqualTo(SUCCESS);
    assertThat(second.lock(FILE, READ, 0)).isEqualTo(BLOCKED);
    assertThat(first.lock(FILE, READ, 0)).isEqualTo(SUCCESS);
    assertThat(second.lock(FILE, READ, 0)).isEqualTo(SUCCESS);
    assertThat(second.lock(FILE, WRITE, 0)).isEqualTo(BLOCKED);
  }

  @Test
  void aWaiterIsAnsweredWhenTheLockIsReleased() throws Exception {
    first.lock(FILE, WRITE, 0);
    CompletableFuture<Reply> lock = waitForLock();
    first.lock(FILE, UNLOCK, 0);
    assertThat(lock.get().u8()).isEqualTo(SUCCESS);
  }

  @Test
  void aClunkDropsTheFidsLocks() throws Exception {
    first.lock(FILE, WRITE, 0);
    CompletableFuture<Reply> lock = waitForLock();
    first.clunk(FILE);
    assertThat(lock.get().u8()).isEqualTo(SUCCESS);
  }

  @Test
  void aLostConnectionDropsItsLocks() throws Exception {
    first.lock(FILE, WRITE, 0);
    CompletableFuture<Reply> lock = waitForLock();
    first.client().close();
    assertThat(lock.get().u8()).isEqualTo(SUCCESS);
  }

  @Test
  void aNewVersionDropsTheConnectionsLocks() throws Exception {
    first.lock(FILE, WRITE, 0);
    CompletableFuture<Reply> lock = waitForLock();
    first.client().version(8192);
    assertThat(lock.get().u8()).isEqualTo(SUCCESS);
  }

  @Test
  void aFlushedWaiterGetsNoLock() throws Exception {
    first.lock(FILE, WRITE, 0);
    CompletableFuture<Reply> lock = waitForLock();
    second.flush(TAG);
    assertThat(lock).isNotDone();
    first.lock(FILE, UNLOCK, 0);
    assertThat(first.lock(FILE, WRITE, 0)).isEqualTo(SUCCESS);
  }

  /**
   * More waiting locks than the limit of in-flight requests: the lock's holder must still be able
   * to release it. Each client that gets the lock does so too.
   */
  @Test
  void aThousandWaitersOccupyNeitherAThreadNorTheConnection() throws Exception {
    first.lock(FILE, WRITE, 0);
    BlockingQueue<Integer> granted = new LinkedBlockingQueue<>();
    for (int i = 0; i < WAITERS; i++) {
      int process = 2 + i;
      var _ =
          first
              .send(TAG + i, Fids.lock(FILE, WRITE, BLOCK, 0, 0, process))
              .thenAccept(reply -> granted.add(reply.error() == 0 ? process : -1));
    }
    first.stat(ROOT); // replied to after all of them were received
    assertThat(granted).isEmpty();
    assertThat(workers()).isZero();
    first.lock(FILE, UNLOCK, 0);
    for (int i = 0; i < WAITERS; i++) {
      int process = granted.take();
      assertThat(granted).isEmpty();
      first.client().call(MessageType.TLOCK, Fids.lock(FILE, UNLOCK, 0, 0, 0, process));
    }
    assertThat(second.lock(FILE, WRITE, 0)).isEqualTo(SUCCESS);
  }

  /** The number of the server's threads that run or are blocked, including virtual ones. */
  private long workers() throws Exception {
    Path dump = directory.resolve("threads");
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .dumpThreads(dump.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
    try (Stream<String> lines = Files.lines(dump)) {
      return lines
          .filter(line -> line.contains("\"ninep-") && !line.contains("ninep-loop"))
          .count();
    }
  }

  @Test
  void aWaiterWhoseFidIsClunkedIsAnsweredWithAnError() throws Exception {
    first.lock(FILE, WRITE, 0);
    CompletableFuture<Reply> lock = waitForLock();
    second.clunk(FILE);
    assertThat(lock.get().error()).isNotZero();
  }

  @Test
  void getlockReturnsTheConflictWhateverTypeIsRequested() throws Exception {
    first.client().call(MessageType.TLOCK, Fids.lock(FILE, WRITE, 0, 100, 10, 77));
    Reply held = getlock(0, 0);
    assertThat(held.u8()).isEqualTo(WRITE);
    assertThat(held.u64()).isEqualTo(100);
    assertThat(held.u64()).isEqualTo(10);
    assertThat(held.u32()).isEqualTo(77);
    assertThat(held.name()).isEqualTo("test");
    Reply free = getlock(0, 100);
    assertThat(free.u8()).isEqualTo(UNLOCK);
    assertThat(free.u64()).isZero();
    assertThat(free.u64()).isEqualTo(100);
  }

  /** Sends a Tgetlock with the type "unlock", as the Linux kernel does. */
  private Reply getlock(long start, long length) throws Exception {
    return second
        .client()
        .call(
            MessageType.TGETLOCK,
            Frame.of(MessageType.TGETLOCK)
                .u32(FILE)
                .u8(UNLOCK)
                .u64(start)
                .u64(length)
                .u32(5)
                .text("other"));
  }
}
