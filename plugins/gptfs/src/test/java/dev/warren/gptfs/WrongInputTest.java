package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.ForwardingFileSystem;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.gptfs.json.Json;
import dev.warren.memfs.MemoryFileSystem;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Invalid input makes its own job fail, with a reason, and affects no other job. */
class WrongInputTest {
  private static final String LINE =
      "{\"custom_id\":\"1\",\"body\":{\"messages\":[{\"content\":\"na\u00efve\"}]}}\n";
  private static final String REQUEST = "{\"messages\":[{\"content\":\"na\u00efve\"}]}";

  private FakeModel model;
  private Map<String, Object> config;
  private Mount mount;

  @BeforeEach
  void start() throws Exception {
    model = new FakeModel();
    config = Mount.config(model.url());
    config.put("workers", 2);
  }

  @AfterEach
  void close() throws Exception {
    mount.close();
    model.close();
  }

  private void open() throws Exception {
    mount = Mount.open(new MemoryFileSystem(), config);
  }

  private void othersGoOn() throws Exception {
    mount.put("inbox/other.txt", "hi");
    assertThat(mount.read("wait/other")).isEqualTo("re: hi");
    mount.put("inbox/other.jsonl", LINE);
    assertThat(mount.read("wait/other.jsonl")).contains("re: na\u00efve");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stop: &a [*a]",
        "parameters: &a {stop: *a}",
        "stop: [[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]",
        "seed: !!int abc",
        "seed: .nan",
        "stop: !!binary \"%%%\"",
        "stop: 2020-01-01",
        "response_format: {? [1] : 2}",
        "stop: [",
        "- a"
      })
  void aConfigurationThatJsonCannotRepresentFailsItsPrompts(String yaml) throws Exception {
    open();
    mount.fs.mkdir(Mount.path("inbox/d"), 0755);
    mount.put("inbox/d/_config.yaml", yaml);
    for (int i = 0; i < 70; i++) { // more than may settle at the same time
      mount.put("inbox/d/p" + i + ".txt", "hi");
    }
    for (int i = 0; i < 70; i++) {
      mount.awaitState("d/p" + i, "failed");
    }
    assertThat(mount.status("d/p0").at("/error/class").asString()).isEqualTo("invalid_options");
    assertThat(mount.status("d/p0").path("message").asString()).contains("d/_config.yaml");
    othersGoOn();
  }

  @ParameterizedTest
  @ValueSource(strings = {"_config.yaml", "_config.yml"})
  void aDirectoryOrAHugeFileOfTheNameFailsItsPrompts(String name) throws Exception {
    open();
    mount.fs.mkdir(Mount.path("inbox/a"), 0755);
    mount.fs.mkdir(Mount.path("inbox/a/" + name), 0755);
    mount.put("inbox/a/p.txt", "hi");
    mount.put("inbox/a/" + name + "/q.txt", "hi");
    mount.fs.mkdir(Mount.path("inbox/b"), 0755);
    mount.put("inbox/b/" + name, "#".repeat(1 << 17));
    mount.put("inbox/b/p.txt", "hi");
    for (String base : new String[] {"a/p", "a/" + name + "/q", "b/p"}) {
      mount.awaitState(base, "failed");
      assertThat(mount.status(base).path("message").asString()).contains(name);
    }
    othersGoOn();
  }

  @Test
  void promptsThatFailedDueToAConfigurationAreTriedAgainWhenItChanges() throws Exception {
    open();
    mount.fs.mkdir(Mount.path("inbox/a"), 0755);
    mount.fs.mkdir(Mount.path("inbox/a/_config.yaml"), 0755);
    mount.put("inbox/a/p.txt", "one");
    mount.awaitState("a/p", "failed");
    mount.fs.rmdir(Mount.path("inbox/a/_config.yaml"));
    assertThat(mount.read("wait/a/p")).isEqualTo("re: one");
    mount.put("inbox/a/_config.yaml", "seed: !!int abc");
    mount.put("inbox/a/p.txt", "two");
    mount.awaitState("a/p", "failed");
    mount.put("inbox/a/_config.yaml", "seed: 3");
    assertThat(mount.read("wait/a/p")).isEqualTo("re: two");
    assertThat(model.bodies.getLast()).contains("\"seed\":3");
    mount.put("inbox/_config.yaml", "wrong: 1");
    mount.put("inbox/a/p.txt", "three");
    mount.awaitState("a/p", "failed");
    mount.fs.rename(Mount.path("inbox/_config.yaml"), Mount.path("inbox/old.bak"), true);
    assertThat(mount.read("wait/a/p")).isEqualTo("re: three");
    mount.fs.rename(Mount.path("inbox/old.bak"), Mount.path("inbox/_config.yaml"), true);
    mount.put("inbox/a/p.txt", "four");
    mount.awaitState("a/p", "failed");
    mount.fs.unlink(Mount.path("inbox/_config.yaml"));
    assertThat(mount.read("wait/a/p")).isEqualTo("re: four");
    assertThat(model.calls()).isEqualTo(4);
  }

  @Test
  void eitherConfigurationFileIsReadButNotBoth() throws Exception {
    open();
    mount.put("inbox/_config.yml", "model: m-yml\n");
    mount.put("inbox/p.txt", "hi");
    mount.read("wait/p");
    assertThat(model.bodies.getFirst()).contains("m-yml");
    mount.put("inbox/_config.yaml", "model: m-yaml\n");
    mount.put("inbox/q.txt", "hi");
    mount.awaitState("q", "failed");
    assertThat(mount.status("q").path("message").asString()).contains("_config.yml");
  }

  private static byte[] encoded(String text, String charset, boolean mark) {
    Charset set = Charset.forName(charset);
    return ((mark ? "\uFEFF" : "") + text).getBytes(set);
  }

  @ParameterizedTest
  @CsvSource({"UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
  void contentsWithAByteOrderMarkAreDecoded(String charset) throws Exception {
    open();
    mount.put("inbox/b.jsonl", encoded(LINE, charset, true));
    assertThat(mount.read("wait/b")).contains("re: na\u00efve");
    mount.put("inbox/r.json", encoded(REQUEST, charset, true));
    assertThat(mount.read("wait/r")).isEqualTo("re: na\u00efve");
    mount.put("inbox/t.txt", encoded("na\u00efve", charset, true));
    assertThat(mount.read("wait/t")).isEqualTo("re: na\u00efve");
    for (String body : model.bodies) {
      assertThat(Json.object(body.getBytes(StandardCharsets.UTF_8))).isPresent();
      assertThat(body).contains("test-model").doesNotContain("\uFEFF");
    }
  }

  @ParameterizedTest
  @CsvSource({"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE", "ISO-8859-1"})
  void contentsInAnUnknownEncodingFailWithAReason(String charset) throws Exception {
    open();
    mount.put("inbox/b.jsonl", encoded(LINE, charset, false));
    mount.put("inbox/r.json", encoded(REQUEST, charset, false));
    mount.put("inbox/t.txt", encoded("na\u00efve", charset, false));
    for (String base : new String[] {"b", "r", "t"}) {
      mount.awaitState(base, "failed");
      assertThat(mount.status(base).at("/error/class").asString()).isEqualTo("invalid_request");
      assertThat(mount.status(base).path("message").asString()).contains("write it as UTF-8");
    }
    othersGoOn();
  }

  @ParameterizedTest
  @ValueSource(strings = {"b.JSONL", "b.ndjson"})
  void aBatchIsRecognisedByEveryUsualExtension(String name) throws Exception {
    config.put("max_request_bytes", 10);
    open();
    mount.put("inbox/" + name, LINE);
    assertThat(mount.read("wait/b")).contains("custom_id");
    assertThat(mount.exists("outbox/b_output.jsonl")).isTrue();
  }

  /** The file system behaves in unexpected ways. */
  private static FileSystem mad(String name, int times) {
    AtomicInteger left = new AtomicInteger(times);
    return new ForwardingFileSystem(new MemoryFileSystem()) {
      @Override
      public void rename(VfsPath from, VfsPath to, boolean replace) throws FsException {
        if (to.name().equals(name) && left.getAndDecrement() > 0) {
          throw new IllegalStateException("a mistake");
        }
        super.rename(from, to, replace);
      }
    };
  }

  @ParameterizedTest
  @CsvSource({"p.1_response.txt,p.txt,hi", "p.1_output.jsonl,p.jsonl,"})
  void anErrorInGptfsFailsItsJobAndLosesNoPlace(String mad, String name, String text)
      throws Exception {
    mount = Mount.open(mad(mad, 1), config);
    mount.put("inbox/" + name, text == null ? LINE : text);
    mount.awaitState("p", "failed");
    assertThat(mount.status("p").at("/error/class").asString()).isEqualTo("internal");
    assertThat(mount.status("p").path("message").asString()).contains("a mistake");
    for (int i = 0; i < 5; i++) {
      othersGoOn();
    }
    Until.holds("none runs", () -> mount.stats().at("/queue/running_calls").asInt() == 0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "y_status.json",
        "y_response.txt",
        "y_response.json",
        "y_output.jsonl",
        "y_errors.jsonl",
        "y_partial.txt"
      })
  void aDirectoryWithTheNameOfAnAnswerIsRefused(String name) throws Exception {
    open();
    assertThatThrownBy(() -> mount.fs.mkdir(Mount.path("inbox/" + name), 0755))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL))
        .hasMessageContaining("answers have names like '" + name + "'");
    mount.fs.mkdir(Mount.path("inbox/d"), 0755);
    assertThatThrownBy(
            () -> mount.fs.rename(Mount.path("inbox/d"), Mount.path("inbox/" + name), false))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
    othersGoOn();
  }
}
