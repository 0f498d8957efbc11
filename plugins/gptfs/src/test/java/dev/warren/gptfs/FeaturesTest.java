package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Cancellation;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.gptfs.json.Json;
import dev.warren.memfs.MemoryFileSystem;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Requests, names of answers, refused files, and the control files. */
class FeaturesTest {
  private FakeModel model;
  private Map<String, Object> config;
  private Mount mount;

  @BeforeEach
  void start() throws Exception {
    model = new FakeModel();
    config = Mount.config(model.url());
  }

  @AfterEach
  void close() throws Exception {
    mount.close();
    model.close();
  }

  private void open() throws Exception {
    mount = Mount.open(new MemoryFileSystem(), config);
  }

  private static void refused(Errno errno, ThrowingCallable c) {
    assertThatThrownBy(c)
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }

  @Test
  void aJsonRequestGoesOutAsItsOriginalBytes() throws Exception {
    open();
    @SuppressWarnings("StringConcatToTextBlock") // blanks count
    String request =
        "{ \"temperature\": 1.10, \"model\":\"m\",\n"
            + "\"messages\":[{\"content\":\"q\"}],\"n\":12345678901234567890, \"n\":1 }";
    mount.put("inbox/r.json", request);
    mount.read("wait/r");
    assertThat(model.bodies).containsExactly(request);
  }

  @Test
  void onlyAMissingModelIsInserted() throws Exception {
    open();
    mount.put("inbox/r.json", " {\"messages\":[{\"content\":\"q\"}]}\n");
    mount.read("wait/r");
    assertThat(model.bodies)
        .containsExactly(" {\"model\":\"test-model\",\"messages\":[{\"content\":\"q\"}]}\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"x.json|{\"messages\":", "x.json|{\"a\":1}", "x.json|[1]", "x.jsonl|nonsense"})
  void aPromptThatCannotBeSentFailsWithoutACall(String name, String content) throws Exception {
    open();
    mount.put("inbox/" + name, content);
    mount.awaitState("x", "failed");
    assertThat(mount.status("x").path("error").path("class").asString()).startsWith("invalid_");
    assertThat(model.calls()).isZero();
  }

  @Test
  void textThatIsNotUtf8Fails() throws Exception {
    open();
    mount.put("inbox/x.txt", new byte[] {'a', (byte) 0xff});
    mount.awaitState("x", "failed");
    assertThat(model.calls()).isZero();
  }

  @Test
  void directoriesOverrideTheMountAndTheNearestWins() throws Exception {
    config.put("system_prompt", "be kind");
    config.put("parameters", Map.of("temperature", 0.5));
    open();
    mount.fs.mkdir(Mount.path("inbox/a"), 0755);
    mount.fs.mkdir(Mount.path("inbox/a/b"), 0755);
    mount.put("inbox/a/_config.yaml", "model: m-a\ntemperature: 0.1\n");
    mount.put("inbox/a/b/_config.yaml", "system_prompt: be brief\nparameters: {seed: 7}\n");
    mount.put("inbox/a/b/x.txt", "hi");
    mount.awaitState("a/b/x", "completed");
    JsonNode body = Json.MAPPER.readTree(model.bodies.getFirst());
    assertThat(body.path("model").asString()).isEqualTo("m-a");
    assertThat(body.path("temperature").asDouble()).isEqualTo(0.1);
    assertThat(body.path("seed").asInt()).isEqualTo(7);
    assertThat(body.path("messages").path(0).path("content").asString()).isEqualTo("be brief");
    assertThat(mount.exists("outbox/a/b/x_response.txt")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"api_host", "api_key", "headers", "proxy", "mode1", "messages"})
  void overridesCannotSetOtherKeys(String key) throws Exception {
    open();
    mount.put("inbox/_config.yaml", key + ": x\n");
    mount.put("inbox/x.txt", "hi");
    mount.awaitState("x", "failed");
    assertThat(mount.status("x").path("error").path("class").asString())
        .isEqualTo("invalid_options");
    assertThat(model.calls()).isZero();
  }

  @Test
  void stemsThatCollideKeepTheirAnswersApart() throws Exception {
    open();
    mount.put("inbox/p.txt", "one");
    mount.read("wait/p");
    mount.put("inbox/p.md", "two");
    assertThat(mount.read("wait/p.md")).isEqualTo("re: two");
    mount.put("inbox/p.md.txt", "three");
    assertThat(mount.read("wait/p.md.txt")).isEqualTo("re: three");
    assertThat(mount.text("outbox/p_response.txt")).isEqualTo("re: one");
    assertThat(mount.text("outbox/p.md_response.txt")).isEqualTo("re: two");
    assertThat(mount.text("outbox/p.md.txt_response.txt")).isEqualTo("re: three");
    assertThat(mount.status("p.md").path("source").asString()).isEqualTo("inbox/p.md");
  }

  @Test
  void namesThatAMacShowsAsOneHaveSeparateAnswers() throws Exception {
    open();
    mount.put("inbox/caf\u00e9.txt", "composed");
    assertThat(mount.read("wait/caf\u00e9")).isEqualTo("re: composed");
    mount.put("inbox/cafe\u0301.txt", "decomposed");
    assertThat(mount.read("wait/cafe\u0301.txt")).isEqualTo("re: decomposed");
    assertThat(mount.text("outbox/caf\u00e9_response.txt")).isEqualTo("re: composed");
  }

  @Test
  void outboxFilesCanOnlyBeReadAndRemoved() throws Exception {
    open();
    mount.put("inbox/p.txt", "hi");
    mount.read("wait/p");
    refused(Errno.EACCES, () -> mount.put("outbox/p_response.txt", "x"));
    refused(Errno.EACCES, () -> mount.put("outbox/new.txt", "x"));
    refused(Errno.EACCES, () -> mount.fs.mkdir(Mount.path("outbox/d"), 0755));
    refused(
        Errno.EACCES,
        () ->
            mount.fs.rename(Mount.path("outbox/p_response.txt"), Mount.path("inbox/q.txt"), true));
    mount.fs.unlink(Mount.path("outbox/p_response.txt"));
    mount.fs.unlink(Mount.path("outbox/p_status.json"));
    refused(Errno.ENOENT, () -> mount.fs.stat(Mount.path("wait/p")));
    mount.put("inbox/p.txt", "again");
    assertThat(mount.read("wait/p")).isEqualTo("re: again");
    assertThat(mount.status("p").path("revision").asInt()).isEqualTo(2);
  }

  @Test
  void whatExceedsALimitIsRefusedWhileTheClientWrites() throws Exception {
    config.put("max_queued", 2);
    config.put("max_queued_bytes", 100);
    config.put("max_request_bytes", 60);
    config.put("max_batch_bytes", 60);
    open();
    mount.ctl("pause");
    mount.put("inbox/a.txt", "a".repeat(60));
    refused(Errno.EFBIG, () -> mount.put("inbox/b.txt", "b".repeat(61)));
    refused(Errno.EDQUOT, () -> mount.put("inbox/b.txt", "b".repeat(50)));
    assertThat(mount.state("b")).as("half of a file is not sent").isEqualTo("none");
    mount.put("inbox/b.txt", "b".repeat(40));
    refused(Errno.EDQUOT, () -> mount.put("inbox/c.txt", "c"));
    mount.put("inbox/c.tmp", "c");
    refused(
        Errno.EDQUOT,
        () -> mount.fs.rename(Mount.path("inbox/c.tmp"), Mount.path("inbox/c.txt"), true));
    mount.ctl("resume");
    mount.read("wait/a");
    mount.read("wait/b");
    Until.holds("room", () -> mount.stats().path("queue").path("jobs").asInt() == 0);
    mount.put("inbox/c.txt", "c");
    assertThat(mount.read("wait/c")).isEqualTo("re: c");
  }

  @Test
  void theNumberOfJobsIsLimitedHoweverSmallTheyAre() throws Exception {
    config.put("max_queued", 2);
    open();
    mount.ctl("pause");
    mount.put("inbox/a.txt", "a");
    mount.put("inbox/b.txt", "b");
    refused(Errno.EDQUOT, () -> mount.put("inbox/c.txt", "c"));
    assertThat(mount.state("c")).isEqualTo("none");
    assertThat(mount.stats().path("queue").path("jobs").asInt()).isEqualTo(2);
    mount.ctl("resume");
    mount.read("wait/a");
    mount.read("wait/b");
    Until.holds("room", () -> mount.stats().path("queue").path("jobs").asInt() == 0);
    mount.put("inbox/c.txt", "c");
    assertThat(mount.read("wait/c")).isEqualTo("re: c");
  }

  @Test
  void waitFailsWithTheErrorAndEndsWhenItsClientGivesUp() throws Exception {
    open();
    model.answers(body -> FakeModel.json(400, "{\"error\":{\"message\":\"no such model\"}}"));
    mount.put("inbox/bad.txt", "hi");
    assertThatThrownBy(() -> mount.read("wait/bad"))
        .isInstanceOf(FsException.class)
        .hasMessageContaining("no such model");
    mount.ctl("pause");
    mount.put("inbox/p.txt", "hi");
    Cancellation cancellation = new Cancellation();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> waiting = threads.submit(() -> cancellation.call(() -> mount.read("wait/p")));
      cancellation.cancel();
      assertThatThrownBy(waiting::get).hasMessageContaining(Errno.EINTR.message());
    }
  }

  @Test
  void waitersAreNotifiedWhenTheInstanceIsClosed() throws Exception {
    open();
    mount.ctl("pause");
    mount.put("inbox/p.txt", "hi");
    CompletableFuture<String> answer = new CompletableFuture<>();
    Thread reader =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    answer.complete(mount.read("wait/p"));
                  } catch (FsException e) {
                    answer.completeExceptionally(e);
                  }
                });
    Until.holds("it waits", () -> reader.getState() == Thread.State.WAITING);
    mount.close();
    assertThatThrownBy(answer::get).hasMessageContaining("the file system is closed");
  }

  @Test
  void aThousandMayWait() throws Exception {
    open();
    mount.ctl("pause");
    mount.put("inbox/p.txt", "hi");
    int threadsBefore = ManagementFactory.getThreadMXBean().getThreadCount();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CountDownLatch begun = new CountDownLatch(1000);
      List<Future<String>> readers = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        readers.add(
            threads.submit(
                () -> {
                  begun.countDown();
                  return mount.read("wait/p").substring(0, 2);
                }));
      }
      begun.await();
      int all = ManagementFactory.getThreadMXBean().getThreadCount(); // platform threads
      assertThat(all).isLessThan(threadsBefore + 20);
      assertThat(mount.stats().path("queue").path("running_calls").asInt()).isZero();
      mount.ctl("resume");
      for (Future<String> reader : readers) {
        assertThat(reader.get()).isEqualTo("re");
      }
    }
  }

  @Test
  void aBatchIsCheckedAsAWholeAndRunsTogetherWithSingleJobs() throws Exception {
    open();
    mount.put(
        "inbox/bad.jsonl",
        """
        {"custom_id":"a","body":{"x":1}}

        {"custom_id":"a","body":{"x":1}}
        """);
    mount.awaitState("bad", "failed");
    assertThat(mount.status("bad").path("message").asString()).contains("line 3");
    assertThat(model.calls()).isZero();
    model.answers(body -> body.contains("fail") ? FakeModel.json(400, "{}") : FakeModel.echo(body));
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      lines
          .append("{\"custom_id\":\"c" + i + "\",\"method\":\"POST\",\"url\":")
          .append("\"/v1/chat/completions\",\"body\":{\"messages\":[{\"content\":\"")
          .append(i % 10 == 0 ? "fail" : "line " + i)
          .append("\"}]}}\n");
    }
    mount.put("inbox/b.jsonl", lines.toString());
    mount.put("inbox/single.txt", "beside");
    assertThat(mount.read("wait/single")).isEqualTo("re: beside");
    List<String> output = mount.read("wait/b").lines().toList();
    assertThat(output).hasSize(90);
    assertThat(Json.MAPPER.readTree(output.getFirst()).path("custom_id").asString())
        .isEqualTo("c1");
    assertThat(output.getFirst()).contains("re: line 1");
    assertThat(mount.text("outbox/b_errors.jsonl").lines()).hasSize(10);
    JsonNode counts = mount.status("b").path("request_counts");
    assertThat(counts.path("total").asInt()).isEqualTo(100);
    assertThat(counts.path("completed").asInt()).isEqualTo(90);
    assertThat(counts.path("failed").asInt()).isEqualTo(10);
    assertThat(model.calls()).isEqualTo(101);
  }

  @Test
  void streamsAreReadAndPublishedWhole() throws Exception {
    config.put("stream", true);
    config.put("partial", true);
    open();
    @SuppressWarnings("StringConcatToTextBlock") // different line endings on purpose
    String events =
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hel\"}}]}\n\n"
            + ": a comment\n\n"
            + "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"lo\"}}]}\r\n\r\n"
            + "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
            + "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}\n\n"
            + "data: [DONE]\n\n";
    model.answers(body -> FakeModel.stream(events));
    mount.put("inbox/p.txt", "hi");
    assertThat(mount.read("wait/p")).isEqualTo("Hello");
    assertThat(mount.status("p").path("usage").path("completion_tokens").asInt()).isEqualTo(2);
    assertThat(mount.status("p").path("first_token_ms").isNumber()).isTrue();
    assertThat(mount.exists("outbox/p_partial.txt")).isFalse();
    model.answers(body -> FakeModel.stream(events.substring(0, 100)));
    mount.put("inbox/cut.txt", "hi");
    mount.awaitState("cut", "failed");
    assertThat(mount.exists("outbox/cut_response.txt")).isFalse();
    assertThat(model.calls()).isEqualTo(3);
    assertThat(model.bodies.getFirst()).contains("\"include_usage\":true");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{\"type\":\"text\",\"text\":\"a\"},{\"text\":\"b\"}]|null|ab|text",
        "null|\"no\"|no|refusal",
        "\"t\"|null|t|text"
      })
  void answersOfSeveralShapesAreFound(
      String content, String refusal, String text, String extraction) throws Exception {
    open();
    model.answers(
        body ->
            FakeModel.json(
                200,
                "{\"choices\":[{\"finish_reason\":\"stop\",\"message\":{\"content\":"
                    + content
                    + ",\"refusal\":"
                    + refusal
                    + "}}]}"));
    mount.put("inbox/p.txt", "hi");
    assertThat(mount.read("wait/p")).isEqualTo(text);
    assertThat(mount.status("p").path("extraction").asString()).isEqualTo(extraction);
  }

  @Test
  void theStatusHasAConstantSizeAndTheKeysThatUsersKnow() throws Exception {
    open();
    mount.put("inbox/p.txt", "hi");
    mount.read("wait/p");
    assertThat(mount.fs.stat(Mount.path("outbox/p_status.json")).size() % 1024).isZero();
    JsonNode status = mount.status("p");
    for (String key : List.of("job_id", "status", "timestamp", "message", "sha256", "usage")) {
      assertThat(status.path(key).isMissingNode()).as(key).isFalse();
    }
    String path = status.path("response").path("revision_path").asString();
    assertThat(mount.text(path)).isEqualTo("re: hi");
  }

  @Test
  void controlCommandsAreCheckedWhenTheyAreWritten() throws Exception {
    open();
    refused(Errno.EINVAL, () -> mount.ctl("pouse"));
    refused(Errno.EINVAL, () -> mount.ctl("retry"));
    refused(Errno.ENOENT, () -> mount.ctl("cancel nobody"));
    mount.ctl("pause");
    mount.put("inbox/p.txt", "hi");
    mount.ctl("cancel p");
    assertThat(mount.state("p")).isEqualTo("cancelled");
    mount.ctl("resume");
    mount.ctl("retry p");
    assertThat(mount.read("wait/p")).isEqualTo("re: hi");
    mount.ctl("drain");
    refused(Errno.EAGAIN, () -> mount.put("inbox/q.txt", "hi"));
    mount.ctl("resume");
    mount.ctl("purge");
    assertThat(mount.exists("outbox/p_response.txt")).isFalse();
    assertThat(mount.exists("inbox/p.txt")).isTrue();
    assertThat(mount.names(""))
        .containsExactly("README", "ctl", "inbox", "outbox", "stats.json", "wait");
    assertThat(mount.read("README")).contains("inbox");
  }

  @Test
  void readingCtlShowsWhyTheLastCommandWasRefused() throws Exception {
    open();
    assertThat(mount.read("ctl")).isEmpty();
    refused(Errno.ENOENT, () -> mount.ctl("cancel no\u001b[31m\u202ebody"));
    assertThat(mount.read("ctl"))
        .isEqualTo("cancel no\\u001b[31m\\u202ebody: ENOENT: no job 'no\\u001b[31m\\u202ebody'\n");
    refused(Errno.EINVAL, () -> mount.ctl("pouse"));
    assertThat(mount.read("ctl"))
        .isEqualTo("pouse: EINVAL: unknown command 'pouse', did you mean 'pause'?\n");
    refused(Errno.EINVAL, () -> mount.ctl("api_key=sk-12345678 retry"));
    assertThat(mount.read("ctl")).startsWith("a command: EINVAL: ").doesNotContain("sk-");
    refused(Errno.EINVAL, () -> mount.ctl("pause sk-12345678"));
    assertThat(mount.read("ctl")).isEqualTo("pause: EINVAL: 'pause' takes no name\n");
    mount.ctl("pause");
    assertThat(mount.read("ctl")).isEmpty();
    mount.put("inbox/p.txt", "hi");
    refused(Errno.EBUSY, () -> mount.ctl("retry p")); // when the file is closed, not when written
    assertThat(mount.read("ctl")).startsWith("retry p: EBUSY: ");
    mount.ctl("resume");
    assertThat(mount.read("ctl")).isEmpty();
  }

  @Test
  void aCallIsShownAsRunningOnceItHasRunForATenthOfASecond() throws Exception {
    CountDownLatch letGo = new CountDownLatch(1);
    model.answers(
        body -> {
          Until.released(letGo);
          return FakeModel.echo(body);
        });
    mount = Mount.open(new MemoryFileSystem(), new ManualTimers(), config);
    mount.put("inbox/p.txt", "hi");
    mount.clock().run();
    Until.holds("called", () -> model.calls() == 1);
    mount.clock().advance(Duration.ofMillis(99));
    assertThat(mount.state("p")).isEqualTo("pending");
    mount.clock().advance(Duration.ofMillis(1));
    assertThat(mount.state("p")).isEqualTo("processing");
    letGo.countDown();
    assertThat(mount.read("wait/p")).isEqualTo("re: hi");
  }

  @Test
  void oldJobsAreForgotten() throws Exception {
    config.put("keep", Map.of("age", "1h", "jobs", 2));
    mount = Mount.open(new MemoryFileSystem(), new ManualTimers(), config);
    for (String name : List.of("a", "b", "c")) {
      mount.put("inbox/" + name + ".txt", "hi");
      mount.clock().run();
      mount.read("wait/" + name);
      mount.clock().advance(Duration.ofSeconds(1));
    }
    mount.clock().advance(Duration.ofMinutes(6));
    assertThat(mount.exists("outbox/a_response.txt")).isFalse();
    assertThat(mount.exists("outbox/c_response.txt")).isTrue();
    mount.clock().advance(Duration.ofHours(2));
    assertThat(mount.exists("outbox/c_response.txt")).isFalse();
    assertThat(mount.exists("inbox/c.txt")).isTrue();
  }

  @Test
  void answersBeyondTheByteLimitAreRemovedOldestFirst() throws Exception {
    config.put("keep", Map.of("bytes", "20"));
    mount = Mount.open(new MemoryFileSystem(), new ManualTimers(), config);
    for (String name : List.of("a", "b", "c")) {
      mount.put("inbox/" + name + ".txt", "12345");
      mount.clock().run();
      assertThat(mount.read("wait/" + name)).hasSize(9);
      mount.clock().advance(Duration.ofSeconds(1));
    }
    mount.clock().advance(Duration.ofMinutes(6));
    assertThat(mount.exists("outbox/a_response.txt")).isFalse();
    assertThat(mount.exists("outbox/b_response.txt")).isTrue();
    assertThat(mount.exists("outbox/c_response.txt")).isTrue();
  }

  @Test
  void answersThatNobodyHasReadAreKeptForADay() throws Exception {
    config.put("keep", Map.of("jobs", 2));
    mount = Mount.open(new MemoryFileSystem(), new ManualTimers(), config);
    for (String name : List.of("a", "b", "c", "d")) {
      mount.put("inbox/" + name + ".txt", "hi");
      mount.clock().run();
      mount.awaitState(name, "completed");
      mount.clock().advance(Duration.ofSeconds(1));
    }
    mount.text("outbox/b_response.txt");
    mount.clock().advance(Duration.ofMinutes(6));
    assertThat(mount.exists("outbox/a_response.txt")).isTrue();
    assertThat(mount.exists("outbox/b_response.txt")).isFalse();
    mount.clock().advance(Duration.ofDays(1));
    assertThat(mount.exists("outbox/a_response.txt")).isFalse();
    assertThat(mount.exists("outbox/c_response.txt")).isTrue();
  }

  @Test
  void readAnswersAreKnownAfterARestart() throws Exception {
    config.put("keep", Map.of("jobs", 2));
    mount = Mount.open(new MemoryFileSystem(), new ManualTimers(), config);
    for (String name : List.of("a", "b", "c", "d")) {
      mount.put("inbox/" + name + ".txt", "hi");
      mount.clock().run();
      mount.awaitState(name, "completed");
      mount.clock().advance(Duration.ofSeconds(1));
    }
    mount.text("outbox/b_response.txt");
    mount.close();
    mount = Mount.open(mount.inner, new ManualTimers(), config);
    mount.clock().advance(Duration.ofMinutes(6));
    assertThat(mount.exists("outbox/a_response.txt")).isTrue();
    assertThat(mount.exists("outbox/b_response.txt")).isFalse();
  }

  @Test
  void aJobThatIsRemovedWhileItIsWrittenIsNotRun() throws Exception {
    open();
    OpenFile file = mount.open("inbox/p.txt", OpenOptions.REPLACE);
    Mount.write(file, "hi", 0);
    mount.fs.unlink(Mount.path("inbox/p.txt"));
    file.close();
    mount.put("inbox/q.txt", "other");
    mount.read("wait/q");
    assertThat(model.calls()).isEqualTo(1);
  }
}
