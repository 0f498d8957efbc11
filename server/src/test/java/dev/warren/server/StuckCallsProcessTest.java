package dev.warren.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.memfs.MemfsPlugin;
import dev.warren.server.plugin.PluginHome;
import dev.warren.sysfs.SysfsPlugin;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A mount whose system calls never return, in a host whose virtual threads have a single carrier:
 * one call that pins it would stop all virtual threads.
 */
@Tag("slow")
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StuckCallsProcessTest {
  private static final Map<String, String> ONE_CARRIER =
      Map.of(
          "JDK_JAVA_OPTIONS",
          "-Djdk.virtualThreadScheduler.parallelism=1"
              + " -Djdk.virtualThreadScheduler.maxPoolSize=1");

  @TempDir Path home;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<NinepWitness> waiting = new ArrayList<>();

  @BeforeEach
  void install() throws IOException {
    PluginHome.install(home, "memfs", MemfsPlugin.class);
    PluginHome.install(home, "sysfs", SysfsPlugin.class);
    StuckPlugin.install(home);
    Files.writeString(
        home.resolve("config.yaml"),
        """
        server: {drain_timeout: 1s}
        ninep: {listen: ['unix:./state/9p.sock']}
        http: {listen: ['127.0.0.1:0']}
        plugins:
          memfs: {path: /tmp}
          sysfs: {path: /sys}
          stuck: {path: /stuck}
        """);
  }

  @AfterEach
  void end() throws IOException {
    for (NinepWitness each : waiting) {
      each.close();
    }
    http.close();
  }

  private NinepWitness connect() throws IOException {
    return new NinepWitness(home.resolve("state/9p.sock"));
  }

  private void hang(int calls) throws IOException {
    for (int i = 0; i < calls; i++) {
      NinepWitness each = connect();
      waiting.add(each);
      each.ask("stuck", "never" + i);
    }
  }

  private String get(URI http, String path) throws Exception {
    return this.http
        .send(
            HttpRequest.newBuilder(http.resolve(path)).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private static URI address(WarrenProcess warren) {
    String line = warren.line("  http on ");
    return URI.create(line.substring(line.indexOf("http://")).strip());
  }

  @Test
  void everythingElseContinuesAndTheHostEnds() throws Exception {
    try (WarrenProcess warren = new WarrenProcess(home, ONE_CARRIER, "serve")) {
      warren.await("ready after");
      URI http = address(warren);
      hang(70); // more calls than the pool has threads
      try (NinepWitness witness = connect()) {
        String metrics = get(http, "/metrics");
        while (!metrics.contains(
            "warren_mount_blocked_calls{mount=\"/stuck\",plugin=\"stuck\",state=\"queued\"} 6.0")) {
          metrics = get(http, "/metrics");
        }
        assertThat(metrics)
            .contains(
                "warren_mount_blocked_calls{mount=\"/stuck\",plugin=\"stuck\",state=\"running\"}"
                    + " 64.0")
            .contains(
                "warren_mount_blocked_calls{mount=\"/tmp\",plugin=\"memfs\",state=\"running\"}"
                    + " 0.0");
        witness.mkdir("tmp", "d");
        assertThat(witness.stat("tmp", "d") & 0170000).isEqualTo(0040000);
        assertThatThrownBy(() -> witness.stat("none")).hasMessage("errno 2");
        assertThat(get(http, "/readyz")).contains("/stuck");
        assertThat(get(http, "/status.json")).contains("\"/stuck\"");
      }
      warren.signal("TERM");
      assertThat(warren.exitStatus()).isZero();
      warren.line("stuck at /stuck does not answer: stat /never");
      warren.line("ended");
      assertThat(home.resolve("state/9p.sock")).doesNotExist();
    }
    try (WarrenProcess next = new WarrenProcess(home, "serve")) {
      next.await("ready after");
      next.signal("TERM");
      assertThat(next.exitStatus()).isZero();
    }
  }
}
