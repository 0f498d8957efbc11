package dev.warren.ninep;

import static dev.warren.testkit.Waiting.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.ninep.client.Fids;
import dev.warren.ninep.client.Frame;
import dev.warren.ninep.client.NinepClient;
import dev.warren.ninep.client.Reply;
import dev.warren.ninep.codec.MessageType;
import dev.warren.testkit.TestFiles;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Input that no correct client sends. Each gets an error or the end of its connection, and other
 * clients continue.
 */
@Tag("slow")
class BadInputTest {
  private static final int ROOT = 1;

  private TestServer server;
  private Fids honest;

  @BeforeEach
  void serve() throws Exception {
    server = new TestServer(Map.of("max_bytes_in_flight", "256KiB"));
    server.mount("/m", new MemoryFileSystem());
    honest = new Fids(server.session());
    honest.attach(ROOT, "/m", -1);
    TestFiles.write(server.namespace(), TestFiles.path("/m/f"), "text");
  }

  @AfterEach
  void othersGoOn() throws Exception {
    assertThat(honest.stat(ROOT).isDirectory()).isTrue();
    honest.client().close();
    server.close();
  }

  private static ByteBuffer header(long size) {
    ByteBuffer bytes = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    return bytes.putInt(0, (int) size).put(4, (byte) MessageType.TGETATTR);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 6, 65_537, 1 << 20, 0x7FFF_FFFFL, 0x8000_0000L, 0xFFFF_FFFFL})
  void aSizeOverTheNegotiatedOneEndsTheConnection(long size) throws Exception {
    Fids fids = new Fids(server.connect().version(65_536));
    fids.attach(ROOT, "/m", -1);
    fids.client().sendRaw(header(size));
    fids.client().awaitEnd();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 6, 8193, 1 << 20, 0x7FFF_FFFFL, 0x8000_0000L, 0xFFFF_FFFFL})
  void aSizeThatNoFrameHasEndsTheConnection(long size) throws Exception {
    try (NinepClient client = server.connect()) {
      client.sendRaw(header(size));
      client.awaitEnd();
    }
    try (NinepClient client = server.connect().version(8192)) {
      client.sendRaw(header(size));
      client.awaitEnd();
    }
  }

  /** A request of each type, with fids that exist. */
  static List<Frame> requests() throws FsException {
    return List.of(
        Frame.of(8).u32(ROOT),
        Frame.of(12).u32(2).u32(2),
        Frame.of(14).u32(4).name("new").u32(2).u32(0644).u32(0),
        Frame.of(16).u32(ROOT).name("link").text("target").u32(0),
        Frame.of(18).u32(ROOT).name("node").u32(0100644).u32(0).u32(0).u32(0),
        Frame.of(20).u32(2).u32(ROOT).name("f"),
        Frame.of(22).u32(2),
        Frame.of(24).u32(2).u64(0x7FF),
        Frame.of(26).u32(2).u32(0).u32(0).u32(0).u32(0).u64(0).u64(0).u64(0).u64(0).u64(0),
        Frame.of(30).u32(2).u32(50).name(""),
        Frame.of(32).u32(3).name("user.a").u64(0).u32(0),
        Frame.of(40).u32(ROOT).u64(0).u32(1000),
        Frame.of(50).u32(2).u32(0),
        Frame.of(52).u32(2).u8(0).u32(0).u64(0).u64(0).u32(1).text("c"),
        Frame.of(54).u32(2).u8(0).u64(0).u64(0).u32(1).text("c"),
        Frame.of(70).u32(ROOT).u32(2).name("hard"),
        Frame.of(72).u32(ROOT).name("dir").u32(0755).u32(0),
        Frame.of(74).u32(ROOT).name("f").u32(ROOT).name("f"),
        Frame.of(76).u32(ROOT).name("none").u32(0),
        Frame.of(100).u32(8192).text("9P2000.L"),
        Frame.of(102).u32(9).text("u").text("").u32(0),
        Frame.of(104).u32(9).u32(-1).text("u").text("").u32(0),
        Frame.of(108).u16(9),
        Frame.of(110).u32(ROOT).u32(51).u16(1).name("f"),
        Frame.of(116).u32(2).u64(0).u32(10),
        Frame.of(118).u32(2).u64(0).u32(4).data(UTF_8.encode("data")),
        Frame.of(120).u32(60),
        Frame.of(122).u32(61));
  }

  @ParameterizedTest
  @MethodSource("requests")
  void aMessageThatIsTruncatedOrTooLongIsAnError(Frame request) throws Exception {
    ByteBuffer whole = request.bytes(0);
    int type = whole.get(4);
    Set<Integer> refused = Set.of(Errno.EINVAL.number());
    Fids fids = new Fids(server.session());
    fids.attach(ROOT, "/m", -1);
    for (int fid = 2; fid < 5; fid++) {
      fids.walk(ROOT, fid, "f");
    }
    for (int length = 7; length <= whole.limit() + 1; length++) {
      if (length == whole.limit() || (type == 50 && length == 11)) {
        continue; // complete; Tfsync of old clients is shorter
      }
      byte[] bytes = new byte[length];
      whole.get(0, bytes, 0, Math.min(length, whole.limit()));
      int tag = fids.client().newTag();
      ByteBuffer frame = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      frame.putInt(0, length).putShort(5, (short) tag);
      var reply = new java.util.concurrent.CompletableFuture<Reply>();
      fids.client().waiting().put(tag, reply);
      fids.client().sendRaw(frame);
      if (type == MessageType.TFLUSH) {
        assertThat(reply.get().type()).isEqualTo(MessageType.TFLUSH + 1);
      } else {
        assertThat(refused).as("type %s cut to %s", type, length).contains(reply.get().error());
      }
    }
    fids.client().close();
  }

  @Test
  void extremeNumbersAreErrorsOrTheEndOfTheFile() throws Exception {
    honest.walk(ROOT, 2, "f");
    honest.open(2, Fids.READ_WRITE);
    assertThat(honest.read(2, Long.MAX_VALUE, 10)).isEmpty();
    assertThat(honest.read(2, 1L << 32, 10)).isEmpty();
    for (long offset : new long[] {-1, Long.MIN_VALUE, Long.MIN_VALUE + 1}) {
      fails(Errno.EINVAL, () -> honest.read(2, offset, 10));
      fails(Errno.EINVAL, () -> honest.write(2, offset, "x"));
      fails(Errno.EINVAL, () -> honest.truncate(2, offset));
      fails(Errno.EINVAL, () -> honest.readdir(2, offset, 10), Errno.ENOTDIR);
      fails(Errno.EINVAL, () -> honest.client().call(52, Fids.lock(2, 0, 0, offset, 1, 1)));
      fails(Errno.EINVAL, () -> honest.client().call(52, Fids.lock(2, 0, 0, 1, offset, 1)));
    }
    fails(Errno.EINVAL, () -> honest.client().call(52, Fids.lock(2, 0, 0, 2, Long.MAX_VALUE, 1)));
    fails(Errno.EINVAL, () -> honest.client().call(52, Fids.lock(2, 9, 0, 0, 0, 1)));
    fails(
        Errno.EINVAL,
        () ->
            honest
                .client()
                .call(118, Frame.of(118).u32(2).u64(0).u32(0xFFFF_FFFFL).data(UTF_8.encode("x"))));
    assertThat(honest.stat(2).size()).isEqualTo(4);
  }

  private static void fails(
      Errno errno, org.assertj.core.api.ThrowableAssert.ThrowingCallable call, Errno... others) {
    List<Errno> expected = new ArrayList<>(List.of(others));
    expected.add(errno);
    assertThatCode(call)
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isIn(expected));
  }

  @Test
  void unknownTypesAreErrors() throws Exception {
    Set<Integer> known = new HashSet<>();
    for (Frame request : requests()) {
      known.add(request.bytes(0).get(4) & 0xFF);
    }
    assertThat(known).hasSize(28);
    for (int type = 0; type < 256; type++) {
      if (!known.contains(type)) {
        int each = type;
        fails(Errno.EOPNOTSUPP, () -> honest.client().call(each, Frame.of(each).u32(ROOT)));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("requests")
  void aFidThatWasNeverMadeIsEbadf(Frame request) throws Exception {
    ByteBuffer frame = request.bytes(0);
    int type = frame.get(4) & 0xFF;
    if (Set.of(100, 102, 104, 108).contains(type)) {
      return; // they have no fid, or a new one
    }
    Fids fids = new Fids(server.session());
    fids.attach(ROOT, "/m", -1);
    answersEbadf(fids, frame.putInt(7, 4242));
    if (type == MessageType.TRENAME || type == MessageType.TLINK) {
      answersEbadf(fids, frame.putInt(7, ROOT).putInt(11, 4242));
    } else if (type == MessageType.TRENAMEAT) {
      answersEbadf(fids, frame.putInt(7, ROOT).putInt(14, 4242));
    } else if (type == MessageType.TWALK || type == MessageType.TXATTRWALK) {
      answersEbadf(fids, frame.putInt(7, ROOT).putInt(11, ROOT)); // in use already, and open
    }
    fids.client().close();
  }

  private static void answersEbadf(Fids fids, ByteBuffer frame) throws Exception {
    int type = frame.get(4) & 0xFF;
    if (type == MessageType.TWALK && frame.getInt(11) == ROOT) {
      fids.open(ROOT, Fids.READ_ONLY);
    }
    int tag = fids.client().newTag();
    var reply = new java.util.concurrent.CompletableFuture<Reply>();
    fids.client().waiting().put(tag, reply);
    fids.client().sendRaw(frame.putShort(5, (short) tag).duplicate());
    assertThat(reply.get().error()).isEqualTo(Errno.EBADF.number());
  }

  @Test
  void aWalkOfSeventeenNamesIsAnError() throws Exception {
    String[] names = new String[17];
    java.util.Arrays.fill(names, ".");
    fails(Errno.EINVAL, () -> honest.walk(ROOT, 2, names));
    fails(
        Errno.EINVAL, () -> honest.client().call(110, Frame.of(110).u32(ROOT).u32(2).u16(0xFFFF)));
  }

  /** Fids, tags and flushes belong to a connection, even if another one uses the same numbers. */
  @Test
  void nothingOfOneConnectionReachesAnother() throws Exception {
    honest.walk(ROOT, 2, "f");
    honest.open(2, Fids.READ_WRITE);
    honest.lock(2, 1, 0);
    Fids fids = new Fids(server.session());
    fids.attach(ROOT, "/m", -1);
    fails(Errno.EBADF, () -> fids.read(2, 0, 10));
    fails(Errno.EBADF, () -> fids.clunk(2));
    fids.walk(ROOT, 2, "f");
    fids.open(2, Fids.READ_WRITE);
    var waiting = fids.send(7, Fids.lock(2, 1, 1, 0, 0, 1));
    honest.flush(7);
    assertThat(honest.client().call(7, 24, Frame.of(24).u32(2).u64(0x7FF)).remaining())
        .isEqualTo(153);
    fids.stat(ROOT);
    assertThat(waiting).isNotDone();
    honest.client().version(8192); // ends only this session
    assertThat(waiting.get().u8()).isZero();
    assertThat(fids.read(2, 0, 10)).isEqualTo("text");
    fids.client().close();
    honest.attach(ROOT, "/m", -1);
  }

  @Test
  void aTagThatIsInUseEndsTheConnection() throws Exception {
    Fids fids = new Fids(server.session());
    fids.attach(ROOT, "/m", -1);
    fids.walk(ROOT, 2, "f");
    fids.open(2, Fids.READ_WRITE);
    honest.walk(ROOT, 2, "f");
    honest.open(2, Fids.READ_WRITE);
    honest.lock(2, 1, 0);
    var _ = fids.send(7, Fids.lock(2, 1, 1, 0, 0, 1));
    var _ = fids.send(7, Fids.lock(2, 1, 1, 0, 0, 2));
    fids.client().awaitEnd();
  }

  @Test
  void nothingMoreIsReadFromAClientThatNeverReadsItsReplies() throws Exception {
    try (SocketChannel socket = SocketChannel.open(server.address())) {
      socket.write(Frame.of(100).u32(1 << 20).text("9P2000.L").bytes(0xFFFF));
      socket.write(Frame.of(104).u32(ROOT).u32(-1).text("nobody").text("/m").u32(-1).bytes(1));
      // The reply to the attach comes from another thread. Earlier requests get EBADF, with a reply
      // of the same length.
      ByteBuffer many = ByteBuffer.allocate(1000 * 19);
      for (int i = 0; i < 1000; i++) {
        many.put(Frame.of(24).u32(ROOT).u64(0x7FF).bytes(2));
      }
      socket.configureBlocking(false);
      int[] stalled = {0};
      long[] sent = {0};
      await()
          .until(
              () -> {
                if (!many.hasRemaining()) {
                  many.rewind();
                }
                int written = socket.write(many);
                sent[0] += written;
                stalled[0] = written == 0 ? stalled[0] + 1 : 0;
                return stalled[0] > 50;
              });
      // each request of 19 bytes has a reply of 160 bytes: the server holds 256 KiB and the kernel
      // some MB, but no
      // more.
      assertThat(sent[0]).isLessThan(64 << 20);
    }
  }

  @Test
  void aClientThatReadsItsRepliesLateGetsAllOfThem() throws Exception {
    int size = 60_000;
    int requests = 200;
    TestFiles.write(server.namespace(), TestFiles.path("/m/large"), "x".repeat(size));
    try (NinepClient client = server.connect().version(1 << 16)) {
      Fids fids = new Fids(client);
      fids.attach(ROOT, "/m", -1);
      fids.walk(ROOT, 2, "large");
      fids.open(2, Fids.READ_ONLY);
      ByteBuffer all = ByteBuffer.allocate(requests * 23);
      List<java.util.concurrent.CompletableFuture<Reply>> replies = new ArrayList<>();
      for (int tag = 1; tag <= requests; tag++) {
        all.put(Fids.read(2, 0, (long) size).bytes(tag));
        replies.add(new java.util.concurrent.CompletableFuture<>());
        client.waiting().put(tag, replies.getLast());
      }
      client.pauseReading();
      client.sendRaw(all.flip());
      honest.stat(ROOT);
      client.resumeReading();
      for (var reply : replies) {
        assertThat(reply.get().u32()).isEqualTo(size);
      }
    }
  }

  @Test
  void aClientThatSendsSingleBytesIsServed() throws Exception {
    try (NinepClient client = server.connect()) {
      var reply = new java.util.concurrent.CompletableFuture<Reply>();
      client.waiting().put(0xFFFF, reply);
      ByteBuffer version = Frame.of(100).u32(8192).text("9P2000.L").bytes(0xFFFF);
      while (version.hasRemaining()) {
        client.sendRaw(version.slice(version.position(), 1));
        version.position(version.position() + 1);
        honest.stat(ROOT); // so that the bytes arrive separately
      }
      assertThat(reply.get().u32()).isEqualTo(8192);
    }
  }

  @Test
  void aClientThatDoesNotAttachInTimeIsDisconnected() throws Exception {
    try (TestServer strict = new TestServer(Map.of("handshake_timeout", "100ms"));
        NinepClient client = strict.connect().version(8192)) {
      client.awaitEnd();
    }
  }
}
