package dev.warren.sftp;

import static dev.warren.testkit.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Operation;
import dev.warren.api.VfsPath;
import dev.warren.frontend.RunningFrontEnd;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.sftp.wire.MessageType;
import dev.warren.testkit.BlockingFileSystem;
import dev.warren.testkit.CallBarrier;
import dev.warren.testkit.RecordingFileSystem;
import dev.warren.testkit.TestFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.kex.KexProposalOption;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long connections may be silent, and how many there may be. */
class ConnectionLimitsTest {
  private static final KeyPair KEY = TestKeys.ed25519();
  private static final VfsPath FILE = TestFiles.path("/f");

  @TempDir Path state;
  private final RecordingFileSystem files = new RecordingFileSystem(new MemoryFileSystem());
  private final BlockingFileSystem slow = new BlockingFileSystem(files);
  private TestClient client;
  private RunningFrontEnd server;

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

  private void serve(Map<String, ?> config) throws IOException {
    serve(InstantSource.system(), config);
  }

  private void serve(InstantSource clock, Map<String, ?> config) throws IOException {
    Map<String, Object> all = new HashMap<>(config);
    all.put("users", List.of(Map.of("name", "user", "authorized_keys", TestKeys.line(KEY))));
    server = TestServer.start(new SftpFrontEnd(clock), slow, state, all);
  }

  private ClientSession logIn() throws IOException {
    return client.logIn(server, "user", KEY, null);
  }

  /** Only the connection without a login ends; others stay. */
  @Tag("slow") // a second has to pass
  @Test
  void aConnectionThatDoesNotLogInInTimeIsClosed() throws Exception {
    serve(Map.of("login_grace_time", "1s"));
    try (ClientSession session = logIn();
        SftpClient sftp = TestClient.sftp(session);
        Socket silent = new Socket(InetAddress.getLoopbackAddress(), TestClient.port(server))) {
      byte[] greeting = silent.getInputStream().readAllBytes(); // until the end
      assertThat(new String(greeting, StandardCharsets.ISO_8859_1)).startsWith("SSH-2.0-Warren");
      assertThat(sftp.stat("/").isDirectory()).isTrue();
    }
  }

  @Tag("slow") // a second has to pass
  @Test
  void anIdleSessionIsClosedWithAMessage() throws Exception {
    serve(Map.of("idle_timeout", "1s", "keep_alive", "0"));
    try (ClientSession session = logIn()) {
      List<String> goodbyes = goodbyes(session);
      SftpClient sftp = TestClient.sftp(session);
      CloseableHandle handle = sftp.open("/f", OpenMode.Write, OpenMode.Create);
      sftp.write(handle, 0, new byte[10], 0, 10);
      files.awaitCount(Operation.ABORT, FILE, 1);
      await().until(() -> server.sessions().isEmpty() && !session.isOpen());
      assertThat(goodbyes).hasSize(1).first().asString().contains("idle");
    }
  }

  /** As in OpenSSH, only requests make a client busy. */
  @Test
  void aClientThatOnlyAnswersKeepAlivesIsIdle() throws Exception {
    TestClock clock = new TestClock();
    serve(clock, Map.of("keep_alive", "30s", "idle_timeout", "5m"));
    try (ClientSession session = logIn();
        SftpClient sftp = TestClient.sftp(session)) {
      List<String> goodbyes = goodbyes(session);
      for (int i = 1; i <= 20; i++) { // longer than the timeout
        assertThat(sftp.stat("/").isDirectory()).isTrue();
        clock.pass(Duration.ofSeconds(30));
        int asked = i;
        await().until(() -> client.keepAlives() >= asked);
      }
      passInSteps(clock, 20, 9);
      assertThat(server.sessions()).hasSize(1);
      clock.pass(Duration.ofMinutes(1));
      await().until(() -> server.sessions().isEmpty() && !session.isOpen());
      assertThat(goodbyes).hasSize(1).first().asString().contains("idle");
    }
  }

  /** A reply may take hours, and its client has nothing to request meanwhile. */
  @Test
  void aClientThatWaitsForAReplyIsNotIdle() throws Exception {
    TestClock clock = new TestClock();
    serve(clock, Map.of("keep_alive", "30s", "idle_timeout", "5m"));
    TestFiles.write(files, FILE, "content");
    CallBarrier barrier = slow.hold(call -> call.path().equals(FILE));
    try (ClientSession session = logIn();
        SftpClient sftp = TestClient.sftp(session)) {
      RawSftpClient raw = (RawSftpClient) sftp;
      Buffer path = new ByteArrayBuffer();
      path.putString("/f");
      int stat = raw.send(MessageType.STAT, path);
      barrier.awaitWaiting(1);
      passInSteps(clock, 0, 20);
      assertThat(barrier.waiting()).isEqualTo(1);
      barrier.open();
      Buffer reply = raw.receive(stat, TestClient.LIMIT);
      reply.getInt();
      assertThat(reply.getUByte()).isEqualTo((short) MessageType.ATTRS);
      passInSteps(clock, 20, 9); // from here on it sends no requests
      assertThat(server.sessions()).hasSize(1);
      clock.pass(Duration.ofMinutes(2));
      await().until(() -> server.sessions().isEmpty() && !session.isOpen());
    }
  }

  /** Passes the time in steps of half a minute, with a keep-alive after each. */
  private void passInSteps(TestClock clock, int before, int steps) throws Exception {
    for (int i = 1; i <= steps; i++) {
      clock.pass(Duration.ofSeconds(30));
      int asked = before + i;
      await().until(() -> client.keepAlives() >= asked);
    }
  }

  /**
   * Over a slow line, the reply to a keep-alive is queued behind two megabytes of an upload, for
   * longer than the server waits. The data of the upload shows that the client is alive.
   */
  @Test
  void aClientThatSendsNeedNotAnswerKeepAlives() throws Exception {
    TestClock clock = new TestClock();
    serve(clock, Map.of("keep_alive", "30s"));
    client.ignoreKeepAlives();
    try (ClientSession session = logIn();
        SftpClient sftp = TestClient.sftp(session);
        CloseableHandle handle = sftp.open("/f", OpenMode.Write, OpenMode.Create)) {
      for (int i = 1; i <= 10; i++) {
        sftp.write(handle, i * 10L, new byte[10], 0, 10);
        clock.pass(Duration.ofSeconds(30));
        int asked = i;
        await().until(() -> client.keepAlives() >= asked);
      }
      assertThat(server.sessions()).hasSize(1);
      for (int i = 1; i <= 3; i++) {
        clock.pass(Duration.ofSeconds(30));
        int asked = Math.min(10 + i, 12);
        await().until(() -> client.keepAlives() >= asked);
      }
      await().until(() -> server.sessions().isEmpty());
      session.close(true);
    } catch (IOException e) {
      assertThat(server.sessions()).isEmpty(); // the handle could not be closed any more
    }
  }

  /**
   * Like a client whose machine was switched off: the connection stays, but nothing is received.
   */
  @Test
  void aClientThatDoesNotAnswerKeepAlivesIsDisconnected() throws Exception {
    serve(Map.of("keep_alive", "100ms"));
    ClientSession session = logIn();
    SftpClient sftp = TestClient.sftp(session);
    CloseableHandle handle = sftp.open("/f", OpenMode.Write, OpenMode.Create);
    sftp.write(handle, 0, new byte[10], 0, 10);
    session.getIoSession().suspendRead();
    files.awaitCount(Operation.ABORT, FILE, 1);
    assertThat(files.closes(FILE)).isZero();
    await().until(() -> server.sessions().isEmpty());
    session.close(true);
  }

  @Test
  void theNumberOfChannelsIsLimited() throws Exception {
    serve(Map.of("max_channels", 2));
    try (ClientSession session = logIn();
        SftpClient first = TestClient.sftp(session)) {
      SftpClient second = TestClient.sftp(session);
      assertThatThrownBy(() -> TestClient.sftp(session)).isInstanceOf(IOException.class);
      assertThat(first.stat("/").isDirectory()).isTrue();
      second.close();
      await().until(() -> opens(session));
    }
  }

  /** Clients that keep to the limit do not count channels that they have closed. */
  @Test
  void aClosedChannelIsNotCountedAnyMore() throws Exception {
    serve(Map.of("max_channels", 2));
    try (ClientSession session = logIn();
        SftpClient first = TestClient.sftp(session)) {
      SftpClient last = TestClient.sftp(session);
      for (int i = 0; i < 20; i++) {
        Buffer close = session.createBuffer(SshConstants.SSH_MSG_CHANNEL_CLOSE, 16);
        close.putUInt(last.getClientChannel().getRecipient());
        session.writePacket(close);
        last = TestClient.sftp(session);
        assertThat(last.stat("/").isDirectory()).isTrue();
      }
      assertThatThrownBy(() -> TestClient.sftp(session)).isInstanceOf(IOException.class);
      assertThat(first.stat("/").isDirectory()).isTrue();
    }
  }

  /**
   * By bytes and by time, during transfers in both directions. The time is longer than a login
   * takes, so that it ends during a transfer.
   */
  @ParameterizedTest
  @CsvSource({"100000, PT1H", "1000000000000, PT0.5S"})
  void keysAreExchangedAgainDuringATransfer(long bytes, Duration time) throws Exception {
    client.rekeyAfter(bytes, time);
    serve(Map.of());
    byte[] content = new byte[2_000_000];
    new Random(1).nextBytes(content);
    try (ClientSession session = logIn();
        SftpClient sftp = TestClient.sftp(session)) {
      assertThat(session.getNegotiatedKexParameter(KexProposalOption.S2CENC))
          .as("the cipher that is this server's own")
          .isEqualTo("chacha20-poly1305@openssh.com");
      AtomicInteger exchanges = new AtomicInteger();
      session.addSessionListener(
          new SessionListener() {
            @Override
            public void sessionEvent(Session s, Event event) {
              if (event == Event.KexCompleted) {
                exchanges.incrementAndGet();
              }
            }
          });
      while (exchanges.get() < 3) {
        try (OutputStream out = sftp.write("/f")) {
          out.write(content);
        }
        try (InputStream in = sftp.read("/f")) {
          assertThat(in.readAllBytes()).isEqualTo(content);
        }
      }
    }
  }

  private static boolean opens(ClientSession session) {
    try (SftpClient sftp = TestClient.sftp(session)) {
      return sftp.isOpen();
    } catch (IOException e) {
      return false; // the closed one is still counted
    }
  }

  private static List<String> goodbyes(ClientSession session) {
    List<String> goodbyes = Collections.synchronizedList(new ArrayList<>());
    session.addSessionListener(
        new SessionListener() {
          @Override
          public void sessionDisconnect(
              Session s, int reason, String message, String language, boolean initiator) {
            goodbyes.add(message);
          }
        });
    return goodbyes;
  }
}
