package dev.warren.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.memfs.MemfsPlugin;
import dev.warren.server.config.ConfigurationException;
import dev.warren.server.config.ConfigurationReader;
import dev.warren.server.host.Host;
import dev.warren.server.log.Redactor;
import dev.warren.server.plugin.PluginLoader;
import dev.warren.server.plugin.PluginSet;
import dev.warren.server.plugin.TestPlugins;
import dev.warren.sysfs.SysfsPlugin;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpListenerTest {
  @TempDir Path directory;
  private Host host;

  @AfterEach
  void stop() throws InterruptedException {
    if (host != null) {
      host.stop();
    }
  }

  private void start(String http, String plugins)
      throws IOException, ConfigurationException, InterruptedException {
    PluginSet known = TestPlugins.of(new MemfsPlugin(), new SysfsPlugin());
    List<dev.warren.frontend.FrontEnd> frontEnds = List.of(new HttpFrontEnd());
    Path file =
        Files.writeString(
            directory.resolve("config.yaml"),
            "server: {admin_plugins: [], drain_timeout: 1s, state_dir: '%s'}\nhttp: {%s}\nplugins: {%s}\n"
                .formatted(directory.resolve("state"), http, plugins));
    host =
        Host.start(
            new Host.Parts(
                file,
                new ConfigurationReader(frontEnds, _ -> known, _ -> null, new Redactor()),
                new PluginLoader(List.of()),
                "1.2.3"),
            false);
  }

  private void start(String plugins)
      throws IOException, ConfigurationException, InterruptedException {
    start("listen: 127.0.0.1:0", plugins);
  }

  private int port() {
    return URI.create(host.addresses().get("http").getFirst()).getPort();
  }

  private String ask(String head) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      socket.getOutputStream().write((head + "\r\nConnection: close\r\n\r\n").getBytes(US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  private String get(String path) throws IOException {
    return ask("GET " + path + " HTTP/1.1\r\nHost: localhost:" + port());
  }

  @Test
  void readyListsTheMountsThatAreUp() throws Exception {
    start("memfs: [{path: /a}, {path: /b}]");
    assertThat(get("/readyz"))
        .startsWith("HTTP/1.1 200 ")
        .endsWith("ok   /a memfs up\nok   /b memfs up\n");
    assertThat(get("/healthz")).startsWith("HTTP/1.1 200 ").endsWith("ok\n");
  }

  @Test
  void notReadyListsFailedMountsWithReasons() throws Exception {
    start("memfs: {path: /a}, sysfs: {path: /sys}");
    assertThat(get("/readyz"))
        .startsWith("HTTP/1.1 503 ")
        .contains("ok   /a memfs up\n")
        .contains("FAIL /sys sysfs failed: sysfs at /sys cannot be opened: this host does not");
    assertThat(get("/healthz")).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void metricsAreInPrometheusFormat() throws Exception {
    start("memfs: {path: /a}");
    assertThat(get("/metrics"))
        .contains("Content-type: text/plain; version=0.0.4")
        .contains("\nwarren_mount_up{mount=\"/a\",plugin=\"memfs\"} 1.0\n")
        .contains("\njvm_memory_used_bytes{");
  }

  @Test
  void statusIsJsonWithoutConfiguration() throws Exception {
    start("memfs: {path: /a, name: <b>, config: {max_bytes: 4711}}");
    assertThat(get("/status.json"))
        .contains("\"version\":\"1.2.3\"")
        .contains("{\"path\":\"/a\",\"plugin\":\"memfs\",\"name\":\"<b>\",\"state\":\"up\"")
        .contains("\"sessions\":[],\"jobs\":[],\"interval_seconds\":5,\"throughput\":[]")
        .contains("X-content-type-options: nosniff")
        .doesNotContain("4711");
  }

  @Test
  void thePageRunsOnlyItsOwnScript() throws Exception {
    start("memfs: {path: /a}");
    String page = get("/");
    assertThat(page)
        .startsWith("HTTP/1.1 200 ")
        .containsPattern(
            "Content-security-policy: default-src 'none';.* script-src 'sha256-[^']{44}';"
                + " style-src 'sha256-[^']{44}'\r\n")
        .doesNotContain(" style=", "@import", "url(")
        .doesNotContainPattern("(src|href)=\"(http|//)")
        .doesNotContainPattern("<[^>]* on[a-z]+=");
  }

  @ParameterizedTest
  @CsvSource({
    "GET,    /nowhere,       localhost,        404",
    "GET,    /metrics/x,     localhost,        404",
    "POST,   /metrics,       localhost,        405",
    "DELETE, /,              localhost,        405",
    "HEAD,   /,              localhost,        200",
    "GET,    /healthz,       LOCALHOST:2080,   200",
    "GET,    /healthz,       127.0.0.1,        200",
    "GET,    /healthz,       [::1]:2080,       200",
    "GET,    /healthz,       evil.example,     421",
    "GET,    /healthz,       localhost.evil.example:2080, 421",
    "GET,    /healthz,       127.0.0.1.evil.example, 421"
  })
  void answersOnlyRequestsForItsOwnName(String method, String path, String name, int status)
      throws Exception {
    start("memfs: {path: /a}");
    assertThat(ask("%s %s HTTP/1.1\r\nHost: %s".formatted(method, path, name)))
        .startsWith("HTTP/1.1 " + status + " ");
  }

  @Test
  void headHasNoBody() throws Exception {
    start("memfs: {path: /a}");
    assertThat(ask("HEAD / HTTP/1.1\r\nHost: localhost"))
        .containsPattern("Content-length: [0-9]{4,}\r\n")
        .endsWith("\r\n\r\n");
  }

  @Test
  void aRequestWithoutHostIsRefused() throws Exception {
    start("memfs: {path: /a}");
    assertThat(ask("GET /healthz HTTP/1.0")).startsWith("HTTP/1.1 421 ");
  }

  @Test
  void furtherNamesCanBeAllowed() throws Exception {
    start("listen: '127.0.0.1:0', hosts: [Warren.example]", "memfs: {path: /a}");
    assertThat(ask("GET /healthz HTTP/1.1\r\nHost: warren.example")).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void headersAreBounded() throws Exception {
    start("memfs: {path: /a}");
    String head = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ";
    assertThat(ask(head + "x".repeat(10_000))).contains(" 200 ");
    String answer = "";
    try {
      answer = ask(head + "x".repeat(20_000));
    } catch (SocketException _) {
      // reset: the connection was closed with a part of the request unread
    }
    assertThat(answer).doesNotContain(" 200 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0:0", "'[::]:0'", "192.0.2.1:80"})
  void otherMachinesCannotReachItByDefault(String address) {
    assertThatThrownBy(() -> start("listen: " + address, "memfs: {path: /a}"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("write 'allow_remote: true' if this is meant");
  }

  @Test
  void otherMachinesCanReachItIfConfigured() throws Exception {
    start("listen: 0.0.0.0:0, allow_remote: true", "memfs: {path: /a}");
    assertThat(get("/healthz")).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void aSettingOfOneAddressDoesNotApplyToOthers() throws Exception {
    String one = "{address: '0.0.0.0:0', allow_remote: true}";
    assertThatThrownBy(() -> start("listen: [%s, '[::]:0']".formatted(one), "memfs: {path: /a}"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("other machines can reach '[::]:0'")
        .hasMessageNotContaining("0.0.0.0");
    start("listen: ['127.0.0.1:0', %s]".formatted(one), "memfs: {path: /a}");
    assertThat(host.addresses().get("http")).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{adress: '127.0.0.1:0'}", "{address: x}", "{allow_remote: true}", "{address: 1}"})
  void anInvalidMapIsRefusedWithItsPosition(String map) {
    assertThatThrownBy(() -> start("listen: [%s]".formatted(map), "memfs: {path: /a}"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("config.yaml:2:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2080", "localhost", "'::1:80'", "127.0.0.1:65536", "':80'"})
  void addressesAreHostAndPort(String address) {
    assertThatThrownBy(() -> start("listen: " + address, "memfs: {path: /a}"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("config.yaml:2:");
  }

  @Test
  void anAddressInUseIsNamed() throws Exception {
    start("memfs: {path: /a}");
    int port = port();
    Host first = host;
    directory = Files.createDirectory(directory.resolve("second"));
    try {
      assertThatThrownBy(() -> start("listen: 127.0.0.1:" + port, "memfs: {path: /a}"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("http cannot listen on 127.0.0.1:" + port);
    } finally {
      host = first;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET /healthz HTTP/1.1,                                              400",
    "GET /healthz HTTP/1.1|Host: localhost|Host: localhost,              400",
    "GET /healthz HTTP/1.1|Host: localhost|: x,                          400",
    "GET healthz HTTP/1.1|Host: localhost,                               404",
    "GET /%zz HTTP/1.1|Host: localhost,                                  400",
    "GET http://localhost/healthz HTTP/1.1|Host: evil.example,           200",
    "GET http://evil.example/healthz HTTP/1.1|Host: localhost,           421",
    "GET /healthz?x=1 HTTP/1.1|Host: localhost,                          200",
    "GET /%68ealthz HTTP/1.1|Host: localhost,                            200",
    "OPTIONS * HTTP/1.1|Host: localhost,                                 405",
    "GET /healthz HTTP/2.0|Host: localhost,                              505",
    "hello,                                                              400",
    "POST /healthz HTTP/1.1|Host: localhost|Content-Length: 100000,      413",
    "POST /healthz HTTP/1.1|Host: localhost|Content-Length: 100000|Expect: 100-continue, 405"
  })
  void invalidRequestsGetAReason(String head, int status) throws Exception {
    start("memfs: {path: /a}");
    String text = head.replace("|", "\r\n");
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      boolean body = status == 413;
      socket
          .getOutputStream()
          .write(
              (text + "\r\nConnection: close\r\n\r\n" + (body ? "x".repeat(100_000) : ""))
                  .getBytes(US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
          .startsWith("HTTP/1.1 " + status + " ")
          .contains("\r\nConnection: close\r\n");
    }
  }

  @Test
  void requestsThatAreTooLongGetAReason() throws Exception {
    start("memfs: {path: /a}");
    assertThat(ask("GET /" + "x".repeat(9000) + " HTTP/1.1\r\nHost: localhost"))
        .startsWith("HTTP/1.1 414 ");
    assertThat(ask("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(17_000)))
        .startsWith("HTTP/1.1 431 ");
  }

  @Test
  void aRefusedMethodGetsTheAllowedOnes() throws Exception {
    start("memfs: {path: /a}");
    assertThat(ask("POST / HTTP/1.1\r\nHost: localhost")).contains("\r\nAllow: GET, HEAD\r\n");
  }

  @SuppressWarnings("StringConcatToTextBlock") // the line ends matter
  @Test
  void aConnectionServesManyRequests() throws Exception {
    start("memfs: {path: /a}");
    String host = " HTTP/1.1\r\nHost: localhost\r\n";
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      socket
          .getOutputStream()
          .write(
              ("HEAD /metrics%1$s\r\nPOST /%1$sContent-Length: 5\r\n\r\nhello"
                      + "GET /readyz%1$sConnection: close\r\n\r\n")
                  .formatted(host)
                  .getBytes(US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
          .matches(
              "(?s)HTTP/1.1 200 OK\r\n.*\r\n\r\nHTTP/1.1 405 .*GET only\n"
                  + "HTTP/1.1 200 OK.*\r\n\r\nok   /a memfs up\n");
    }
  }

  @Test
  void theConnectionsAreCounted() throws Exception {
    start("memfs: {path: /a}");
    assertThat(get("/metrics"))
        .contains("\nhttp_connections 1.0\n")
        .contains("\nhttp_connections_dropped_total{reason=\"quota\",source=\"loopback\"} 0.0\n");
  }
}
