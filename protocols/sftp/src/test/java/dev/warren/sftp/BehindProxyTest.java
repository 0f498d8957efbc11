package dev.warren.sftp;

import static dev.warren.testkit.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.MemoryBudget;
import dev.warren.api.VfsPath;
import dev.warren.frontend.RunningFrontEnd;
import dev.warren.sftp.LoginTest.LogLines;
import dev.warren.sftp.auth.AddressPatterns;
import dev.warren.sftp.auth.AuthorizedKey;
import dev.warren.sftp.auth.KeyOptions;
import dev.warren.sftp.auth.LoginThrottle;
import dev.warren.sftp.auth.UserAccount;
import dev.warren.sftp.auth.Users;
import dev.warren.sftp.source.Refusals;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.sftp.client.SftpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections through a proxy, and connections that only claim to be. The proxy is 127.0.0.1. */
@SuppressWarnings("AddressSelection") // all are literals
class BehindProxyTest {
  private static final KeyPair KEY = TestKeys.ed25519();
  private static final String IDENTIFICATION = "SSH-2.0-Warren";
  private static final String KEY_EXCHANGE = "curve25519-sha256";
  private static final String PROXY = "127.0.0.1";
  private static final String ELSEWHERE = "127.0.0.2";
  private static final String ONE = "198.51.100.1";
  private static final String OTHER = "198.51.100.2";
  private static final byte[] CHECK = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a20000000");

  @TempDir Path state;
  private final TestClock clock = new TestClock();
  private final LoginThrottle throttle = new LoginThrottle(clock, Duration.ofHours(1));
  private final TestClient client = new TestClient();
  private RunningFrontEnd server;

  @AfterEach
  void stop() {
    client.close();
    if (server != null) {
      server.close();
    }
  }

  private void serve(Map<String, ?> config) throws IOException {
    serve(KeyOptions.NONE, config);
  }

  private void serve(KeyOptions options, Map<String, ?> config) throws IOException {
    Map<String, Object> all = new HashMap<>(Map.of("proxies", List.of(PROXY)));
    all.putAll(config);
    AuthorizedKey key = new AuthorizedKey(KEY.getPublic(), options);
    UserAccount anna =
        new UserAccount("anna", List.of(() -> List.of(key)), null, VfsPath.ROOT, false, null);
    server =
        TestServer.start(
            state,
            new MemoryBudget(1L << 30, 1L << 30),
            new Users(List.of(anna), List::of, clock),
            throttle,
            clock,
            all);
  }

  /** A header for a client's connection from port 4000. */
  private static byte[] header(String address) {
    return ByteBuffer.allocate(28)
        .put(HexFormat.of().parseHex("0d0a0d0a000d0a515549540a2111000c"))
        .put(InetAddress.ofLiteral(address).getAddress())
        .put(InetAddress.ofLiteral("192.0.2.1").getAddress())
        .putShort((short) 4000)
        .putShort((short) 2022)
        .array();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private Socket connect(String from) throws IOException {
    Socket socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.bind(new InetSocketAddress(from, 0));
    socket.connect(new InetSocketAddress(PROXY, TestClient.port(server)));
    return socket;
  }

  private Socket connect(String from, byte[] sent) throws IOException {
    Socket socket = connect(from);
    socket.getOutputStream().write(sent);
    return socket;
  }

  /** Sends byte by byte, until the server closes the connection. */
  private static void sendBytes(Socket socket, byte[] bytes) {
    try {
      for (byte next : bytes) {
        socket.getOutputStream().write(next);
      }
    } catch (IOException e) {
      // closed already
    }
  }

  /** What the server sends until it closes the connection. */
  private static String all(Socket socket) throws IOException {
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    try {
      socket.getInputStream().transferTo(received);
    } catch (IOException e) {
      // the connection was reset rather than ended
    }
    return received.toString(StandardCharsets.ISO_8859_1);
  }

  private static String start(Socket socket) throws IOException {
    return new String(
        socket.getInputStream().readNBytes(IDENTIFICATION.length()), StandardCharsets.ISO_8859_1);
  }

  /**
   * Reads until the server sends its part of the key exchange, which it does for clients of SSH.
   */
  private static void awaitKeyExchange(Socket socket) throws IOException {
    StringBuilder received = new StringBuilder();
    while (received.indexOf(KEY_EXCHANGE) < 0) {
      int next = socket.getInputStream().read();
      assertThat(next).as("the end of " + received).isNotNegative();
      received.append((char) next);
    }
  }

  @Test
  void theSessionIsTheClients() throws Exception {
    serve(Map.of());
    for (byte[] header :
        List.of(header(ONE), bytes("PROXY TCP4 " + ONE + " 192.0.2.1 4000 2022\r\n"))) {
      client.behind(header);
      try (ClientSession session = client.logIn(server, "anna", KEY, null);
          SftpClient sftp = TestClient.sftp(session)) {
        assertThat(sftp.stat("/").isDirectory()).isTrue();
        assertThat(server.sessions())
            .singleElement()
            .matches(info -> (ONE + ":4000").equals(info.caller().remoteAddress()));
      }
      await().until(() -> server.sessions().isEmpty());
    }
  }

  @Test
  void keysAndTheThrottleUseTheClientsAddress() throws Exception {
    serve(new KeyOptions(new AddressPatterns(ONE), null, false, List.of()), Map.of());
    client.behind(header(ONE));
    client.logIn(server, "anna", KEY, null).close(true);
    client.behind(header(OTHER));
    try (LogLines log = new LogLines(Refusals.class)) {
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> client.logIn(server, "anna", KEY, null))
            .isInstanceOf(IOException.class);
      }
      assertThat(log.lines())
          .hasSize(3)
          .allMatch(line -> line.startsWith("refused a log-in of anna from " + OTHER + ":4000: "));
    }
    assertThat(throttle.failed(InetAddress.ofLiteral(OTHER))).isPositive();
    assertThat(throttle.failed(InetAddress.ofLiteral(ONE))).isZero();
    assertThat(throttle.failed(InetAddress.ofLiteral(PROXY))).isZero();
  }

  /** The header arrives together with the bytes after it, or byte by byte. */
  @Test
  void aHeaderIsReadAsItArrives() throws Exception {
    serve(Map.of());
    byte[] sent = joined(header(ONE), bytes("SSH-2.0-x\r\n"));
    try (Socket glued = connect(PROXY, sent);
        Socket split = connect(PROXY)) {
      sendBytes(split, sent);
      for (Socket socket : List.of(glued, split)) {
        assertThat(start(socket)).isEqualTo(IDENTIFICATION);
        awaitKeyExchange(socket);
      }
    }
  }

  /** The PROXY protocol requires this if the server speaks first. */
  @Test
  void theServerWaitsForTheWholeHeader() throws Exception {
    serve(Map.of());
    byte[] header = header(ONE);
    try (Socket socket = connect(PROXY)) {
      socket.getOutputStream().write(header, 0, header.length - 1);
      client.behind(header);
      client.logIn(server, "anna", KEY, null).close(true);
      assertThat(socket.getInputStream().available()).isZero();
      socket.getOutputStream().write(header, header.length - 1, 1);
      assertThat(start(socket)).isEqualTo(IDENTIFICATION);
    }
  }

  @Test
  void aProxyWithoutAHeaderIsRefused() throws Exception {
    serve(Map.of());
    try (LogLines log = new LogLines(Refusals.class)) {
      assertThatThrownBy(() -> client.logIn(server, "anna", KEY, null))
          .isInstanceOf(IOException.class);
      await().until(() -> !log.lines().isEmpty());
      try (Socket socket = connect(PROXY, bytes("SSH-2.0-x\r\n"))) {
        assertThat(all(socket)).isEmpty();
      }
      byte[] wrong = header(ONE);
      wrong[12] = 0x31; // the version
      try (Socket socket = connect(PROXY, wrong)) {
        assertThat(all(socket)).isEmpty();
      }
      await().until(() -> log.lines().size() == 3);
      assertThat(log.lines().get(1))
          .matches("a connection from 127.0.0.1:[0-9]+ failed: the proxy sent no PROXY header");
      assertThat(log.lines().get(2)).endsWith("a PROXY header of an unknown version");
    }
  }

  @Test
  void aHeaderMustArriveWithinTheTimeToLogIn() throws Exception {
    serve(Map.of("login_grace_time", "10s"));
    try (LogLines log = new LogLines(Refusals.class);
        Socket silent = connect(PROXY);
        Socket half = connect(PROXY, new byte[] {'P', 'R', 'O', 'X', 'Y'});
        Socket whole = connect(PROXY, header(ONE))) {
      assertThat(start(whole)).isEqualTo(IDENTIFICATION);
      clock.pass(Duration.ofSeconds(11));
      for (Socket socket : List.of(silent, half)) {
        assertThat(all(socket)).isEmpty();
      }
      assertThat(all(whole)).isNotEmpty();
      await().until(() -> log.lines().size() == 3);
      assertThat(log.lines())
          .filteredOn(line -> line.endsWith("no PROXY header within 10 s"))
          .hasSize(2)
          .allMatch(line -> line.startsWith("refused a connection from 127.0.0.1:"));
      assertThat(log.lines())
          .filteredOn(line -> line.endsWith("no log-in within 10 s"))
          .singleElement()
          .asString()
          .startsWith("refused a connection from " + ONE + ":4000");
    }
  }

  @Test
  void aStrangersHeaderIsRefused() throws Exception {
    serve(Map.of());
    byte[] text = bytes("PROXY TCP4 " + ONE + " 192.0.2.1 4000 2022\r\n");
    try (LogLines log = new LogLines(Refusals.class)) {
      for (byte[] header : List.of(header(ONE), CHECK, text)) {
        byte[] sent = joined(header, bytes("SSH-2.0-x\r\n"));
        try (Socket socket = connect(ELSEWHERE, sent);
            Socket split = connect(ELSEWHERE)) {
          sendBytes(split, header);
          assertThat(all(socket)).doesNotContain(KEY_EXCHANGE);
          assertThat(all(split)).doesNotContain(KEY_EXCHANGE);
        }
      }
      await().until(() -> log.lines().size() == 6);
      assertThat(log.lines())
          .allMatch(
              line ->
                  line.matches(
                      "a connection from 127.0.0.2:[0-9]+ failed: a PROXY header, and 'proxies'"
                          + " does not list this address"));
    }
    try (Socket socket =
        connect(ELSEWHERE, bytes("SSH-2.0-x\r\n"))) { // without a header, as before
      assertThat(start(socket)).isEqualTo(IDENTIFICATION);
      awaitKeyExchange(socket);
    }
  }

  /** A health check waits for the SSH identification and disconnects, with or without a reset. */
  @Test
  void aHealthCheckIsNoError() throws Exception {
    serve(Map.of());
    try (LogLines log = new LogLines(Refusals.class)) {
      for (boolean reset : new boolean[] {false, true}) {
        try (Socket check = connect(PROXY, CHECK)) {
          assertThat(start(check)).isEqualTo(IDENTIFICATION);
          check.setSoLinger(reset, 0);
        }
        try (Socket check = connect(PROXY)) {
          check.setSoLinger(reset, 0);
        }
      }
      client.behind(CHECK);
      try (ClientSession session = client.logIn(server, "anna", KEY, null)) {
        assertThat(session.isOpen()).isTrue();
        assertThat(server.sessions())
            .singleElement()
            .extracting(info -> info.caller().remoteAddress())
            .asString()
            .startsWith(PROXY + ":");
      }
      assertThat(log.lines()).isEmpty();
    }
  }

  /** Behind the same proxy, a client that opens many connections closes only its own. */
  @Test
  void clientsBehindAProxyAreDifferentSources() throws Exception {
    serve(Map.of("max_startups", 4));
    List<Socket> flood = new ArrayList<>();
    try (LogLines log = new LogLines(Refusals.class);
        Socket waiting = connect(PROXY, header(OTHER))) {
      assertThat(start(waiting)).isEqualTo(IDENTIFICATION);
      for (int i = 0; i < 20; i++) {
        Socket socket = connect(PROXY, header(ONE));
        flood.add(socket);
        assertThat(start(socket)).isEqualTo(IDENTIFICATION);
      }
      await().until(() -> log.lines().size() >= 10);
      assertThat(log.lines())
          .allMatch(
              line -> line.startsWith("refused a connection from " + ONE + ":4000: too many"));
      waiting.getOutputStream().write(bytes("SSH-2.0-x\r\n"));
      awaitKeyExchange(waiting);
    } finally {
      for (Socket socket : flood) {
        socket.close();
      }
    }
  }

  /** Connections without a header count as the proxy's, and lock out no other clients. */
  @Test
  void connectionsWithoutAHeaderAreLimited() throws Exception {
    serve(Map.of("max_startups", 5, "proxies", List.of("127.0.0.2/31")));
    List<SocketChannel> open = new ArrayList<>();
    try {
      for (int i = 0; i < 20; i++) {
        SocketChannel socket = SocketChannel.open();
        socket.bind(new InetSocketAddress(ELSEWHERE, 0));
        socket.connect(new InetSocketAddress(PROXY, TestClient.port(server)));
        socket.configureBlocking(false);
        open.add(socket);
      }
      await().until(() -> open.stream().filter(BehindProxyTest::isClosed).count() == 15);
      try (ClientSession session = client.logIn(server, "anna", KEY, null);
          SftpClient sftp = TestClient.sftp(session)) {
        assertThat(sftp.stat("/").isDirectory()).isTrue();
      }
      await().until(() -> open.stream().filter(BehindProxyTest::isClosed).count() == 16);
    } finally {
      for (SocketChannel socket : open) {
        socket.close();
      }
    }
  }

  private static boolean isClosed(SocketChannel socket) {
    try {
      return socket.read(ByteBuffer.allocate(100)) < 0;
    } catch (IOException e) {
      return true; // the connection was reset rather than ended
    }
  }
}
