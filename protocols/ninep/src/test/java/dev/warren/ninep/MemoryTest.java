package dev.warren.ninep;

import static dev.warren.testkit.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.AttributesBuffer;
import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.ForwardingFileSystem;
import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget;
import dev.warren.api.MemoryBudget.Area;
import dev.warren.api.MemoryBudget.Use;
import dev.warren.api.VfsPath;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.ninep.client.Fids;
import dev.warren.ninep.client.Frame;
import dev.warren.ninep.client.RawClient;
import dev.warren.ninep.codec.MessageType;
import dev.warren.testkit.BlockingFileSystem;
import dev.warren.testkit.CallBarrier;
import dev.warren.testkit.TestFiles;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Many clients at once that use as much memory as they can get: together they get no more than the
 * budget, and other clients can still work and connect.
 */
@Tag("slow")
class MemoryTest {
  private static final int ROOT = RawClient.ROOT;
  private static final int FILE = 2;
  private static final int MSIZE = 1 << 20;
  private static final int GREEDY = 21;
  private static final int BATCH = 100;
  private static final long HEAP = 32L << 20;
  private static final long DIRECT = 32L << 20;

  private final MemoryBudget budget = new MemoryBudget(HEAP, DIRECT);
  private final MemoryFileSystem memory = new MemoryFileSystem();
  private final BlockingFileSystem slow = new BlockingFileSystem(memory);
  private final Stuck stuck = new Stuck(memory);
  private final List<RawClient> greedy = new ArrayList<>();
  private TestServer server;
  private Fids witness;
  private long directBefore;

  @BeforeEach
  void serve() throws Exception {
    memory.mkdir(VfsPath.parse("/d"), 0755);
    TestFiles.write(memory, VfsPath.parse("/large"), "x".repeat(MSIZE));
    TestFiles.write(memory, VfsPath.parse("/empty"), "");
    server =
        new TestServer(Map.of(), budget)
            .mount("/m", memory)
            .mount("/slow", slow)
            .mount("/stuck", stuck);
    witness = attached();
    // Measured now that the pools of the event loops exist.
    directBefore = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
  }

  @AfterEach
  void stop() throws Exception {
    for (RawClient each : greedy) {
      each.close();
    }
    witness.client().close();
    await()
        .until(() -> budget.level(Area.HEAP).used() == 0 && budget.level(Area.DIRECT).used() == 0);
    for (Use use : Use.values()) {
      assertThat(budget.used(use)).as(use.name()).isZero();
    }
    await().until(() -> server.namespace().trackedPaths() == 0);
    server.close();
  }

  private Fids attached() throws Exception {
    Fids fids = new Fids(server.session());
    fids.attach(ROOT, "/m", -1);
    return fids;
  }

  private RawClient greedy(String aname) throws IOException {
    RawClient client = RawClient.connect(server.address()).attach(MSIZE, aname);
    greedy.add(client);
    return client;
  }

  private static Frame walk(int fid, String... names) throws IOException {
    Frame walk = Frame.of(MessageType.TWALK).u32(ROOT).u32(fid).u16(names.length);
    for (String name : names) {
      walk.name(name);
    }
    return walk;
  }

  private static Frame open(int fid) {
    return Frame.of(MessageType.TLOPEN).u32(fid).u32(0);
  }

  /** Uses all functions, with a client that was connected before and with a new one. */
  private void othersWork() throws Exception {
    Fids late = attached();
    for (Fids fids : List.of(witness, late)) {
      String name = "of-" + System.identityHashCode(fids);
      int fid = fids.client().newFid();
      fids.walk(ROOT, fid);
      fids.create(fid, name, Fids.READ_WRITE);
      String text = "y".repeat(300_000);
      int written = 0;
      while (written < text.length()) {
        written += fids.write(fid, written, text.substring(written));
      }
      int read = 0;
      while (read < written) {
        read += fids.read(fid, read, written - read).length();
      }
      assertThat(fids.stat(fid).size()).isEqualTo(text.length());
      fids.clunk(fid);
      int directory = fids.client().newFid();
      fids.walk(ROOT, directory);
      fids.open(directory, Fids.READ_ONLY);
      assertThat(fids.readdir(directory, 0, 65_536)).isNotEmpty();
      fids.clunk(directory);
      fids.unlink(ROOT, name, 0);
    }
    late.client().close();
  }

  private void isWithinTheBudget(Area area) {
    MemoryBudget.Level level = budget.level(area);
    assertThat(level.used()).isLessThanOrEqualTo(level.limit());
  }

  /** The memory that Netty has allocated from the system, including unused memory of its pools. */
  private long direct() {
    return PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory() - directBefore;
  }

  /** Sends requests until one is refused. Returns the error. */
  private static int untilRefused(RawClient client, Requests requests) throws IOException {
    for (int sent = 0; ; sent += BATCH) {
      ByteBuffer batch = ByteBuffer.allocate(1 << 20);
      int expected = 0;
      for (int i = 0; i < BATCH; i++) {
        for (Frame each : requests.of(sent + i)) {
          batch.put(each.bytes(expected++));
        }
      }
      batch.flip();
      while (batch.hasRemaining()) {
        client.socket().write(batch);
      }
      int first = 0;
      for (; expected > 0; expected--) {
        int error = RawClient.error(client.reply());
        first = first == 0 ? error : first;
      }
      if (first != 0) {
        return first;
      }
    }
  }

  @FunctionalInterface
  private interface Requests {
    Frame[] of(int number) throws IOException;
  }

  @Test
  void fids() throws Exception {
    String[] deep = new String[16];
    for (int i = 0; i < deep.length; i++) {
      deep[i] = i + "n".repeat(200);
      memory.mkdir(
          VfsPath.parse("/d/" + String.join("/", Arrays.asList(deep).subList(0, i + 1))), 0755);
    }
    for (int i = 0; i < GREEDY; i++) {
      RawClient client = greedy("/m/d");
      assertThat(untilRefused(client, n -> new Frame[] {walk(10 + n, deep)}))
          .isEqualTo(Errno.EMFILE.number());
    }
    // All connections are one user's, who gets three eighths, and each connection a little more.
    assertThat(budget.used(Use.FIDS)).isBetween(HEAP * 3L / 8, HEAP / 2L);
    isWithinTheBudget(Area.HEAP);
    othersWork();
  }

  /**
   * Paths are kept alive by those that were walked from them, even after their own fids are
   * clunked.
   */
  @Test
  void fidsOfLongPathsWhoseUpperFidsAreGone() throws Exception {
    RawClient client = greedy("/m/d");
    memory.mkdir(VfsPath.parse("/d/" + "n".repeat(200)), 0755);
    long before = budget.used(Use.FIDS);
    assertThat(client.ask(1, walk(10, "n".repeat(200)))).isZero();
    long one = budget.used(Use.FIDS);
    Frame up = Frame.of(MessageType.TWALK).u32(10).u32(10).u16(2).name("..").name("n".repeat(200));
    for (int i = 0; i < 10_000; i++) {
      assertThat(client.ask(1, up)).isZero();
    }
    assertThat(budget.used(Use.FIDS)).isLessThan(one + (64 << 10));
    assertThat(before).isPositive();
  }

  @Test
  void openFiles() throws Exception {
    for (int i = 0; i < GREEDY; i++) {
      RawClient client = greedy("/m");
      assertThat(untilRefused(client, n -> new Frame[] {walk(10 + n, "empty"), open(10 + n)}))
          .isEqualTo(Errno.EMFILE.number());
    }
    isWithinTheBudget(Area.HEAP);
    othersWork();
  }

  @Test
  void listedDirectories() throws Exception {
    for (int i = 0; i < GREEDY; i++) {
      RawClient client = greedy("/m");
      assertThat(
              untilRefused(
                  client,
                  n ->
                      new Frame[] {
                        walk(10 + n),
                        open(10 + n),
                        Frame.of(MessageType.TREADDIR).u32(10 + n).u64(0).u32(4096)
                      }))
          .isIn(Errno.ENOMEM.number(), Errno.EMFILE.number());
    }
    isWithinTheBudget(Area.HEAP);
    othersWork();
  }

  @Test
  void extendedAttributes() throws Exception {
    for (int i = 0; i < GREEDY; i++) {
      RawClient client = greedy("/m");
      assertThat(
              untilRefused(
                  client,
                  n ->
                      new Frame[] {
                        walk(10 + n, "empty"),
                        Frame.of(MessageType.TXATTRCREATE)
                            .u32(10 + n)
                            .text("user.x")
                            .u64(65_536)
                            .u32(0)
                      }))
          .isEqualTo(Errno.ENOMEM.number());
    }
    isWithinTheBudget(Area.HEAP);
    othersWork();
  }

  @Test
  void requestsThatWait() throws Exception {
    CallBarrier barrier = slow.hold(call -> !call.path().isRoot());
    for (int i = 0; i < GREEDY; i++) {
      RawClient client = greedy("/slow");
      client.socket().configureBlocking(false);
      for (int tag = 0; tag < 500; tag++) {
        client.send(tag, walk(10 + tag, "empty"));
      }
    }
    othersWork();
    isWithinTheBudget(Area.HEAP);
    assertThat(budget.refusals(Use.REQUESTS)).isPositive();
    barrier.open();
    // Every request finally gets a reply, the newest perhaps an error.
    int done = 0;
    for (RawClient client : greedy) {
      client.socket().configureBlocking(true);
      for (int i = 0; i < 500; i++) {
        int error = RawClient.error(client.reply());
        assertThat(error).isIn(0, Errno.EMFILE.number());
        done += error == 0 ? 1 : 0;
      }
    }
    assertThat(done).isGreaterThan(GREEDY);
  }

  /** A file system whose calls do not end when they are cancelled, as those of a stuck disk. */
  private static final class Stuck extends ForwardingFileSystem {
    private final AtomicInteger calls = new AtomicInteger();
    private final CountDownLatch end = new CountDownLatch(1);

    Stuck(FileSystem delegate) {
      super(delegate);
    }

    @Override
    public void stat(VfsPath path, AttributesBuffer into) throws FsException {
      if (!path.isRoot()) {
        calls.incrementAndGet();
        try {
          end.await();
        } catch (InterruptedException e) {
          throw new FsException(Errno.EIO, "interrupted, which no front end may do", e);
        }
      }
      super.stat(path, into);
    }

    @Override
    public @Nullable FileSystem nonBlocking() {
      return null;
    }
  }

  /** Requests hold their memory until they have ended, even if the client is gone. */
  @Test
  void requestsOfALostClient() throws Exception {
    try (RawClient client = RawClient.connect(server.address()).attach(MSIZE, "/stuck")) {
      for (int tag = 0; tag < 100; tag++) {
        client.send(tag, walk(10 + tag, "empty"));
      }
      await().until(() -> stuck.calls.get() == 100);
    }
    await().until(() -> server.running().sessions().size() == 1);
    assertThat(budget.used(Use.REQUESTS)).isGreaterThan(100 * 4096);
    stuck.end.countDown();
  }

  /** Replies whose clients do not read them. */
  @Test
  void replies() throws Exception {
    for (int i = 0; i < GREEDY; i++) {
      RawClient client = greedy("/m");
      assertThat(client.ask(1, walk(FILE, "large"))).isZero();
      assertThat(client.ask(1, open(FILE))).isZero();
      for (int tag = 0; tag < 32; tag++) {
        client.send(tag, Fids.read(FILE, 0, (long) MSIZE));
      }
    }
    othersWork();
    isWithinTheBudget(Area.DIRECT);
    assertThat(budget.refusals(Use.BUFFERS)).isPositive();
    assertThat(direct()).isLessThan(DIRECT * 4 / 3 + (8 << 20));
    // Every request finally gets a reply.
    for (RawClient client : greedy) {
      for (int i = 0; i < 32; i++) {
        ByteBuffer reply = client.reply();
        assertThat(RawClient.error(reply)).isZero();
        assertThat(reply.getInt(7)).isPositive();
      }
    }
  }

  /** An empty reply in a buffer of one megabyte is not kept until the client reads. */
  @Test
  void emptyRepliesToLargeReads() throws Exception {
    RawClient client = greedy("/m");
    assertThat(client.ask(1, walk(FILE, "empty"))).isZero();
    assertThat(client.ask(1, open(FILE))).isZero();
    for (int i = 0; i < 20; i++) {
      ByteBuffer all = ByteBuffer.allocate(500 * 23);
      for (int tag = 0; tag < 500; tag++) {
        all.put(Fids.read(FILE, 0, (long) MSIZE).bytes(tag));
      }
      client.socket().write(all.flip());
      for (int tag = 0; tag < 500; tag++) {
        assertThat(client.reply().getInt(7)).isZero();
      }
    }
    assertThat(direct()).isLessThan(DIRECT);
    othersWork();
  }

  /** Each reply is the only one in its batch. */
  @Test
  void smallRepliesThatAreNotRead() throws Exception {
    RawClient client = greedy("/m");
    client.socket().configureBlocking(false);
    int[] stalled = {0};
    ByteBuffer getattr = Frame.of(MessageType.TGETATTR).u32(ROOT).u64(0x7FF).bytes(1);
    await()
        .until(
            () -> {
              for (int i = 0; i < 1000; i++) {
                getattr.rewind();
                while (getattr.hasRemaining()) {
                  int sent = client.socket().write(getattr);
                  stalled[0] = sent == 0 ? stalled[0] + 1 : 0;
                  if (stalled[0] > 50_000) {
                    return true;
                  }
                }
              }
              return false;
            });
    assertThat(direct()).isLessThan(DIRECT * 4 / 3 + (8 << 20));
    isWithinTheBudget(Area.DIRECT);
    othersWork();
  }

  /** All but the last byte of each frame has arrived. */
  @Test
  void largeFrames() throws Exception {
    ByteBuffer start =
        Frame.of(MessageType.TWRITE)
            .u32(FILE)
            .u64(0)
            .u32(MSIZE - 23)
            .data(ByteBuffer.allocate(MSIZE - 23))
            .bytes(1);
    for (int i = 0; i < 2 * GREEDY; i++) {
      RawClient client = greedy("/m");
      client.socket().configureBlocking(false);
      ByteBuffer most = start.duplicate().limit(MSIZE - 1);
      for (int idle = 0; most.hasRemaining() && idle < 200; idle++) {
        if (client.socket().write(most) > 0) {
          idle = 0;
        }
        Thread.onSpinWait();
      }
    }
    othersWork();
    isWithinTheBudget(Area.DIRECT);
    assertThat(direct()).isLessThan(DIRECT * 4 / 3 + (8 << 20));
  }

  /** A write is done in part if there is not enough memory, and the client continues from there. */
  @Test
  void aWriteIsShortWhereThereIsNoMemoryForIt() throws Exception {
    List<MemoryBudget.Account> others = new ArrayList<>();
    while (others.size() < 100) {
      MemoryBudget.Account each = budget.open();
      while (each.tryTake(Use.BUFFERS, 16 << 10)) {}
      others.add(each);
    }
    String text = "0123456789abcdef".repeat(40_000);
    int fid = witness.client().newFid();
    witness.walk(ROOT, fid);
    witness.create(fid, "new", Fids.READ_WRITE);
    int first = witness.write(fid, 0, text);
    assertThat(first).isBetween(4096, text.length() - 1);
    int written = first;
    while (written < text.length()) {
      written += witness.write(fid, written, text.substring(written));
    }
    assertThat(witness.stat(fid).size()).isEqualTo(text.length());
    witness.clunk(fid);
    others.forEach(MemoryBudget.Account::close);
    assertThat(TestFiles.readText(memory, VfsPath.parse("/new")))
        .isEqualTo("0123456789abcdef".repeat(40_000));
  }

  /**
   * Clients that have not attached get a small part of the memory, which does not affect the
   * others.
   */
  @Test
  void unattached() throws Exception {
    List<RawClient> strangers = new ArrayList<>();
    for (int i = 0; i < 250; i++) {
      RawClient client = RawClient.connect(server.address());
      client.socket().write(ByteBuffer.allocate(8).put(0, (byte) 0).put(1, (byte) 0x20));
      strangers.add(client);
    }
    greedy.addAll(strangers);
    othersWork();
    MemoryBudget.Level level = budget.level(Area.DIRECT);
    assertThat(level.strangers()).isLessThanOrEqualTo(level.strangersLimit());
  }
}
