package dev.warren.sftp;

import static dev.warren.testkit.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.warren.api.MemoryBudget;
import dev.warren.api.VfsPath;
import dev.warren.frontend.RunningFrontEnd;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.sftp.auth.AuthorizedKey;
import dev.warren.sftp.auth.KeyOptions;
import dev.warren.sftp.auth.KeySource;
import dev.warren.sftp.auth.LoginThrottle;
import dev.warren.sftp.auth.PasswordHash;
import dev.warren.sftp.auth.UserAccount;
import dev.warren.sftp.auth.Users;
import dev.warren.sftp.source.Refusals;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.sftp.client.SftpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What a client can do before it has logged in. */
class LoginTest {
  private static final KeyPair KEY = TestKeys.ed25519();
  private static final KeyPair OTHER = TestKeys.ed25519();

  @TempDir Path state;
  private final CountDownLatch held = new CountDownLatch(1);
  private final AtomicInteger looks = new AtomicInteger();
  private final TestClock clock = new TestClock();
  private LoginThrottle throttle = new LoginThrottle(clock, Duration.ZERO);
  private RunningFrontEnd server;

  @AfterEach
  void stop() {
    held.countDown();
    server.close();
  }

  private static Map<String, Object> user() {
    return Map.of("name", "anna", "authorized_keys", TestKeys.line(KEY));
  }

  /**
   * Starts a server with a long time limit for the login, since a short one could hide other
   * errors.
   */
  private void serve(Map<String, ?> config) throws IOException {
    Map<String, Object> all = new HashMap<>(Map.of("login_grace_time", "10m"));
    all.putAll(config);
    server = TestServer.start(new MemoryFileSystem(), state, all);
  }

  private void serve(MemoryBudget memory, KeySource keys, Map<String, ?> config)
      throws IOException {
    Map<String, Object> all = new HashMap<>(Map.of("login_grace_time", "10m"));
    all.putAll(config);
    UserAccount anna = new UserAccount("anna", List.of(keys), null, VfsPath.ROOT, false, null);
    Users users = new Users(List.of(anna), List::of, clock);
    server = TestServer.start(state, memory, users, throttle, clock, all);
  }

  /** The key, after waiting for {@link #held}. */
  private List<AuthorizedKey> lookSlowly() {
    looks.incrementAndGet();
    try {
      held.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return List.of(new AuthorizedKey(KEY.getPublic(), KeyOptions.NONE));
  }

  private static String padded(int length) {
    return "x".repeat(length);
  }

  /** What is sent behind a blocked login stays unread, and gets its replies in order afterwards. */
  @Test
  void aLogInThatWaitsReadsNothing() throws Exception {
    MemoryBudget memory = new MemoryBudget(64 << 20, 64 << 20);
    serve(memory, this::lookSlowly, Map.of("max_auth_tries", 100));
    try (LoginWire wire = new LoginWire(server)) {
      wire.key("anna", OTHER);
      await().until(() -> looks.get() == 1);
      for (int i = 0; i < 40; i++) {
        wire.password("anna", padded(60_000));
      }
      // The blocked message, what was read with it, and the connection's own cost.
      assertThat(memory.used(MemoryBudget.Use.PACKETS)).isLessThanOrEqualTo(128 << 10);
      held.countDown();
      for (int i = 0; i < 41; i++) {
        assertThat(wire.answer()).isEqualTo(SshConstants.SSH_MSG_USERAUTH_FAILURE);
      }
      assertThat(memory.used(MemoryBudget.Use.PACKETS)).isLessThanOrEqualTo(256 << 10);
    }
    await().until(() -> memory.used(MemoryBudget.Use.PACKETS) == 0);
  }

  @Test
  void longMessagesAreRefused() throws Exception {
    serve(Map.of("users", List.of(user())));
    try (LoginWire wire = new LoginWire(server)) {
      wire.password("anna", padded(100_000));
      await().until(() -> !wire.isOpen());
      assertThat(wire.answers()).isZero();
    }
  }

  /** MINA itself would buffer carriage returns until the heap is full. */
  @Test
  void endlessGreetingsAreRefused() throws Exception {
    serve(Map.of("users", List.of(user())));
    byte[] returns = "\r".repeat(60_000).getBytes(StandardCharsets.US_ASCII);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), TestClient.port(server))) {
      socket.getOutputStream().write(returns);
      assertThat(isEnded(socket)).isTrue();
    }
  }

  private static boolean isEnded(Socket socket) {
    try {
      while (socket.getInputStream().read() >= 0) {}
    } catch (IOException e) {
      return true; // the connection was reset rather than ended
    }
    return true;
  }

  /**
   * All connections that have not logged in stay within their common share of the memory budget.
   */
  @Test
  void strangersHaveAShareOfMemory() throws Exception {
    MemoryBudget memory = new MemoryBudget(4 << 20, 64 << 20);
    serve(memory, List::of, Map.of());
    MemoryBudget.Area heap = MemoryBudget.Area.HEAP;
    List<LoginWire> wires = new ArrayList<>();
    try {
      for (int i = 0; i < 8; i++) {
        LoginWire wire = new LoginWire(server);
        wires.add(wire);
        wire.password("anna", padded(60_000));
        assertThat(wire.answer()).isEqualTo(SshConstants.SSH_MSG_USERAUTH_FAILURE);
      }
      assertThat(memory.level(heap).strangers())
          .isPositive()
          .isLessThanOrEqualTo(memory.level(heap).strangersLimit());
      await().until(() -> wires.stream().anyMatch(wire -> !wire.isOpen()));
      assertThat(wires).last().matches(LoginWire::isOpen);
    } finally {
      wires.forEach(LoginWire::close);
    }
    await().until(() -> memory.level(heap).used() == 0);
  }

  /** paramiko does this for each attempt; the count must not restart. */
  @Test
  void aNewServiceRequestDoesNotAllowMoreTries() throws Exception {
    serve(Map.of("users", List.of(user()), "max_auth_tries", 3));
    try (LogLines log = new LogLines(Refusals.class);
        LoginWire wire = new LoginWire(server)) {
      for (int i = 0; i < 10; i++) {
        wire.serviceRequest();
        wire.key("anna", OTHER);
      }
      await().until(() -> !wire.isOpen());
      assertThat(wire.answers()).isEqualTo(2);
      await().until(() -> log.lines().size() >= 4);
      assertThat(log.lines().subList(0, 3)).allMatch(line -> line.startsWith("refused a log-in"));
      assertThat(log.lines().get(3)).endsWith("3 log-ins have failed");
      assertThat(log.lines()).hasSize(4);
    }
  }

  /**
   * The first query of the methods is not counted, and a key that would be accepted is no failure.
   */
  @Test
  void queriesForAKeyAreNoTries() throws Exception {
    serve(Map.of("users", List.of(user()), "max_auth_tries", 2));
    try (LoginWire wire = new LoginWire(server)) {
      wire.none("anna");
      assertThat(wire.answer()).isEqualTo(SshConstants.SSH_MSG_USERAUTH_FAILURE);
      for (int i = 0; i < 5; i++) {
        wire.key("anna", KEY);
        assertThat(wire.answer()).isEqualTo(SshConstants.SSH_MSG_USERAUTH_PK_OK);
      }
      wire.key("anna", OTHER);
      assertThat(wire.answer()).isEqualTo(SshConstants.SSH_MSG_USERAUTH_FAILURE);
      wire.none("anna");
      await().until(() -> !wire.isOpen());
    }
  }

  @Test
  void disabledMethodsCountAndAreReported() throws Exception {
    serve(Map.of("users", List.of(user()), "max_auth_tries", 3));
    try (LogLines log = new LogLines(Refusals.class);
        LoginWire wire = new LoginWire(server)) {
      wire.password("anna", "secret");
      wire.key("anna", "ssh-rsa", OTHER);
      wire.key("nobody?", OTHER);
      await().until(() -> !wire.isOpen());
      await().until(() -> log.lines().size() >= 3);
      assertThat(log.lines().get(0))
          .matches("refused a log-in of anna from 127.0.0.1:[0-9]+: log-ins by password are off");
      assertThat(log.lines().get(1))
          .matches(
              "refused a log-in of anna from 127.0.0.1:[0-9]+: signatures with ssh-rsa are not"
                  + " accepted");
      assertThat(log.lines().get(2))
          .matches(
              "refused a connection from 127.0.0.1:[0-9]+: a log-in as another user than before");
    }
  }

  /**
   * An argon2 hash uses the memory in its parameters, which is not available to all logins at once.
   */
  @Test
  void aPasswordIsCheckedOnlyWithinTheMemoryBudget() throws Exception {
    PasswordHash hash =
        PasswordHash.parse(
            "$argon2id$v=19$m=8192,t=1,p=1$c2FsdHNhbHRzYWx0$H5rnCvoHJK5J3ADJ9mc9NL74Ow2lIMZ5zI+CyR256y0");
    UserAccount anna = new UserAccount("anna", List.of(), hash, VfsPath.ROOT, false, null);
    Users users = new Users(List.of(anna), List::of, clock);
    MemoryBudget memory = new MemoryBudget(8 << 20, 64 << 20);
    server = TestServer.start(state, memory, users, throttle, clock, Map.of());
    try (LogLines log = new LogLines(Refusals.class);
        LoginWire wire = new LoginWire(server)) {
      wire.password("anna", "guess");
      assertThat(wire.answer()).isEqualTo(SshConstants.SSH_MSG_USERAUTH_FAILURE);
      assertThat(log.lines()).singleElement().asString().endsWith("no memory to check a password");
    }
    await().until(() -> memory.level(MemoryBudget.Area.HEAP).used() == 0);
  }

  /**
   * Without memory for the client's data the session is refused with a reason, instead of waiting
   * in vain.
   */
  @Test
  void aSessionWithoutMemoryIsRefused() throws Exception {
    MemoryBudget memory = new MemoryBudget(16 << 20, 16 << 20);
    serve(memory, this::lookSlowly, Map.of());
    try (LogLines log = new LogLines(Refusals.class);
        TestClient client = new TestClient();
        ClientSession session = client.connect(server, "anna")) {
      session.addPublicKeyIdentity(KEY);
      var login = session.auth();
      await().until(() -> looks.get() > 0);
      for (int i = 0; i < 1000; i++) {
        MemoryBudget.Account other = memory.open();
        while (other.tryTake(MemoryBudget.Use.CONTENTS, 16 << 10)) {}
      }
      held.countDown();
      await().until(() -> login.isDone() && !session.isOpen());
      assertThat(log.lines())
          .singleElement()
          .asString()
          .matches("refused a session of anna from 127.0.0.1:[0-9]+: no memory left");
      assertThat(server.sessions()).isEmpty();
    }
  }

  /** MINA's client does this; MINA's own server would end the connection. */
  @Test
  void keysMayBeExchangedAgainWhileALogInIsDecided() throws Exception {
    serve(new MemoryBudget(64 << 20, 64 << 20), this::lookSlowly, Map.of());
    try (TestClient client = new TestClient();
        ClientSession session = client.connect(server, "anna")) {
      session.addPublicKeyIdentity(KEY);
      var login = session.auth();
      await().until(() -> looks.get() > 0);
      var exchange = session.reExchangeKeys();
      held.countDown();
      exchange.verify(TestClient.LIMIT);
      login.verify(TestClient.LIMIT);
      try (SftpClient sftp = TestClient.sftp(session)) {
        assertThat(sftp.canonicalPath(".")).isEqualTo("/");
      }
    }
  }

  /**
   * If a login cancelled all failures, a user who may log in could guess others' passwords from the
   * same address without delay.
   */
  @Test
  void aLogInCancelsOnlyItsOwnFailures() throws Exception {
    throttle = new LoginThrottle(clock, Duration.ofHours(1));
    InetAddress here = InetAddress.getLoopbackAddress();
    throttle.failed(here);
    throttle.failed(here);
    serve(new MemoryBudget(64 << 20, 64 << 20), this::lookSlowly, Map.of());
    held.countDown();
    try (TestClient client = new TestClient();
        ClientSession session = client.connect(server, "anna")) {
      session.addPublicKeyIdentity(OTHER); // the third failure of this address
      session.addPublicKeyIdentity(KEY);
      session.auth().verify(TestClient.LIMIT);
      await().until(() -> !server.sessions().isEmpty());
      assertThat(throttle.failed(here)).isZero(); // the third again
      assertThat(throttle.failed(here)).isPositive();
    }
  }

  /** The server does not wait an hour for a client that is gone. */
  @Test
  void aDelayEndsWithItsConnection() throws Exception {
    throttle = new LoginThrottle(clock, Duration.ofHours(1));
    for (int i = 0; i < 100; i++) {
      throttle.failed(InetAddress.getLoopbackAddress());
    }
    serve(
        new MemoryBudget(64 << 20, 64 << 20),
        () -> {
          looks.incrementAndGet();
          return List.of();
        },
        Map.of("login_grace_time", "1m"));
    try (LoginWire wire = new LoginWire(server)) {
      wire.key("anna", OTHER);
      await().until(() -> looks.get() > 0);
      clock.pass(Duration.ofMinutes(2));
      await().until(() -> !wire.isOpen());
      await()
          .until(
              () ->
                  Thread.getAllStackTraces().keySet().stream()
                      .noneMatch(thread -> thread.getName().startsWith("sftp-read-")));
    }
  }

  /** Collects what a class logs. */
  static final class LogLines implements AutoCloseable {
    private final Logger logger;
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

    LogLines(Class<?> type) {
      logger = (Logger) LoggerFactory.getLogger(type);
      appender.start();
      logger.addAppender(appender);
    }

    List<String> lines() {
      return List.copyOf(appender.list).stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Override
    public void close() {
      logger.detachAppender(appender);
    }
  }
}
