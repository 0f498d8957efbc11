package dev.warren.sftp;

import static dev.warren.testkit.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.Operation;
import dev.warren.api.VfsPath;
import dev.warren.frontend.RunningFrontEnd;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.sftp.wire.MessageType;
import dev.warren.sftp.wire.Status;
import dev.warren.testkit.BlockingFileSystem;
import dev.warren.testkit.CallBarrier;
import dev.warren.testkit.RecordingFileSystem;
import dev.warren.testkit.TestFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.sftp.client.RawSftpClient;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClient.CloseableHandle;
import org.apache.sshd.sftp.client.SftpClient.OpenMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blocked requests, and the requests behind them in the same session. */
class WaitingRequestsTest {
  private static final KeyPair KEY = TestKeys.ed25519();
  private static final VfsPath SLOW = TestFiles.path("/slow");
  private static final VfsPath FILE = TestFiles.path("/f");
  private static final int READ = 1;

  /** A number above the limit of a session's blocked requests. */
  private static final int TOO_MANY = 100;

  @TempDir Path state;
  private final RecordingFileSystem recorded = new RecordingFileSystem(new MemoryFileSystem());
  private final BlockingFileSystem files = new BlockingFileSystem(recorded);
  private TestClient client;
  private RunningFrontEnd server;
  private ClientSession session;
  private SftpClient sftp;
  private RawSftpClient raw;

  @BeforeEach
  void start() throws IOException {
    TestFiles.write(recorded, SLOW, "slow content");
    TestFiles.write(recorded, FILE, "content");
    client = new TestClient();
    server =
        TestServer.start(
            files,
            state,
            Map.of(
                "users", List.of(Map.of("name", "user", "authorized_keys", TestKeys.line(KEY)))));
    session = client.logIn(server, "user", KEY, null);
    sftp = TestClient.sftp(session);
    raw = (RawSftpClient) sftp;
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private int send(int type, Consumer<Buffer> fields) throws IOException {
    Buffer buffer = new ByteArrayBuffer();
    fields.accept(buffer);
    return raw.send(type, buffer);
  }

  private int sendPath(int type, String path) throws IOException {
    return send(type, b -> b.putString(path));
  }

  private int sendOpen(String path) throws IOException {
    return send(
        MessageType.OPEN,
        b -> {
          b.putString(path);
          b.putUInt(READ);
          b.putUInt(0);
        });
  }

  private int sendRead(byte[] handle, long offset) throws IOException {
    return send(
        MessageType.READ,
        b -> {
          b.putBytes(handle);
          b.putLong(offset);
          b.putUInt(100);
        });
  }

  private int sendWrite(byte[] handle, long offset, String text) throws IOException {
    return send(
        MessageType.WRITE,
        b -> {
          b.putBytes(handle);
          b.putLong(offset);
          b.putString(text);
        });
  }

  private int sendHandle(int type, byte[] handle) throws IOException {
    return send(type, b -> b.putBytes(handle));
  }

  /** The type of the reply, after waiting for it. */
  private int reply(int id) throws IOException {
    return received(id).getUByte();
  }

  private int status(int id) throws IOException {
    Buffer reply = received(id);
    assertThat(reply.getUByte()).isEqualTo((short) MessageType.STATUS);
    reply.getInt();
    return reply.getInt();
  }

  private String statusText(int id) throws IOException {
    Buffer reply = received(id);
    assertThat(reply.getUByte()).isEqualTo((short) MessageType.STATUS);
    reply.getInt();
    reply.getInt();
    return reply.getString();
  }

  private Buffer received(int id) throws IOException {
    Buffer reply = raw.receive(id, TestClient.LIMIT);
    assertThat(reply).as("reply to %d", id).isNotNull();
    reply.getInt();
    return reply;
  }

  @Test
  void anOpenThatWaitsDelaysNoOther() throws Exception {
    CallBarrier barrier = files.hold(Operation.OPEN, SLOW);
    int waiting = sendOpen("/slow");
    barrier.awaitWaiting(1);
    assertThat(reply(sendPath(MessageType.LSTAT, "/f"))).isEqualTo(MessageType.ATTRS);
    assertThat(reply(sendPath(MessageType.LSTAT, "/slow"))).isEqualTo(MessageType.ATTRS);
    try (CloseableHandle directory = sftp.openDir("/")) {
      assertThat(sftp.readDir(directory)).isNotEmpty();
    }
    try (CloseableHandle handle = sftp.open("/f", OpenMode.Read)) {
      assertThat(sftp.read(handle, 0, new byte[100])).isEqualTo(7);
    }
    assertThat(barrier.waiting()).isEqualTo(1);
    barrier.open();
    assertThat(reply(waiting)).isEqualTo(MessageType.HANDLE);
  }

  /**
   * Earlier requests in the same piece, and requests that arrive later, still get their replies.
   */
  @Test
  void manyWaitingRequestsAreAllAnswered() throws Exception {
    CallBarrier barrier = files.hold(Operation.OPEN, SLOW);
    List<Integer> waiting = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      waiting.add(sendOpen("/slow"));
      assertThat(reply(sendPath(MessageType.LSTAT, "/f"))).isEqualTo(MessageType.ATTRS);
    }
    barrier.awaitWaiting(20);
    barrier.open();
    for (int id : waiting) {
      assertThat(reply(id)).isEqualTo(MessageType.HANDLE);
    }
  }

  /** A second write waits for the first, although requests behind it continue. */
  @Test
  void requestsOfOneHandleKeepTheirOrder() throws Exception {
    byte[] handle = sftp.open("/slow", OpenMode.Write).getIdentifier();
    recorded.clear();
    CallBarrier barrier =
        files.hold(call -> call.operation() == Operation.WRITE && gateIsForTheFirst(call));
    int first = sendWrite(handle, 0, "first");
    barrier.awaitWaiting(1);
    int second = sendWrite(handle, 0, "2");
    int close = sendHandle(MessageType.CLOSE, handle);
    int stat = sendPath(MessageType.STAT, "/slow");
    assertThat(reply(sendPath(MessageType.LSTAT, "/f"))).isEqualTo(MessageType.ATTRS);
    assertThat(recorded.calls(Operation.WRITE)).isEmpty();
    assertThat(recorded.closes(SLOW)).isZero();
    barrier.open();
    for (int id : List.of(first, second, close)) {
      assertThat(status(id)).isEqualTo(Status.OK.code());
    }
    assertThat(reply(stat)).isEqualTo(MessageType.ATTRS);
    assertThat(TestFiles.readText(recorded, SLOW)).isEqualTo("2irstcontent");
  }

  private static boolean gateIsForTheFirst(dev.warren.testkit.Call call) {
    return call.path().equals(SLOW);
  }

  /**
   * A name that is created, renamed and created again, by a client that does not wait for replies.
   */
  @Test
  void requestsAboutOneNameKeepTheirOrder() throws Exception {
    CallBarrier barrier = files.hold(Operation.UNLINK, SLOW);
    int remove = sendPath(MessageType.REMOVE, "/slow");
    barrier.awaitWaiting(1);
    int rename =
        send(
            MessageType.RENAME,
            b -> {
              b.putString("/f");
              b.putString("/slow");
            });
    int stat = sendPath(MessageType.STAT, "/f");
    assertThat(reply(sendPath(MessageType.STAT, "/"))).isEqualTo(MessageType.ATTRS);
    barrier.open();
    assertThat(status(remove)).isEqualTo(Status.OK.code());
    assertThat(status(rename)).isEqualTo(Status.OK.code());
    assertThat(status(stat)).isEqualTo(Status.NO_SUCH_FILE.code());
    assertThat(TestFiles.readText(recorded, SLOW)).isEqualTo("content");
  }

  @Test
  void aCloseEndsWaitingReads() throws Exception {
    byte[] handle = sftp.open("/slow", OpenMode.Read).getIdentifier();
    CallBarrier barrier = files.hold(Operation.READ, SLOW);
    int first = sendRead(handle, 0);
    barrier.awaitWaiting(1);
    int second = sendRead(handle, 100);
    int close = sendHandle(MessageType.CLOSE, handle);
    assertThat(status(first)).isEqualTo(Status.FAILURE.code());
    assertThat(status(second)).isEqualTo(Status.FAILURE.code());
    assertThat(status(close)).isEqualTo(Status.OK.code());
    assertThat(recorded.openHandles()).isZero();
    assertThat(recorded.calls(Operation.READ)).isEmpty();
  }

  /**
   * The newest request fails, so that others can continue: a command to cancel must get through.
   */
  @Test
  void overTheLimitTheNewestRequestFails() throws Exception {
    CallBarrier barrier = files.hold(Operation.OPEN, SLOW);
    List<Integer> waiting = new ArrayList<>();
    for (int i = 0; i < TOO_MANY; i++) {
      waiting.add(sendOpen("/slow"));
    }
    assertThat(reply(sendPath(MessageType.LSTAT, "/f"))).isEqualTo(MessageType.ATTRS);
    assertThat(barrier.waiting()).isBetween(10, TOO_MANY - 1);
    assertThat(statusText(waiting.getLast())).contains("too many requests").contains("blocked");
    int left = barrier.waiting();
    barrier.open();
    for (int id : waiting.subList(0, left)) {
      assertThat(reply(id)).isEqualTo(MessageType.HANDLE);
    }
  }

  @Test
  void theEndOfTheChannelEndsAllWaitingRequests() throws Exception {
    CallBarrier barrier = files.hold(Operation.OPEN, SLOW);
    for (int i = 0; i < 5; i++) {
      sendOpen("/slow");
      assertThat(reply(sendPath(MessageType.LSTAT, "/f"))).isEqualTo(MessageType.ATTRS);
    }
    barrier.awaitWaiting(5);
    sftp.getClientChannel().close(false);
    barrier.awaitNobody();
    await().until(() -> recorded.openHandles() == 0);
    assertThat(recorded.count(Operation.OPEN, SLOW))
        .isEqualTo(1); // the open by the test's own write
    assertThat(session.isOpen()).isTrue();
  }

  /** Like a client whose input has ended: it can send no more requests, so none will arrive. */
  @Test
  void theEndOfTheInputEndsAllWaitingRequests() throws Exception {
    CallBarrier barrier = files.hold(Operation.OPEN, SLOW);
    int waiting = sendOpen("/slow");
    barrier.awaitWaiting(1);
    assertThat(reply(sendPath(MessageType.LSTAT, "/f"))).isEqualTo(MessageType.ATTRS);
    sftp.getClientChannel().getAsyncIn().close(false);
    assertThat(status(waiting)).isEqualTo(Status.FAILURE.code());
    barrier.awaitNobody();
    await().until(() -> sftp.getClientChannel().getExitStatus() != null);
  }
}
