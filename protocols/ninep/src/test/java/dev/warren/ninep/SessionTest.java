package dev.warren.ninep;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.OpenOptions;
import dev.warren.api.Operation;
import dev.warren.api.VfsPath;
import dev.warren.api.XattrMode;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.ninep.client.Fids;
import dev.warren.ninep.client.Frame;
import dev.warren.ninep.client.NinepClient;
import dev.warren.ninep.client.Reply;
import dev.warren.ninep.codec.MessageType;
import dev.warren.testkit.BlockingFileSystem;
import dev.warren.testkit.CallBarrier;
import dev.warren.testkit.RecordingFileSystem;
import dev.warren.testkit.TestFiles;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Start and end of sessions, and the limits of a session. */
class SessionTest {
  private static final int ROOT = 1;
  private static final int TAG = 61_000;
  private static final VfsPath FILE = TestFiles.path("/f");

  private final MemoryFileSystem memory = new MemoryFileSystem();
  private final RecordingFileSystem records = new RecordingFileSystem(memory);
  private final BlockingFileSystem files = new BlockingFileSystem(records);
  private TestServer server;
  private Fids fids;

  @BeforeEach
  void serve() throws Exception {
    TestFiles.write(memory, FILE, "0123456789");
    start(Map.of());
  }

  private void start(Map<String, ?> section) throws Exception {
    server = new TestServer(section).mount("/m", files);
    fids = new Fids(server.session());
    fids.attach(ROOT, "/m", -1);
  }

  /** Starts another front end with the same files. */
  private void restart(Map<String, ?> section) throws Exception {
    fids.client().close();
    server.running().close();
    start(section);
  }

  @AfterEach
  void stop() throws Exception {
    fids.client().close();
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "9P2000.L,      65536,   9P2000.L, 65536",
    "9P2000.L,      4194304, 9P2000.L, 1048576",
    "9P2000.L,      4096,    9P2000.L, 4096",
    "9P2000.L.test, 8192,    9P2000.L, 8192",
    "9P2000.u,      8192,    unknown,  8192",
    "9P2000,        8192,    unknown,  8192",
    "9P1999,        8192,    unknown,  8192",
    "9P2000.L,      4095,    unknown,  4095"
  })
  void versionsAreNegotiated(String asked, int msize, String answer, int agreed) throws Exception {
    try (NinepClient client = server.connect()) {
      Frame version = Frame.of(MessageType.TVERSION).u32(msize).text(asked);
      Reply reply = client.call(NinepClient.NOTAG, MessageType.TVERSION, version);
      assertThat(reply.u32()).isEqualTo(agreed);
      assertThat(reply.name()).isEqualTo(answer);
    }
  }

  @Test
  void sixteenMebibytesCanBeConfigured() throws Exception {
    restart(Map.of("msize", "16MiB", "max_bytes_in_flight", "64MiB"));
    int msize = 16 << 20;
    assertThat(fids.client().version(1 << 30).msize()).isEqualTo(msize);
    fids.attach(ROOT, "/m", -1);
    open(2);
    String data = "x".repeat(msize - 23);
    assertThat(fids.write(2, 0, data)).isEqualTo(data.length());
    assertThat(fids.read(2, 0, msize)).isEqualTo("x".repeat(msize - 23).substring(0, msize - 23));
    fids.truncate(2, msize);
    Reply full = fids.client().call(MessageType.TREAD, Fids.read(2, 0, 0xFFFF_FFFFL));
    assertThat(full.u32()).isEqualTo(msize - 11);
    for (String wrong : List.of("17MiB", "4095")) {
      assertThatCode(() -> TestServer.config(Map.of("msize", wrong))).hasMessageContaining("msize");
    }
  }

  @Test
  void nothingIsServedBeforeAVersion() throws Exception {
    try (NinepClient client = server.connect()) {
      assertThatCode(() -> client.attach("/m", -1))
          .isInstanceOfSatisfying(
              FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EPROTO));
      client.version(8192).attach("/m", -1);
    }
  }

  /** Clients of other dialects continue, and show the text of an error in their format. */
  @Test
  void clientsOfOtherDialectsGetTheSupportedOne() throws Exception {
    try (NinepClient client = server.connect()) {
      Frame version = Frame.of(MessageType.TVERSION).u32(8192).text("9P2000");
      client.call(NinepClient.NOTAG, MessageType.TVERSION, version);
      Frame attach = Frame.of(MessageType.TATTACH).u32(1).u32(-1).text("nobody").text("");
      Reply reply = NinepClient.await(client.send(1, attach));
      assertThat(reply.type()).isEqualTo(MessageType.RERROR);
      assertThat(reply.name()).isEqualTo("this server speaks 9P2000.L only");
      client.version(8192).attach("/m", -1);
    }
  }

  @Test
  void aClunkClosesAndALostConnectionAborts() throws Exception {
    open(2);
    open(3);
    fids.clunk(2);
    records.awaitCount(Operation.CLOSE, FILE, 1);
    fids.client().close();
    records.awaitCount(Operation.ABORT, FILE, 1);
    assertThat(records.closes(FILE)).isEqualTo(1);
  }

  @Test
  void theEndOfTheServerAborts() throws Exception {
    open(2);
    server.running().close();
    assertThat(records.aborts(FILE)).isEqualTo(1);
    assertThat(records.openHandles()).isZero();
    fids.client().awaitEnd();
  }

  private void open(int fid) throws FsException {
    fids.walk(ROOT, fid, "f");
    fids.open(fid, Fids.READ_WRITE);
  }

  @Test
  void aNewVersionAbortsAndForgetsEverything() throws Exception {
    open(2);
    CallBarrier barrier = files.hold(Operation.READ, FILE);
    CompletableFuture<Reply> read = fids.send(TAG, Fids.read(2, 0, 10L));
    barrier.awaitWaiting(1);
    fids.client().version(8192);
    records.awaitCount(Operation.ABORT, FILE, 1);
    assertThat(read).isNotDone();
    assertThatCode(() -> fids.stat(ROOT)).isInstanceOf(FsException.class);
    fids.attach(ROOT, "/m", -1);
    assertThat(fids.stat(ROOT).isDirectory()).isTrue();
  }

  @Test
  void overTheLimitOfRequestsTheSocketIsReadOnlyForFlushes() throws Exception {
    restart(Map.of("max_requests", 3));
    open(2);
    CallBarrier barrier = files.hold(Operation.READ, FILE);
    for (int i = 0; i < 3; i++) {
      var _ = fids.send(TAG + i, Fids.read(2, i, 1L));
    }
    barrier.awaitWaiting(3);
    fids.flush(TAG + 1);
    assertThat(fids.stat(2).size()).isEqualTo(10);
    var _ = fids.send(TAG + 3, Fids.read(2, 3, 1L));
    barrier.awaitWaiting(3);
    CompletableFuture<Reply> late =
        fids.send(TAG + 4, Frame.of(MessageType.TGETATTR).u32(2).u64(0));
    barrier.open();
    assertThat(late.get().error()).isZero();
  }

  @Test
  void overTheLimitOfBytesTheSocketIsNotRead() throws Exception {
    restart(Map.of("max_bytes_in_flight", "64KiB"));
    open(2);
    CallBarrier barrier = files.hold(Operation.WRITE, FILE);
    String data = "x".repeat(40_000);
    for (int i = 0; i < 3; i++) {
      var _ =
          fids.send(
              TAG + i,
              Frame.of(MessageType.TWRITE)
                  .u32(2)
                  .u64(0)
                  .u32(data.length())
                  .data(UTF_8.encode(data)));
    }
    barrier.awaitWaiting(2);
    CompletableFuture<Reply> behind =
        fids.send(TAG + 4, Frame.of(MessageType.TGETATTR).u32(2).u64(0));
    other().stat(ROOT); // others are served
    assertThat(behind).isNotDone();
    assertThat(barrier.waiting()).isEqualTo(2);
    barrier.open();
    assertThat(behind.get().error()).isZero();
  }

  private Fids other() throws Exception {
    Fids other = new Fids(server.session());
    other.attach(ROOT, "/m", -1);
    return other;
  }

  @Test
  void fidsAreBounded() throws Exception {
    restart(Map.of("max_fids", 16));
    for (int fid = 2; fid <= 16; fid++) {
      fids.walk(ROOT, fid);
    }
    assertThatCode(() -> fids.walk(ROOT, 17))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EMFILE));
    fids.clunk(2);
    fids.walk(ROOT, 17);
  }

  @Test
  void repliesFitTheClient() throws Exception {
    fids.client().version(4096);
    fids.attach(ROOT, "/m", -1);
    open(2);
    for (int i = 0; i < 300; i++) {
      TestFiles.write(memory, TestFiles.path("/entry-with-a-long-name-" + i), "");
    }
    fids.truncate(2, 1 << 20);
    Reply read = fids.client().call(MessageType.TREAD, Fids.read(2, 0, 0xFFFF_FFFFL));
    assertThat(read.u32()).isEqualTo(4096 - 11);
    fids.walk(ROOT, 3);
    fids.open(3, Fids.READ_ONLY);
    assertThat(fids.readdir(3, 0, -1)).hasSizeBetween(50, 4096 / 25);
  }

  /** Linux has buffers of 4 KiB for replies without data, and of 8 KiB for a link's target. */
  @Test
  void repliesOtherThanDataAreShort() throws Exception {
    open(2);
    // A Tgetlock's reply with a longer owner's name would not fit, so Tlock refuses such a name.
    Frame lock = Frame.of(MessageType.TLOCK).u32(2).u8(1).u32(0).u64(0).u64(0).u32(1);
    assertThatCode(() -> fids.client().call(MessageType.TLOCK, lock.text("c".repeat(4_100))))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
    String target = "t".repeat(4_095);
    fids.symlink(ROOT, "long", target);
    fids.walk(ROOT, 3, "long");
    Reply link = fids.client().call(MessageType.TREADLINK, Frame.of(MessageType.TREADLINK).u32(3));
    assertThat(link.name()).isEqualTo(target);
    assertThatCode(() -> fids.symlink(ROOT, "longer", target + "t"))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENAMETOOLONG));
    // The reply does not fit a client with such a small msize either.
    fids.client().version(4096);
    fids.attach(ROOT, "/m", -1);
    fids.walk(ROOT, 3, "long");
    assertThatCode(
            () -> fids.client().call(MessageType.TREADLINK, Frame.of(MessageType.TREADLINK).u32(3)))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENAMETOOLONG));
  }

  @Test
  void sessionsAreListedAndCanBeEnded() throws Exception {
    open(2);
    fids.read(2, 0, 10);
    fids.write(2, 0, "abc");
    var session = server.running().sessions().getFirst();
    assertThat(session.bytesRead()).isEqualTo(10);
    assertThat(session.bytesWritten()).isEqualTo(3);
    assertThat(session.openFiles()).isEqualTo(1);
    assertThat(session.caller().protocol()).isEqualTo("9p");
    assertThat(session.caller().remoteAddress()).startsWith("127.0.0.1:");
    assertThat(server.running().disconnect("9p-none")).isFalse();
    assertThat(server.running().disconnect(session.id())).isTrue();
    fids.client().awaitEnd();
    records.awaitCount(Operation.ABORT, FILE, 1);
  }

  @Test
  void drainingWaitsForRequestsAndAcceptsNoNewConnections() throws Exception {
    open(2);
    CallBarrier barrier = files.hold(Operation.READ, FILE);
    CompletableFuture<Reply> read = fids.send(TAG, Fids.read(2, 0, 10L));
    barrier.awaitWaiting(1);
    server.running().drain(Duration.ofMillis(1));
    assertThat(read).isNotDone();
    barrier.open();
    server.running().drain(Duration.ofSeconds(30));
    assertThat(read.get().error()).isZero();
    assertThatCode(() -> server.connect()).isInstanceOf(java.io.IOException.class);
  }

  @Test
  void anExtendedAttributeIsSetAtItsClunk() throws Exception {
    fids.walk(ROOT, 2, "f");
    NinepClient client = fids.client();
    client.call(32, Frame.of(32).u32(2).text("user.a").u64(4).u32(0));
    fids.write(2, 0, "ab");
    assertThat(memory.listXattrs(FILE)).isEmpty();
    fids.write(2, 2, "cd");
    assertThatCode(() -> fids.write(2, 4, "e")).isInstanceOf(FsException.class);
    fids.clunk(2);
    assertThat(memory.getXattr(FILE, "user.a")).asString().isEqualTo("abcd");
    fids.walk(ROOT, 2, "f");
    client.call(32, Frame.of(32).u32(2).text("user.b").u64(4).u32(0));
    fids.write(2, 0, "ab");
    assertThatCode(() -> fids.clunk(2)).isInstanceOf(FsException.class);
    assertThat(memory.listXattrs(FILE)).containsExactly("user.a");
    fids.walk(ROOT, 2, "f");
    for (long size : List.of(65_537L, 1L << 40, -1L)) {
      assertThatCode(() -> client.call(32, Frame.of(32).u32(2).text("user.c").u64(size).u32(0)))
          .isInstanceOfSatisfying(
              FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.E2BIG));
    }
  }

  /** The Linux client sends XATTR_REPLACE for removexattr(2), and no flag for an empty value. */
  @Test
  void anEmptyExtendedAttributeIsSetUnlessItReplacesOne() throws Exception {
    memory.setXattr(FILE, "user.a", "old".getBytes(UTF_8), XattrMode.CREATE);
    emptyXattr(0);
    assertThat(memory.getXattr(FILE, "user.a")).isEmpty();
    emptyXattr(2);
    assertThat(memory.listXattrs(FILE)).isEmpty();
    emptyXattr(1);
    assertThat(memory.getXattr(FILE, "user.a")).isEmpty();
  }

  private void emptyXattr(int flags) throws FsException {
    fids.walk(ROOT, 2, "f");
    fids.client().call(32, Frame.of(32).u32(2).text("user.a").u64(0).u32(flags));
    fids.clunk(2);
  }

  /**
   * An attribute belongs to the file that was walked to, even if that was renamed, not to the name.
   */
  @Test
  void anExtendedAttributeFollowsItsFile() throws Exception {
    fids.walk(ROOT, 2, "f");
    fids.client().call(32, Frame.of(32).u32(2).text("user.a").u64(2).u32(0));
    fids.write(2, 0, "ab");
    VfsPath moved = VfsPath.parse("/moved");
    memory.rename(FILE, moved, true);
    memory.open(FILE, OpenOptions.REPLACE, 0644).close();
    fids.clunk(2);
    assertThat(memory.listXattrs(FILE)).isEmpty();
    assertThat(memory.getXattr(moved, "user.a")).asString().isEqualTo("ab");
  }

  @Test
  void aReadOnlyOpenTruncatesAndDoesNotWrite() throws Exception {
    fids.walk(ROOT, 2, "f");
    fids.client().call(12, Frame.of(12).u32(2).u32(01000));
    assertThat(memory.stat(FILE).size()).isZero();
    assertThatCode(() -> fids.write(2, 0, "no"))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBADF));
    assertThat(fids.read(2, 0, 10)).isEmpty();
  }

  @Test
  void openExtendedAttributesAreBounded() throws Exception {
    restart(Map.of("max_xattr_bytes", "64KiB"));
    fids.walk(ROOT, 2, "f");
    fids.walk(ROOT, 3, "f");
    NinepClient client = fids.client();
    client.call(32, Frame.of(32).u32(2).text("user.a").u64(40_000).u32(0));
    assertThatCode(() -> client.call(32, Frame.of(32).u32(3).text("user.a").u64(40_000).u32(0)))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOMEM));
    assertThatCode(() -> fids.clunk(2)).isInstanceOf(FsException.class);
    client.call(32, Frame.of(32).u32(3).text("user.a").u64(40_000).u32(0));
  }
}
