package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Background responses of hosts that share jobs: any host that knows their ID continues them. */
@Tag("slow")
class SharedBackgroundTest {
  @TempDir Path directory;
  private SharedHosts hosts;
  private BackgroundModel model;

  @BeforeEach
  void begin() throws Exception {
    hosts = new SharedHosts(directory);
    model = new BackgroundModel();
  }

  @AfterEach
  void end() throws Exception {
    hosts.close();
    model.close();
  }

  private Mount open(Duration lease) throws Exception {
    return hosts.open(lease, Mount.config(model.url()), hosts.files);
  }

  /** A host for which the service works on a prompt, and whose clock has stopped since. */
  private Mount asking() throws Exception {
    Mount host =
        Mount.open(
            hosts.files,
            TestDatabase.shared(hosts.database, SharedHosts.LONG),
            new ManualTimers(),
            Mount.config(model.url()));
    hosts.hosts.add(host);
    host.put("inbox/p.json", "{\"background\":true,\"input\":\"hi\"}");
    host.clock().run();
    Until.holds(
        "accepted by the service",
        () -> host.status("p").path("message").asString().contains("works on it"));
    return host;
  }

  @Test
  void anotherHostPollsTheResponseOfADeadHost() throws Exception {
    asking();
    Mount other = open(SharedHosts.SHORT);
    Until.holds(
        "the other host owns the job",
        () -> {
          // Again and again: the host that counts as dead is alive, and may claim the job, too.
          hosts.ask(
              "UPDATE gptfs_hosts SET seen_at = 1, lease_until = 2 WHERE id <> '%s'"
                  .formatted(other.host()));
          return hosts
              .ask("SELECT lease_owner FROM gptfs_jobs WHERE source = 'p.json'")
              .equals(other.host());
        });
    model.ends("yes");
    other.awaitState("p", "completed");
    assertThat(other.text("outbox/p_response.txt")).isEqualTo("yes");
    assertThat(other.status("p").path("possible_duplicate").asBoolean()).isFalse();
    assertThat(model.count("POST")).isEqualTo(1);
  }

  @Test
  void aCancelOnAnotherHostCancelsTheResponseAtTheService() throws Exception {
    Mount asking = asking();
    Mount other = open(SharedHosts.LONG);
    other.ctl("cancel p");
    asking.awaitState("p", "cancelled");
    Until.holds("cancelled at the service", () -> model.count("CANCEL resp_1") == 1);
    assertThat(model.count("POST")).isEqualTo(1);
  }
}
