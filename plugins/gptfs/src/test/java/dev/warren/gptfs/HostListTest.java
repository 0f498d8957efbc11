package dev.warren.gptfs;

import static dev.warren.gptfs.SharedHosts.SHORT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.SharingHost;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hosts that a file system lists for the administrator. */
@Tag("slow")
class HostListTest {
  @TempDir Path directory;
  private final CountDownLatch released = new CountDownLatch(1);
  private SharedHosts hosts;

  @BeforeEach
  void begin() throws Exception {
    hosts = new SharedHosts(directory);
  }

  @AfterEach
  void end() throws Exception {
    released.countDown();
    hosts.close();
  }

  @Test
  void eachHostListsAllHosts() throws Exception {
    hosts.model.answers(
        body -> {
          Until.released(released);
          return FakeModel.echo(body);
        });
    Mount a = hosts.host(SHORT, 1);
    Mount b = hosts.host(SHORT, 1);
    a.put("inbox/long.txt", "long");
    for (Mount host : List.of(a, b)) {
      Until.holds(
          "two hosts and one call",
          () ->
              host.fs.hosts().stream()
                  .map(SharingHost::runningJobs)
                  .sorted()
                  .toList()
                  .equals(List.of(0L, 1L)));
      assertThat(host.fs.hosts()).extracting(SharingHost::name).containsExactly("test", "test");
      assertThat(host.fs.hosts()).extracting(SharingHost::version).containsExactly("1", "1");
      assertThat(host.fs.hosts())
          .allSatisfy(each -> assertThat(each.lastSeen()).isAfterOrEqualTo(each.since()));
    }
    b.close();
    Until.holds("one host", () -> a.fs.hosts().size() == 1);
  }

  @Test
  void anUnsharedInstanceListsNoHosts() throws Exception {
    try (Mount alone = Mount.open(hosts.files, Mount.config(hosts.model.url()))) {
      assertThat(alone.fs.hosts()).isEmpty();
    }
  }
}
