package dev.warren.sftp;

import static dev.warren.testkit.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.FileSystem;
import dev.warren.api.Operation;
import dev.warren.api.VfsPath;
import dev.warren.frontend.ListenException;
import dev.warren.frontend.RunningFrontEnd;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.sftp.wire.MessageType;
import dev.warren.testkit.BlockingFileSystem;
import dev.warren.testkit.CallBarrier;
import dev.warren.testkit.RecordingFileSystem;
import dev.warren.testkit.TestFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.sftp.client.RawSftpClient;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClient.CloseableHandle;
import org.apache.sshd.sftp.client.SftpClient.OpenMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections, and how they end. */
class ServerTest {
  private static final KeyPair KEY = TestKeys.ed25519();
  private static final VfsPath FILE = TestFiles.path("/f");

  @TempDir Path state;
  private TestClient client;
  private RunningFrontEnd server;
  private final RecordingFileSystem recorded = new RecordingFileSystem(new MemoryFileSystem());

  @BeforeEach
  void startClient() {
    client = new TestClient();
  }

  @AfterEach
  void stop() {
    client.close();
    if (server != null) {
      server.close();
    }
  }

  private void serve(FileSystem files, Map<String, ?> config) throws IOException {
    Map<String, Object> all = new HashMap<>(config);
    all.put("users", List.of(Map.of("name", "user", "authorized_keys", TestKeys.line(KEY))));
    server = TestServer.start(files, state, all);
  }

  private ClientSession logIn() throws IOException {
    return client.logIn(server, "user", KEY, null);
  }

  private static CloseableHandle startUpload(SftpClient sftp) throws IOException {
    CloseableHandle handle = sftp.open("/f", OpenMode.Write, OpenMode.Create, OpenMode.Truncate);
    sftp.write(handle, 0, new byte[100_000], 0, 100_000);
    return handle;
  }

  @Test
  void aFinishedUploadIsClosed() throws Exception {
    serve(recorded, Map.of());
    try (ClientSession session = logIn();
        SftpClient sftp = TestClient.sftp(session)) {
      startUpload(sftp).close();
      assertThat(recorded.closes(FILE)).isEqualTo(1);
    }
    await().until(() -> server.sessions().isEmpty());
    assertThat(recorded.aborts(FILE)).isZero();
  }

  @Test
  void aLostConnectionAborts() throws Exception {
    serve(recorded, Map.of());
    ClientSession session = logIn();
    startUpload(TestClient.sftp(session));
    session.getIoSession().close(true); // without a disconnect message
    recorded.awaitCount(Operation.ABORT, FILE, 1);
    assertThat(recorded.closes(FILE)).isZero();
  }

  /** Like sftp when it gets SIGTERM: the channel ends, and the file was never closed. */
  @Test
  void anEndOfTheChannelWithoutCloseAborts() throws Exception {
    serve(recorded, Map.of());
    try (ClientSession session = logIn()) {
      SftpClient sftp = TestClient.sftp(session);
      startUpload(sftp);
      sftp.getClientChannel().close(false);
      recorded.awaitCount(Operation.ABORT, FILE, 1);
      assertThat(recorded.closes(FILE)).isZero();
      assertThat(session.isOpen()).isTrue();
    }
  }

  @Test
  void disconnectingASessionAborts() throws Exception {
    serve(recorded, Map.of());
    try (ClientSession session = logIn()) {
      startUpload(TestClient.sftp(session));
      assertThat(server.sessions()).hasSize(1);
      assertThat(server.sessions().getFirst().openFiles()).isEqualTo(1);
      assertThat(server.sessions().getFirst().bytesWritten()).isEqualTo(100_000);
      assertThat(server.sessions().getFirst().caller().user()).isEqualTo("user");
      assertThat(server.disconnect("no-such-session")).isFalse();
      assertThat(server.disconnect(server.sessions().getFirst().id())).isTrue();
      recorded.awaitCount(Operation.ABORT, FILE, 1);
      await().until(() -> server.sessions().isEmpty() && !session.isOpen());
    }
  }

  @Test
  void aRequestThatWaitsDelaysNoOtherSession() throws Exception {
    BlockingFileSystem blocking = new BlockingFileSystem(new MemoryFileSystem());
    TestFiles.write(blocking, FILE, "content");
    serve(blocking, Map.of());
    List<ClientSession> waiting = new ArrayList<>();
    CallBarrier barrier = blocking.hold(Operation.STAT, FILE);
    for (int i = 0; i < 8; i++) {
      ClientSession session = logIn();
      waiting.add(session);
      send((RawSftpClient) TestClient.sftp(session), MessageType.STAT, "/f");
    }
    barrier.awaitWaiting(8);
    try (ClientSession session = logIn();
        SftpClient sftp = TestClient.sftp(session)) {
      assertThat(sftp.stat("/").isDirectory()).isTrue();
    }
    // A lost connection ends the wait by cancellation.
    waiting.getFirst().getIoSession().close(true);
    await().until(() -> barrier.waiting() == 7);
    barrier.open();
    barrier.awaitNobody();
  }

  private static int send(RawSftpClient raw, int type, String path) throws IOException {
    Buffer buffer = new ByteArrayBuffer();
    buffer.putString(path);
    return raw.send(type, buffer);
  }

  /** A reply must not wait until the next request is done. */
  @Test
  void aReplyDoesNotWaitForTheNextRequest() throws Exception {
    BlockingFileSystem blocking = new BlockingFileSystem(new MemoryFileSystem());
    TestFiles.write(blocking, FILE, "content");
    serve(blocking, Map.of());
    CallBarrier barrier = blocking.hold(Operation.STAT, FILE);
    try (ClientSession session = logIn();
        SftpClient sftp = TestClient.sftp(session)) {
      RawSftpClient raw = (RawSftpClient) sftp;
      int first = send(raw, MessageType.STAT, "/");
      int second = send(raw, MessageType.STAT, "/f");
      barrier.awaitWaiting(1);
      assertThat(raw.receive(first, TestClient.LIMIT)).isNotNull();
      barrier.open();
      assertThat(raw.receive(second, TestClient.LIMIT)).isNotNull();
    }
  }

  @Test
  void drainingCompletesRequestsAndSendsADisconnect() throws Exception {
    BlockingFileSystem blocking = new BlockingFileSystem(recorded);
    serve(blocking, Map.of());
    CallBarrier barrier = blocking.hold(Operation.MKDIR, TestFiles.path("/d"));
    ClientSession session = logIn();
    List<String> goodbyes = Collections.synchronizedList(new ArrayList<>());
    session.addSessionListener(
        new SessionListener() {
          @Override
          public void sessionDisconnect(
              Session s, int reason, String message, String language, boolean initiator) {
            goodbyes.add(message);
          }
        });
    SftpClient sftp = TestClient.sftp(session);
    startUpload(sftp);
    RawSftpClient raw = (RawSftpClient) sftp;
    Buffer mkdir = new ByteArrayBuffer();
    mkdir.putString("/d");
    mkdir.putUInt(0);
    int id = raw.send(MessageType.MKDIR, mkdir);
    barrier.awaitWaiting(1);
    Thread drain = Thread.ofVirtual().start(() -> server.drain(Duration.ofMinutes(1)));
    await().until(() -> isRefused(TestClient.port(server)));
    FutureTask<Buffer> reply = new FutureTask<>(() -> raw.receive(id, TestClient.LIMIT));
    Thread.ofVirtual().start(reply);
    barrier.open();
    assertThat(reply.get()).isNotNull();
    drain.join();
    await().until(() -> !goodbyes.isEmpty());
    assertThat(goodbyes.getFirst()).contains("shutting down");
    recorded.awaitCount(Operation.ABORT, FILE, 1);
    assertThat(recorded.closes(FILE)).isZero();
    assertThat(recorded.count(Operation.MKDIR, TestFiles.path("/d"))).isEqualTo(1);
  }

  private static boolean isRefused(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return !socket.isConnected();
    } catch (IOException e) {
      return true;
    }
  }

  /** With the default limits, a client that logs in after them is served. */
  @Tag("slow")
  @Test
  void aThousandConnectionsThatNeverLogInKeepNoOthersOut() throws Exception {
    serve(recorded, Map.of());
    List<SocketChannel> silent = new ArrayList<>();
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), TestClient.port(server));
    try (ClientSession before = logIn();
        SftpClient sftpBefore = TestClient.sftp(before)) {
      for (int i = 0; i < 1000; i++) {
        SocketChannel socket = SocketChannel.open(address);
        socket.configureBlocking(false);
        silent.add(socket);
      }
      await().until(() -> silent.stream().filter(ServerTest::isClosed).count() >= 900);
      try (ClientSession after = logIn();
          SftpClient sftpAfter = TestClient.sftp(after)) {
        assertThat(sftpAfter.stat("/").isDirectory()).isTrue();
        assertThat(sftpBefore.stat("/").isDirectory()).isTrue();
      }
    } finally {
      for (SocketChannel socket : silent) {
        socket.close();
      }
    }
  }

  /** Each connection first gets the identification line; those above the limit are then closed. */
  private static boolean isClosed(SocketChannel socket) {
    ByteBuffer read = ByteBuffer.allocate(100);
    try {
      int length = socket.read(read);
      while (length > 0) {
        length = socket.read(read.clear());
      }
      return length < 0;
    } catch (IOException e) {
      return true; // the connection was reset rather than ended
    }
  }

  /** A flood from one address does not affect a client from another. */
  @Test
  void aFloodFromOneAddressPreventsNoLogInFromAnother() throws Exception {
    serve(recorded, Map.of("max_startups", 5));
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), TestClient.port(server));
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger connects = new AtomicInteger();
    FutureTask<Void> flood =
        new FutureTask<>(
            () -> {
              Deque<SocketChannel> open = new ArrayDeque<>();
              while (!over.get()) {
                SocketChannel socket = SocketChannel.open();
                socket.bind(new InetSocketAddress("127.0.0.2", 0));
                socket.connect(address);
                open.add(socket);
                connects.incrementAndGet();
                if (open.size() > 20) {
                  open.remove().close();
                }
              }
              for (SocketChannel socket : open) {
                socket.close();
              }
              return null;
            });
    Thread.ofPlatform().start(flood);
    try {
      await().until(() -> connects.get() > 20);
      for (int i = 0; i < 6; i++) {
        int before = connects.get();
        try (ClientSession session = logIn();
            SftpClient sftp = TestClient.sftp(session)) {
          assertThat(sftp.stat("/").isDirectory()).isTrue();
          await().until(() -> connects.get() > before + 5);
        }
      }
    } finally {
      over.set(true);
    }
    flood.get();
  }

  @Test
  void aClientThatNeverReadsNeedsNoMemory() throws Exception {
    byte[] content = new byte[1 << 20];
    TestFiles.write(recorded, FILE, content);
    serve(recorded, Map.of());
    try (ClientSession session = logIn()) {
      RawSftpClient raw = (RawSftpClient) TestClient.sftp(session);
      SftpClient sftp = (SftpClient) raw;
      byte[] handle;
      try (CloseableHandle h = sftp.open("/f", OpenMode.Read)) {
        handle = h.getIdentifier();
        sftp.getClientChannel()
            .getLocalWindow()
            .consume(sftp.getClientChannel().getLocalWindow().getSize()); // grants nothing more
        for (int i = 0; i < 500; i++) {
          Buffer read = new ByteArrayBuffer();
          read.putBytes(handle);
          read.putLong(0);
          read.putUInt(content.length);
          raw.send(MessageType.READ, read);
        }
        await().until(() -> recorded.calls(Operation.READ).size() > 1);
        // Half a gigabyte was requested; what was read ahead stays below the client's window.
        try (ClientSession other = logIn();
            SftpClient second = TestClient.sftp(other)) {
          assertThat(second.stat("/f").getSize()).isEqualTo(content.length);
        }
        assertThat(server.sessions().getFirst().bytesRead()).isLessThan(64 << 20);
        session.getIoSession().close(true);
      } catch (IOException e) {
        assertThat(session.isOpen()).isFalse(); // closing a handle of a closed connection
      }
    }
    await().until(() -> recorded.openHandles() == 0);
  }

  /**
   * The session is blocked in the middle of a reply; whoever ends it, or the host, must not block.
   */
  @Test
  void aClientThatNeverReadsDelaysNoOthers() throws Exception {
    TestFiles.write(recorded, FILE, new byte[1 << 20]);
    serve(recorded, Map.of());
    List<ClientSession> stuck = List.of(logIn(), logIn());
    for (ClientSession session : stuck) {
      RawSftpClient raw = (RawSftpClient) TestClient.sftp(session);
      CloseableHandle handle = ((SftpClient) raw).open("/f", OpenMode.Read);
      session.getIoSession().suspendRead();
      for (int i = 0; i < 200; i++) {
        Buffer read = new ByteArrayBuffer();
        read.putBytes(handle.getIdentifier());
        read.putLong(0);
        read.putUInt(1 << 20);
        raw.send(MessageType.READ, read);
      }
    }
    await().until(() -> recorded.calls(Operation.READ).size() > 2);
    String first = server.sessions().getFirst().id();
    assertThat(server.disconnect(first)).isTrue();
    await().until(() -> server.sessions().size() == 1);
    try (ClientSession other = logIn();
        SftpClient sftp = TestClient.sftp(other)) {
      assertThat(sftp.stat("/f").getSize()).isEqualTo(1 << 20);
    }
    server.drain(Duration.ofMillis(10));
    await().until(() -> server.sessions().isEmpty());
    for (ClientSession session : stuck) {
      session.close(true);
    }
  }

  @Test
  void configurationProblemsHavePathsAndNoSecrets() {
    AtomicReference<String> shown = new AtomicReference<>("");
    assertThatThrownBy(
            () ->
                TestServer.start(
                    recorded,
                    state,
                    Map.of(
                        "listen",
                        List.of("127.0.0.1:0", "nonsense"),
                        "proxies",
                        List.of("127.0.0.1", "10.0.0.0/8", "10.0/8"),
                        "host_keys",
                        List.of("dsa"),
                        "umask",
                        "99",
                        "users",
                        List.of(
                            Map.of("name", "a", "password", "hunter2"),
                            Map.of("nmae", "b"),
                            Map.of("name", "c", "authorized_keys", List.of("hunter2 x")),
                            Map.of("name", "a", "root", "relative"),
                            Map.of("name", "d", "mounts", List.of(Map.of("path", "x")))))))
        .satisfies(e -> shown.set(String.valueOf(e.getMessage())));
    assertThat(shown.get())
        .contains(
            "listen.1: ",
            "proxies.2: '10.0/8' is neither an address, such as 192.0.2.1, nor a block",
            "host_keys.0: ",
            "umask: ",
            "users.0.password: ",
            "users.1.nmae: unknown key 'nmae', did you mean 'name'?",
            "users.2.authorized_keys.0: ",
            "users.3.root: ",
            "users.4.mounts.0.path: ")
        .doesNotContain("hunter2");
  }

  /** With several addresses, the message names the one that failed. */
  @Test
  void theAddressThatCannotBeBoundIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + taken.getLocalPort();
      assertCannotListen(
          List.of("127.0.0.1:0", address), address + ": Address already in use; \"ss -ltnp");
      assertCannotListen(List.of(address), address + ": Address already in use; \"ss -ltnp");
    }
    assertCannotListen(
        List.of("127.0.0.1:0", "no.invalid:2022"), "no.invalid:2022: there is no host");
    assertCannotListen(List.of("no.invalid:2022"), "no.invalid:2022: there is no host");
  }

  private void assertCannotListen(List<String> addresses, String message) {
    assertThatThrownBy(
            () -> TestServer.start(new MemoryFileSystem(), state, Map.of("listen", addresses)))
        .isInstanceOf(ListenException.class)
        .hasMessageStartingWith("sftp cannot listen on " + message);
  }
}
