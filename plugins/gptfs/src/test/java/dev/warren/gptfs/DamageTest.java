package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.ForwardingFileSystem;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.api.config.DatabaseSettings;
import dev.warren.gptfs.json.Json;
import dev.warren.gptfs.store.JobStore;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.testkit.TestContext;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A part of a job that is damaged in the database fails this job, or this line, and no other. */
class DamageTest {
  private final AtomicBoolean publishes = new AtomicBoolean(true);
  private final FileSystem files =
      new ForwardingFileSystem(new MemoryFileSystem()) {
        @Override
        public void rename(VfsPath from, VfsPath to, boolean replace) throws FsException {
          if (!publishes.get() && to.name().contains("_response")) {
            throw new FsException(Errno.EIO);
          }
          super.rename(from, to, replace);
        }
      };
  private FakeModel model;
  private Map<String, Object> config;
  private Mount mount;

  @BeforeEach
  void start() throws Exception {
    model = new FakeModel();
    config = Mount.config(model.url());
    config.put("workers", 1);
    open();
  }

  @AfterEach
  void close() throws Exception {
    mount.close();
    model.close();
  }

  private void open() throws Exception {
    mount = Mount.open(files, config);
  }

  private void damage(String source, int part) throws Exception {
    Path file = TestDatabase.of(files).file();
    TestContext context = TestContext.in(file.getParent());
    try (Connection connection = context.database(DatabaseSettings.file(file)).getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                "UPDATE gptfs_parts SET content = x'00' || substr(content, 2) WHERE part = ?"
                    + " AND job = (SELECT id FROM gptfs_jobs WHERE source = ?)")) {
      statement.setInt(1, part);
      statement.setString(2, source);
      assertThat(statement.executeUpdate()).isEqualTo(1);
    } finally {
      context.close();
    }
  }

  private void failedAsDamaged(String base, String what) throws Exception {
    mount.awaitState(base, "failed");
    assertThat(mount.status(base).at("/error/class").asString()).isEqualTo("damaged");
    assertThat(mount.status(base).at("/error/message").asString())
        .contains(what, "Write the file again", "'retry " + base);
    assertThat(mount.status(base).at("/error/retryable").asBoolean()).isTrue();
  }

  private static String lines(String... prompts) {
    StringBuilder lines = new StringBuilder();
    for (String prompt : prompts) {
      lines
          .append("{\"custom_id\":\"" + prompt + "\",\"body\":{\"messages\":[{\"content\":\"")
          .append(prompt + "\"}]}}\n");
    }
    return lines.toString();
  }

  @Test
  void aDamagedRequestFailsItsJobAndNoOther() throws Exception {
    mount.ctl("pause");
    mount.put("inbox/p.txt", "lost");
    mount.put("inbox/q.txt", "hi");
    mount.put("inbox/b.jsonl", lines("one", "two"));
    for (String source : List.of("p.txt", "q.txt", "b.jsonl")) {
      Until.holds(source + " is accepted", () -> isStored(source, JobStore.REQUEST));
    }
    mount.close();
    damage("p.txt", JobStore.REQUEST);
    damage("b.jsonl", JobStore.REQUEST);
    open();
    failedAsDamaged("p", "the request");
    failedAsDamaged("b", "the request");
    assertThat(mount.read("wait/q")).isEqualTo("re: hi");
    mount.ctl("retry p");
    assertThat(mount.read("wait/p")).isEqualTo("re: lost");
    mount.put("inbox/b.jsonl", lines("one", "two"));
    assertThat(mount.read("wait/b")).contains("re: one", "re: two");
  }

  @Test
  void aDamagedAnswerFailsItsJob() throws Exception {
    publishes.set(false);
    mount.put("inbox/p.txt", "hi");
    Until.holds("the answer is stored", () -> isStored("p.txt", JobStore.ANSWER));
    mount.close();
    damage("p.txt", JobStore.ANSWER);
    publishes.set(true);
    open();
    failedAsDamaged("p", "the answer");
    assertThat(mount.exists("outbox/p_response.txt")).isFalse();
    assertThat(model.calls()).as("nothing is paid for again by itself").isEqualTo(1);
    mount.ctl("retry p");
    assertThat(mount.read("wait/p")).isEqualTo("re: hi");
  }

  /** The answer is in a part of its own. */
  @Test
  void aDamagedResponseDoesNotHoldItsAnswerBack() throws Exception {
    model.answers(
        _ ->
            FakeModel.json(
                200, "{\"choices\":[{\"message\":{\"content\":\"yes\"}}],\"citations\":[\"u\"]}"));
    publishes.set(false);
    mount.put("inbox/p.txt", "hi");
    Until.holds("the response is stored", () -> isStored("p.txt", JobStore.DOCUMENT));
    mount.close();
    damage("p.txt", JobStore.DOCUMENT);
    publishes.set(true);
    open();
    assertThat(mount.read("wait/p")).isEqualTo("yes");
    assertThat(mount.exists("outbox/p_response.json")).isFalse();
  }

  private boolean isStored(String source, int part) throws Exception {
    Path file = TestDatabase.of(files).file();
    TestContext context = TestContext.in(file.getParent());
    try (Connection connection = context.database(DatabaseSettings.file(file)).getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT 1 FROM gptfs_parts WHERE part = ?"
                    + " AND job = (SELECT id FROM gptfs_jobs WHERE source = ?)")) {
      statement.setInt(1, part);
      statement.setString(2, source);
      return statement.executeQuery().next();
    } finally {
      context.close();
    }
  }

  private JsonNode onlyError() throws Exception {
    List<String> errors = mount.text("outbox/b_errors.jsonl").lines().toList();
    assertThat(errors).hasSize(1);
    JsonNode error = Json.MAPPER.readTree(errors.getFirst());
    assertThat(error.at("/error/code").asString()).isEqualTo("damaged");
    return error;
  }

  @Test
  void aDamagedResultOfALineIsAnErrorLineAndIsNotPaidForAgain() throws Exception {
    CountDownLatch letGo = new CountDownLatch(1);
    model.answers(
        body -> {
          if (body.contains("three")) {
            Until.released(letGo);
          }
          return FakeModel.echo(body);
        });
    mount.put("inbox/b.jsonl", lines("one", "two", "three"));
    Until.holds(
        "the third", () -> model.calls() == 3 && isStored("b.jsonl", JobStore.FIRST_LINE + 1));
    mount.close();
    letGo.countDown();
    damage("b.jsonl", JobStore.FIRST_LINE + 1);
    open();
    mount.awaitState("b", "completed");
    assertThat(mount.text("outbox/b_output.jsonl")).contains("re: one", "re: three");
    JsonNode error = onlyError();
    assertThat(error.path("custom_id").asString()).isEqualTo("two");
    assertThat(error.at("/error/message").asString()).contains("the result of line 2");
    assertThat(mount.status("b").at("/request_counts/completed").asInt()).isEqualTo(2);
    assertThat(mount.status("b").at("/request_counts/failed").asInt()).isEqualTo(1);
    assertThat(model.calls()).isEqualTo(4);
    mount.ctl("retry b");
    assertThat(mount.read("wait/b")).contains("re: one", "re: two", "re: three");
    assertThat(model.calls()).isEqualTo(5);
  }

  @Test
  void whatABatchHasAnsweredBeforeItsRequestWasDamagedIsPublished() throws Exception {
    CountDownLatch letGo = new CountDownLatch(1);
    model.answers(
        body -> {
          if (body.contains("two")) {
            Until.released(letGo);
          }
          return FakeModel.echo(body);
        });
    mount.put("inbox/b.jsonl", lines("one", "two"));
    Until.holds("the second", () -> model.calls() == 2);
    mount.close();
    letGo.countDown();
    damage("b.jsonl", JobStore.REQUEST);
    open();
    failedAsDamaged("b", "the request");
    assertThat(mount.text("outbox/b_output.jsonl")).contains("re: one");
    mount.ctl("retry b");
    assertThat(mount.read("wait/b")).contains("re: one", "re: two");
    assertThat(model.calls()).as("the answer is used again").isEqualTo(3);
  }

  @Test
  void aLineThatIsDamagedWhileItsBatchRunsFailsAlone() throws Exception {
    CountDownLatch letGo = new CountDownLatch(1);
    model.answers(
        body -> {
          Until.released(letGo);
          return FakeModel.echo(body);
        });
    mount.put("inbox/b.jsonl", lines("one", "two"));
    Until.holds("the first", () -> model.calls() == 1);
    damage("b.jsonl", JobStore.REQUEST);
    letGo.countDown();
    mount.awaitState("b", "completed");
    assertThat(mount.text("outbox/b_output.jsonl")).contains("re: one");
    JsonNode error = onlyError();
    assertThat(error.path("custom_id").isNull()).isTrue();
    assertThat(error.at("/error/message").asString()).contains("the request of line 2");
  }
}
