package dev.warren.ninep;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.warren.ninep.client.Fids;
import dev.warren.ninep.client.Frame;
import dev.warren.ninep.codec.MessageType;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How many bytes requests allocate, on a localfs, once the code is compiled: a Tgetattr none, a
 * Tread or Twrite the object for the buffer's memory, a Twalk what its fid keeps. The limits allow
 * for allocations that the compiler eliminates in some runs only.
 */
@Tag("slow")
class SpeedAllocationTest {
  private static final int ROOT = 1;
  private static final int FILE = 2;
  private static final int NEW = 3;
  private static final int NOT_OPEN = 4;
  private static final int BATCH = 64;
  private static final int ROUND = 20_000;

  /** Limit of the rounds until the compiler has finished. */
  private static final int MOST_ROUNDS = 100;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Path directory;
  private TestServer server;

  @BeforeEach
  void serve() throws Exception {
    directory = Files.createTempDirectory(memory(), "allocation-");
    Files.write(directory.resolve("file"), new byte[8192]);
    server = new TestServer().mount("/local", TestServer.localfs(directory));
  }

  /** A directory in memory, if the system has one, so that all requests are non-blocking. */
  private static Path memory() {
    Path memory = Path.of(System.getProperty("warren.test.tmpfs", "/dev/shm"));
    return Files.isWritable(memory) ? memory : Path.of(System.getProperty("java.io.tmpdir"));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    Files.delete(directory.resolve("file"));
    Files.delete(directory);
  }

  @Test
  void getattr() throws Exception {
    checkBytesPerRequest(8, 160, Frame.of(MessageType.TGETATTR).u32(FILE).u64(0x7FF));
  }

  /** By the file handle (statx). */
  @Test
  void getattrOfAFidThatIsNotOpen() throws Exception {
    checkBytesPerRequest(8, 160, Frame.of(MessageType.TGETATTR).u32(NOT_OPEN).u64(0x7FF));
  }

  @Test
  void read() throws Exception {
    checkBytesPerRequest(192, 11 + 4096, Fids.read(FILE, 0, 4096L));
  }

  @Test
  void write() throws Exception {
    ByteBuffer data = ByteBuffer.allocate(4096);
    checkBytesPerRequest(
        192, 11, Frame.of(MessageType.TWRITE).u32(FILE).u64(0).u32(4096).data(data));
  }

  /** The new fid, its file handle, its path, and its entry among the tracked paths. */
  @Test
  void walkAndClunk() throws Exception {
    checkBytesPerRequest(
        768,
        9 + 13 + 7,
        Frame.of(MessageType.TWALK).u32(ROOT).u32(NEW).u16(1).name("file"),
        Frame.of(MessageType.TCLUNK).u32(NEW));
  }

  /** Repeats the requests until the compiler has finished. */
  private void checkBytesPerRequest(int most, int replyBytes, Frame... request) throws Exception {
    ByteBuffer batch = ByteBuffer.allocateDirect(BATCH * 4200);
    int tag = 0;
    for (int i = 0; i < BATCH; i++) {
      for (Frame frame : request) {
        batch.put(frame.bytes(tag++));
      }
    }
    batch.flip();
    ByteBuffer replies = ByteBuffer.allocateDirect(BATCH * replyBytes);
    double least = Double.MAX_VALUE;
    try (SocketChannel socket = SocketChannel.open(server.address())) {
      attach(socket);
      for (int round = 0; round < MOST_ROUNDS && least > most; round++) {
        long before = allocatedByLoops();
        for (int i = 0; i < ROUND; i += BATCH) {
          exchange(socket, batch.rewind(), replies.clear());
        }
        least = Math.min(least, (allocatedByLoops() - before) / (double) ROUND);
      }
    }
    assertThat(least).isLessThanOrEqualTo(most);
  }

  private static void attach(SocketChannel socket) throws Exception {
    Frame version = Frame.of(MessageType.TVERSION).u32(65_536).text("9P2000.L");
    exchange(socket, version.bytes(0xFFFF), ByteBuffer.allocate(7 + 4 + 2 + 8));
    Frame attach =
        Frame.of(MessageType.TATTACH).u32(ROOT).u32(-1).text("nobody").text("/local").u32(-1);
    exchange(socket, attach.bytes(1), ByteBuffer.allocate(7 + 13));
    Frame walk = Frame.of(MessageType.TWALK).u32(ROOT).u32(FILE).u16(1).name("file");
    exchange(socket, walk.bytes(1), ByteBuffer.allocate(9 + 13));
    Frame open = Frame.of(MessageType.TLOPEN).u32(FILE).u32(Fids.READ_WRITE);
    exchange(socket, open.bytes(1), ByteBuffer.allocate(7 + 13 + 4));
    Frame again = Frame.of(MessageType.TWALK).u32(ROOT).u32(NOT_OPEN).u16(1).name("file");
    exchange(socket, again.bytes(1), ByteBuffer.allocate(9 + 13));
  }

  private static void exchange(SocketChannel socket, ByteBuffer requests, ByteBuffer replies)
      throws IOException {
    while (requests.hasRemaining()) {
      socket.write(requests);
    }
    while (replies.hasRemaining()) {
      assertThat(socket.read(replies)).isPositive();
    }
    assertThat(replies.get(4)).isNotEqualTo((byte) MessageType.RLERROR);
  }

  private static long allocatedByLoops() {
    long[] loops =
        Arrays.stream(THREADS.getThreadInfo(THREADS.getAllThreadIds()))
            .filter(thread -> thread != null && thread.getThreadName().startsWith("ninep-loop"))
            .mapToLong(ThreadInfo::getThreadId)
            .toArray();
    assertThat(loops).isNotEmpty();
    return Arrays.stream(THREADS.getThreadAllocatedBytes(loops)).sum();
  }
}
