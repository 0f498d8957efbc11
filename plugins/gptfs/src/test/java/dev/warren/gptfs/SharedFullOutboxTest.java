package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.Errno;
import dev.warren.api.Operation;
import dev.warren.api.VfsPath;
import dev.warren.gptfs.store.Files;
import dev.warren.testkit.FaultyFileSystem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One of several hosts cannot write to the outbox for a while. */
@Tag("slow")
class SharedFullOutboxTest {
  private static final String CITING =
      "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"yes\"}}],\"citations\":[\"u\"]}";
  private static final String NO_ANSWER = "{\"choices\":[],\"usage\":{\"total_tokens\":900}}";

  @TempDir Path directory;
  private final CountDownLatch answer = new CountDownLatch(1);
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicReference<FaultyFileSystem> files = new AtomicReference<>();
  private SharedHosts hosts;
  private Mount first;

  @BeforeEach
  void begin() throws Exception {
    hosts = new SharedHosts(directory);
    first =
        hosts.host(
            SharedHosts.LONG,
            1,
            fs -> {
              files.set(new FaultyFileSystem(fs));
              return files.get();
            });
  }

  @AfterEach
  void end() throws Exception {
    answer.countDown();
    hosts.close();
  }

  /** Sends a prompt, whose response arrives while the host cannot write to the outbox. */
  private void answered(String response) throws Exception {
    hosts.model.answers(
        _ -> {
          Until.released(answer);
          return FakeModel.json(200, response);
        });
    first.put("inbox/p.txt", "hi");
    hosts.awaitCalls(1);
    files
        .get()
        .fail(
            call -> {
              boolean fails =
                  call.operation() == Operation.WRITE
                      && call.path().startsWith(Mount.path(".gptfs/tmp"));
              if (fails) {
                refused.incrementAndGet();
              }
              return fails;
            },
            Errno.ENOSPC);
    answer.countDown();
    Until.holds("it was tried to publish it", () -> refused.get() > 0);
  }

  private void assertStoredAsPublished() throws Exception {
    Until.holds(
        "the row says so",
        () ->
            hosts
                .ask("SELECT told || ' ' || coalesce(lease_owner, 'free') FROM gptfs_jobs")
                .equals("1 free"));
    assertThat(hosts.ask("SELECT count(*) FROM gptfs_parts")).isEqualTo("0");
    assertThat(hosts.model.calls()).isEqualTo(1);
  }

  /** Reads the files directly: a client that reads a result makes its host the job's owner. */
  private void awaitPublished(String state) throws Exception {
    VfsPath status = Mount.path("outbox/p_status.json");
    Until.holds(
        "p is " + state,
        () ->
            new String(Files.read(hosts.files, status, 1 << 20), StandardCharsets.UTF_8)
                .contains("\"status\":\"" + state + "\""));
  }

  @Test
  void anAnswerIsPublishedLater() throws Exception {
    answered(CITING);
    files.get().heal();
    awaitPublished("completed");
    assertStoredAsPublished();
    assertThat(first.text("outbox/p_response.txt")).isEqualTo("yes");
    assertThat(first.text("outbox/p_response.json")).isEqualTo(CITING);
  }

  @Test
  void aFailureIsPublishedLater() throws Exception {
    answered(NO_ANSWER);
    files.get().heal();
    awaitPublished("failed");
    assertStoredAsPublished();
    assertThat(first.text("outbox/p_response.json")).isEqualTo(NO_ANSWER);
  }

  @Test
  void anAnswerIsPublishedByAnotherHost() throws Exception {
    answered(CITING);
    Mount second = hosts.host(SharedHosts.LONG, 1);
    first.close();
    awaitPublished("completed");
    assertStoredAsPublished();
    assertThat(second.text("outbox/p_response.txt")).isEqualTo("yes");
    assertThat(second.text("outbox/p_response.json")).isEqualTo(CITING);
  }

  @Test
  void aFailureIsPublishedByAnotherHost() throws Exception {
    answered(NO_ANSWER);
    Mount second = hosts.host(SharedHosts.LONG, 1);
    first.close();
    awaitPublished("failed");
    assertStoredAsPublished();
    assertThat(second.text("outbox/p_response.json")).isEqualTo(NO_ANSWER);
  }

  /** The host records that the result was read, which must not count as publishing it. */
  @Test
  void aHostWhoseClientReadsTheOutdatedStatusPublishesTheFailure() throws Exception {
    answered(NO_ANSWER);
    Until.holds(
        "the failure is stored", () -> hosts.ask("SELECT state FROM gptfs_jobs").equals("FAILED"));
    Mount second = hosts.host(SharedHosts.LONG, 1);
    assertThat(second.state("p")).isNotEqualTo("failed");
    awaitPublished("failed");
    assertStoredAsPublished();
    assertThat(second.text("outbox/p_response.json")).isEqualTo(NO_ANSWER);
  }
}
