package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.FileSystem;
import dev.warren.localfs.LocalfsPlugin;
import dev.warren.testkit.TestContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A host is killed on a real disk, and the next one completes the jobs that it had accepted. */
@Tag("slow")
class KillTest {
  @TempDir Path directory;
  private final List<TestContext> contexts = new ArrayList<>();

  @AfterEach
  void close() {
    contexts.forEach(TestContext::close);
  }

  private static Map<String, Object> config(Path data, String url) {
    Map<String, Object> config = Mount.config(url);
    config.remove("inner");
    config.put("data_dir", data.toString());
    return config;
  }

  private FileSystem host(Path data, String url) throws Exception {
    TestContext context = TestContext.in(directory, new LocalfsPlugin());
    contexts.add(context);
    return TestContext.open(new GptfsPlugin(), context, config(data, url));
  }

  @ParameterizedTest
  @EnumSource(CrashPoint.class)
  void at(CrashPoint point) throws Exception {
    Path data = directory.resolve("data");
    try (FakeModel model = new FakeModel()) {
      Process child =
          new ProcessBuilder(
                  List.of(
                      Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                      "--enable-native-access=ALL-UNNAMED",
                      "-XX:TieredStopAtLevel=1",
                      "-XX:+UseSerialGC",
                      "-cp",
                      System.getProperty("java.class.path"),
                      CrashChild.class.getName(),
                      data.toString(),
                      model.url(),
                      point.name()))
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("child.log").toFile())
              .start();
      assertThat(child.waitFor())
          .as(() -> log(directory.resolve("child.log")))
          .isEqualTo(CrashChild.HALTED);
      boolean closed = Files.exists(directory.resolve("closed"));
      Path outbox = data.resolve("outbox");
      FileSystem host = host(data, model.url());
      try {
        boolean upload = point.compareTo(CrashPoint.BEFORE_SETTLING_IS_KEPT) <= 0;
        if (upload) {
          assertThat(closed).isFalse();
          // The close was not confirmed to the client; an incomplete file must not be sent.
          assertThat(model.bodies).allMatch(body -> FakeModel.prompt(body).equals("hello"));
        } else {
          Until.holds(
              "answered",
              () ->
                  Files.exists(outbox.resolve("p_status.json"))
                      && Files.readString(outbox.resolve("p_status.json"))
                          .contains("\"completed\""));
          assertThat(outbox.resolve("p_response.txt")).hasContent("re: hello");
          assertThat(model.calls()).isBetween(1, 2);
          if (model.calls() == 2) {
            assertThat(Files.readString(outbox.resolve("p_status.json")))
                .contains("\"possible_duplicate\":true");
          }
        }
      } finally {
        host.close();
      }
      assertNoKey(directory);
    }
  }

  private static String log(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** The key is in no file: neither in the data, nor in the state, nor in the log. */
  private static void assertNoKey(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
            .as(file.toString())
            .doesNotContain(Mount.KEY);
      }
    }
  }

  @Test
  void aSecondHostOnTheSameDirectoryIsRefused() throws Exception {
    Path data = directory.resolve("data");
    FileSystem first = host(data, "http://127.0.0.1:1/v1/chat/completions");
    try {
      assertThatThrownBy(() -> host(data, "http://127.0.0.1:1/v1/chat/completions"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("another gptfs");
    } finally {
      first.close();
    }
    host(data, "http://127.0.0.1:1/v1/chat/completions").close();
  }
}
