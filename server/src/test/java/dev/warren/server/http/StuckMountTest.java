package dev.warren.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FileSystem;
import dev.warren.api.Plugin;
import dev.warren.api.PluginContext;
import dev.warren.api.VfsPath;
import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigSpec;
import dev.warren.api.synthetic.SyntheticDirectory;
import dev.warren.api.synthetic.SyntheticFile;
import dev.warren.api.synthetic.SyntheticFileSystem;
import dev.warren.server.config.ConfigurationReader;
import dev.warren.server.host.Host;
import dev.warren.server.log.LogMemory;
import dev.warren.server.log.Redactor;
import dev.warren.server.plugin.PluginLoader;
import dev.warren.server.plugin.PluginSet;
import dev.warren.server.plugin.TestPlugins;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mount whose file system and gauges hang affects nothing on the pages but its own values. */
class StuckMountTest {
  @TempDir Path directory;
  private final CountDownLatch release = new CountDownLatch(1);
  private final HttpClient client = HttpClient.newHttpClient();
  private final Map<VfsPath, PluginContext> contexts = new HashMap<>();
  private Host host;

  /** Has a file with jobs that the status page reads. */
  private final class Hanging implements Plugin {
    private static final ConfigKey<Boolean> HANGS =
        ConfigKey.bool("hangs", "whether it does").withDefault(false);

    @Override
    public String name() {
      return "gptfs";
    }

    @Override
    public ConfigSpec configSpec() {
      return ConfigSpec.of(HANGS);
    }

    @Override
    public String readme() {
      return "# hanging\n";
    }

    @Override
    public Optional<String> jobsFile() {
      return Optional.of("stats.json");
    }

    @Override
    public FileSystem open(PluginContext context, Config config) {
      boolean hangs = config.get(HANGS);
      contexts.put(context.mountPath(), context);
      context.metrics().gauge("sample_queue", () -> Integer.parseInt(wait(hangs, "7")));
      return new SyntheticFileSystem(
          SyntheticDirectory.fixed()
              .with("stats.json", SyntheticFile.text(() -> wait(hangs, "{\"n\":1}"))));
    }

    private String wait(boolean hangs, String text) {
      try {
        if (hangs) {
          release.await();
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return text;
    }
  }

  @BeforeEach
  void start() throws Exception {
    PluginSet known = TestPlugins.of(new Hanging());
    List<dev.warren.frontend.FrontEnd> frontEnds = List.of(new HttpFrontEnd());
    Path file =
        Files.writeString(
            directory.resolve("config.yaml"),
            """
            server: {admin_plugins: [], drain_timeout: 1s, state_dir: '%s'}
            http: {listen: '127.0.0.1:0'}
            plugins: {gptfs: [{path: /fine}, {path: /stuck, config: {hangs: true}}]}
            """
                .formatted(directory.resolve("state")));
    host =
        Host.start(
            new Host.Parts(
                file,
                new ConfigurationReader(frontEnds, _ -> known, _ -> null, new Redactor()),
                new PluginLoader(List.of()),
                "1.2.3"),
            false);
  }

  @AfterEach
  void stop() throws Exception {
    release.countDown();
    host.stop();
    client.close();
  }

  private String get(String path, int status) throws Exception {
    URI uri = URI.create(host.addresses().get("http").getFirst()).resolve(path);
    HttpResponse<String> answer =
        client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(path).isEqualTo(status);
    return answer.body();
  }

  private String get(String path) throws Exception {
    return get(path, 200);
  }

  @Test
  void thePagesRespond() throws Exception {
    assertThat(get("/status.json"))
        .contains("\"jobs\":[{\"path\":\"/fine\",\"stats\":\"{\\\"n\\\":1}")
        .doesNotContain("\"path\":\"/stuck\",\"stats\"");
    assertThat(get("/metrics"))
        .contains("\nsample_queue{mount=\"/fine\"} 7.0\n")
        .contains("\nwarren_mount_up{mount=\"/stuck\",plugin=\"gptfs\"} 1.0\n")
        .doesNotContain("sample_queue{mount=\"/stuck\"}");
    assertThat(get("/readyz")).contains("ok   /fine gptfs up\nok   /stuck gptfs up\n");
    assertThat(get("/healthz")).isEqualTo("ok\n");
    assertThat(get("/")).startsWith("<!doctype html>");
  }

  @Test
  void aMountThatNoLongerAcceptsRequestsIsNotReady() throws Exception {
    long logged = LogMemory.PROCESS.end();
    contexts.get(VfsPath.parse("/fine")).unable("the disk has failed\nfor good");
    contexts.get(VfsPath.parse("/fine")).unable("the disk has failed\nfor good");
    assertThat(get("/readyz", 503))
        .contains("FAIL /fine gptfs unable: the disk has failed for good\nok   /stuck gptfs up\n");
    assertThat(get("/status.json"))
        .contains("\"state\":\"unable\",\"error\":\"the disk has failed\\nfor good\"")
        .contains("{\"path\":\"/fine\",\"stats\":");
    contexts.get(VfsPath.parse("/fine")).unable(null);
    assertThat(get("/readyz")).contains("ok   /fine gptfs up\n");
    ByteBuffer log = ByteBuffer.allocate(100_000);
    LogMemory.PROCESS.read(logged, log);
    assertThat(UTF_8.decode(log.flip()).toString())
        .containsOnlyOnce("WARN  gptfs:/fine: it accepts no more requests: the disk has failed")
        .containsOnlyOnce("INFO  gptfs:/fine: it accepts requests again");
  }
}
