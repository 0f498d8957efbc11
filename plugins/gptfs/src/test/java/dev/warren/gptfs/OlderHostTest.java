package dev.warren.gptfs;

import static dev.warren.gptfs.SharedHosts.SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.FsException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host runs while a newer version migrates the tables that both share. */
@Tag("slow")
class OlderHostTest {
  @TempDir Path directory;
  private final CountDownLatch released = new CountDownLatch(1);
  private SharedHosts hosts;

  @BeforeEach
  void begin() throws Exception {
    hosts = new SharedHosts(directory);
    hosts.model.answers(
        body -> {
          Until.released(released);
          return FakeModel.echo(body);
        });
  }

  @AfterEach
  void end() throws Exception {
    released.countDown();
    hosts.close();
  }

  private void migrated(int usableFrom) throws Exception {
    assertThat(
            hosts.ask(
                "INSERT INTO warren_schema VALUES ('gptfs-hosts', 99, 0, %d)"
                    .formatted(usableFrom)))
        .isEqualTo("1");
  }

  @Test
  void anOlderHostCompletesItsCallsAndLeaves() throws Exception {
    Mount host = hosts.host(SHORT, Map.of("workers", 1, "drain_timeout", "1m"));
    host.put("inbox/called.txt", "called");
    hosts.awaitCalls(1);
    host.put("inbox/waiting.txt", "waiting");
    migrated(99);
    Until.holds("the host says why", () -> host.unable.get() != null);
    assertThat(host.unable.get())
        .contains("gptfs-hosts's tables in version 99 by now, and this program knows up to 2")
        .contains("must be upgraded");
    released.countDown();
    Until.holds(
        "the host has left", () -> hosts.ask("SELECT count(*) FROM gptfs_hosts").equals("0"));
    assertThat(hosts.ask("SELECT count(*) FROM gptfs_jobs WHERE lease_owner IS NOT NULL"))
        .isEqualTo("0");
    assertThat(hosts.ask("SELECT state FROM gptfs_jobs WHERE source = 'called.txt'"))
        .isEqualTo("COMPLETED");
    assertThat(hosts.ask("SELECT state FROM gptfs_jobs WHERE source = 'waiting.txt'"))
        .isIn("QUEUED", "SETTLING");
    assertThat(host.text("outbox/called_response.txt")).contains("called");
    assertThat(hosts.model.calls()).isEqualTo(1);
    Until.holds("the host accepts nothing", () -> isRefused(host));
    assertThat(host.unable.get()).contains("must be upgraded");
    assertThatThrownBy(() -> hosts.host(SHORT, 1)).hasMessageContaining("knows up to 2");
  }

  private static boolean isRefused(Mount host) throws Exception {
    try {
      host.put("inbox/new.txt", "new");
      return false;
    } catch (FsException _) {
      return true;
    }
  }

  @Test
  void anOlderHostGoesOnWithCompatibleTables() throws Exception {
    Mount host = hosts.host(SHORT, 1);
    released.countDown();
    migrated(2);
    String seen = hosts.ask("SELECT seen_at FROM gptfs_hosts");
    Until.holds(
        "the lease was renewed again",
        () ->
            hosts
                .ask("SELECT count(*) FROM gptfs_hosts WHERE seen_at > %s + 700".formatted(seen))
                .equals("1"));
    host.put("inbox/a.txt", "a");
    host.awaitState("a", "completed");
    assertThat(host.unable.get()).isNull();
  }
}
