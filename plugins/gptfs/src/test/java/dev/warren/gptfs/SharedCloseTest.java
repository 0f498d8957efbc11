package dev.warren.gptfs;

import static dev.warren.gptfs.SharedHosts.LONG;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.testkit.database.PostgresServer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host that is closed while the database of the jobs does not respond. */
@Tag("slow")
class SharedCloseTest {
  @TempDir Path directory;
  private final CountDownLatch released = new CountDownLatch(1);
  private PostgresServer server;
  private SharedHosts hosts;

  @BeforeEach
  void begin() throws Exception {
    server = PostgresServer.startOwn();
    hosts = new SharedHosts(directory);
    hosts.database = SharedHosts.settings(server.database());
    hosts.model.answers(
        body -> {
          Until.released(released);
          return FakeModel.echo(body);
        });
  }

  @AfterEach
  void end() throws Exception {
    released.countDown();
    server.start();
    hosts.close();
    server.close();
  }

  /** An action on a separate thread, and its outcome. */
  private static final class Doing {
    final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final Thread thread;

    Doing(Step step) {
      thread =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      step.run();
                    } catch (Throwable e) {
                      failure.set(e);
                    }
                  });
    }

    interface Step {
      void run() throws Exception;
    }

    void awaitIn(String type) throws Exception {
      Until.holds(
          "it waits in " + type,
          () ->
              thread.getState() == Thread.State.WAITING
                  && Arrays.stream(thread.getStackTrace())
                      .anyMatch(frame -> frame.getClassName().endsWith("." + type)));
    }

    void awaitEnd() throws Exception {
      Until.holds("it ends", () -> !thread.isAlive());
    }

    Errno errno() {
      return failure.get() instanceof FsException e ? e.errno() : null;
    }
  }

  private Mount host(String drain) throws Exception {
    Mount host = hosts.host(LONG, Map.of("workers", 1, "drain_timeout", drain));
    hosts.hosts.remove(host);
    host.put("inbox/x.txt", "x");
    hosts.awaitCalls(1);
    return host;
  }

  @Test
  void aHostIsClosedAlthoughAClientWaitsForTheDatabase() throws Exception {
    Mount host = host("0s");
    Doing reading = new Doing(() -> host.read("wait/x"));
    reading.awaitIn("WaitDirectory");
    server.stop();
    Doing cancelling = new Doing(() -> host.ctl("cancel x"));
    cancelling.awaitIn("store.Writer");
    Doing closing = new Doing(host::close);
    closing.awaitEnd();
    assertThat(closing.failure).hasNullValue();
    cancelling.awaitEnd();
    assertThat(cancelling.errno()).isEqualTo(Errno.EIO);
    reading.awaitEnd();
    assertThat(reading.errno()).isEqualTo(Errno.EIO);
  }

  @Test
  void whatWaitsForTheDatabaseIsStoredIfThatAnswersInTime() throws Exception {
    Mount host = host("45s");
    server.stop();
    Doing cancelling = new Doing(() -> host.ctl("cancel x"));
    cancelling.awaitIn("store.Writer");
    Doing closing = new Doing(host::close);
    server.start();
    cancelling.awaitEnd();
    assertThat(cancelling.failure).hasNullValue();
    closing.awaitEnd();
    assertThat(hosts.ask("SELECT state FROM gptfs_jobs")).isEqualTo("CANCELLED");
    assertThat(hosts.ask("SELECT count(*) FROM gptfs_hosts")).isEqualTo("0");
  }
}
