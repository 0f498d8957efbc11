package dev.warren.sftp;

import static dev.warren.testkit.Waiting.await;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.Metrics;
import dev.warren.frontend.RunningFrontEnd;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.sftp.LoginTest.LogLines;
import dev.warren.sftp.source.Refusals;
import dev.warren.sftp.source.Refusals.Why;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The expression for fail2ban in docs/sftp.md finds the address in the lines that are logged. */
class FailregexTest {
  /** What fail2ban puts in place of {@code <ADDR>}, but for the syntax of names. */
  private static final String ADDR =
      "(?:(?:::f{4,6}:)?(?<ip4>(?:\\d{1,3}\\.){3}\\d{1,3})"
          + "|\\[?(?<ip6>(?:[0-9a-fA-F]{1,4}::?|:){1,7}(?:[0-9a-fA-F]{1,4}|(?<=:):))\\]?)";

  private static final String HASH =
      "$2b$08$KBCwKxOzLha2MUDkMkFfgutZQlt76XpiJ2LcsvxF/9Vs0udMhWV5."; // of "correct horse"

  @TempDir Path state;

  private static Pattern failregex() throws IOException {
    String written =
        Files.readAllLines(Path.of("../../docs/sftp.md")).stream()
            .map(String::strip)
            .filter(line -> line.startsWith("failregex = "))
            .findFirst()
            .orElseThrow()
            .substring("failregex = ".length());
    assertThat(written).containsOnlyOnce("<ADDR>");
    return Pattern.compile(written.replace("<ADDR>", ADDR));
  }

  private static String address(String line) throws IOException {
    Matcher found = failregex().matcher("INFO  Refusals: " + line);
    assertThat(found.find()).as(line).isTrue();
    return found.group("ip4") == null ? found.group("ip6") : found.group("ip4");
  }

  private RunningFrontEnd serve(Map<String, ?> config) throws IOException {
    Map<String, Object> all = new HashMap<>(Map.of("login_grace_time", "10m"));
    all.putAll(config);
    return TestServer.start(new MemoryFileSystem(), state, all);
  }

  @Test
  void aWrongPasswordAndTooManyTriesAreFound() throws Exception {
    try (RunningFrontEnd server =
            serve(
                Map.of(
                    "users",
                    List.of(Map.of("name", "anna", "password", HASH)),
                    "max_auth_tries",
                    1));
        LogLines log = new LogLines(Refusals.class);
        LoginWire wire = new LoginWire(server)) {
      wire.password("anna", "wrong horse");
      await().until(() -> log.lines().size() == 2);
      assertThat(log.lines().get(0)).endsWith(": wrong password");
      assertThat(log.lines().get(1)).endsWith(": 1 log-ins have failed");
      assertThat(address(log.lines().get(0))).isEqualTo("127.0.0.1");
      assertThat(address(log.lines().get(1))).isEqualTo("127.0.0.1");
    }
  }

  @Test
  void aMethodThatIsOffIsFound() throws Exception {
    String key = TestKeys.line(TestKeys.ed25519());
    try (RunningFrontEnd server =
            serve(Map.of("users", List.of(Map.of("name", "anna", "authorized_keys", key))));
        LogLines log = new LogLines(Refusals.class);
        LoginWire wire = new LoginWire(server)) {
      wire.password("anna", "secret");
      await().until(() -> log.lines().size() == 1);
      assertThat(log.lines().getFirst()).endsWith(": log-ins by password are off");
      assertThat(address(log.lines().getFirst())).isEqualTo("127.0.0.1");
    }
  }

  @Test
  void anIpv6AddressIsFound() throws Exception {
    List<Socket> clients = new ArrayList<>();
    try (RunningFrontEnd server =
            serve(Map.of("proxies", List.of("127.0.0.1"), "max_startups", 2));
        LogLines log = new LogLines(Refusals.class)) {
      for (int i = 0; i < 5; i++) {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), TestClient.port(server));
        clients.add(client);
        client
            .getOutputStream()
            .write("PROXY TCP6 2001:db8::7 2001:db8::1 4711 2022\r\n".getBytes(US_ASCII));
        assertThat(client.getInputStream().readNBytes(8)).asString(US_ASCII).isEqualTo("SSH-2.0-");
      }
      await().until(() -> !log.lines().isEmpty());
      assertThat(log.lines().getFirst())
          .startsWith("refused a connection from [2001:db8::7]:4711: ");
      assertThat(address(log.lines().getFirst())).isEqualTo("2001:db8::7");
    } finally {
      for (Socket client : clients) {
        client.close();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.7", "2001:db8:1:2::7"})
  void theSummaryOfAMinuteIsFound(String address) throws Exception {
    TestClock clock = new TestClock();
    Refusals refusals = new Refusals(clock, Metrics.NONE);
    InetSocketAddress remote = new InetSocketAddress(InetAddress.ofLiteral(address), 4711);
    try (LogLines log = new LogLines(Refusals.class)) {
      for (int i = 0; i < 30; i++) {
        refusals.refused(remote, Why.LOGIN, "refused");
      }
      clock.pass(Duration.ofMinutes(1));
      refusals.tick();
      assertThat(log.lines()).last().asString().startsWith("refused 20 more from ");
      assertThat(address(log.lines().getLast())).isEqualTo(address);
    }
  }

  /** A client that has logged in, even with too many sessions, is not an attacker. */
  @Test
  void otherLinesAreNotFound() throws Exception {
    assertThat(
            failregex()
                .matcher(
                    "INFO  Connections: refused a session of anna from 192.0.2.7:4711: too many")
                .find())
        .isFalse();
    assertThat(
            failregex()
                .matcher("INFO  Refusals: refused 20 more from other addresses within a minute")
                .find())
        .isFalse();
  }
}
