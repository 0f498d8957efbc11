package dev.warren.gptfs;

import static dev.warren.gptfs.SharedHosts.LONG;
import static dev.warren.gptfs.SharedHosts.SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.ForwardingFileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.VfsPath;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The periodic work of a host continues after a failure, and without notices. */
@Tag("slow")
class SharedLoopsTest {
  /** The interval at which a host checks what it may not have been notified of. */
  private static final Duration POLL = Duration.ofSeconds(10);

  /** The interval at which jobs that are old enough are forgotten. */
  private static final Duration SWEEP = Duration.ofMinutes(5);

  private static final String PAUSE =
      "INSERT INTO gptfs_settings (name, value) VALUES ('paused', 'true')";

  @TempDir Path directory;
  private SharedHosts hosts;

  @BeforeEach
  void begin() throws Exception {
    hosts = new SharedHosts(directory);
  }

  @AfterEach
  void end() throws Exception {
    hosts.close();
  }

  private static boolean isPaused(Mount host) throws Exception {
    return host.stats().path("paused").asBoolean();
  }

  /** A host whose clock stands still, and that has read the current settings. */
  private Mount stopped() throws Exception {
    Mount host =
        Mount.open(
            hosts.files,
            TestDatabase.shared(hosts.database, LONG),
            new ManualTimers(),
            Mount.config(hosts.model.url()));
    hosts.hosts.add(host);
    Mount other = hosts.host(LONG, 1);
    other.ctl("drain");
    Until.holds("heard", () -> host.stats().path("draining").asBoolean());
    return host;
  }

  @Test
  void aSettingAppliesThoughItsNoticeIsLost() throws Exception {
    Mount host = stopped();
    hosts.ask(PAUSE);
    host.clock().advance(POLL);
    Until.holds("paused", () -> isPaused(host));
    hosts.ask("UPDATE gptfs_settings SET value = 'false' WHERE name = 'paused'");
    host.clock().advance(POLL);
    Until.holds("paused no more", () -> !isPaused(host));
  }

  /**
   * The host reads the settings, a command changes them, and then the host applies what it read.
   */
  @Test
  void aCommandIsNotUndoneByAnOlderSetting() throws Exception {
    Mount host = hosts.host(LONG, 1);
    hosts.ask("ALTER TABLE gptfs_settings RENAME TO all_settings");
    hosts.ask(
        """
        CREATE VIEW gptfs_settings AS SELECT name, value FROM all_settings
        WHERE (SELECT true FROM pg_advisory_xact_lock_shared(7))
        """);
    try (Connection first = hosts.connect();
        Connection second = hosts.connect();
        Statement lock = first.createStatement();
        Statement nextLock = second.createStatement();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      lock.execute("SELECT pg_advisory_lock(7)");
      hosts.ask("SELECT pg_notify('warren', 'gptfs settings')");
      Until.holds("the host reads", () -> waitForTheLock() == 1);
      host.ctl("pause");
      Future<?> locked = threads.submit(() -> nextLock.execute("SELECT pg_advisory_lock(7)"));
      Until.holds("the next one waits", () -> waitForTheLock() == 2);
      lock.execute("SELECT pg_advisory_unlock(7)");
      locked.get(1, TimeUnit.MINUTES);
      Until.holds("the host reads again", () -> waitForTheLock() == 1);
      assertThat(isPaused(host)).isTrue();
      nextLock.execute("SELECT pg_advisory_unlock(7)");
    }
  }

  private int waitForTheLock() throws Exception {
    return Integer.parseInt(
        hosts.ask("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"));
  }

  @Test
  void aJobIsClaimedThoughItsNoticeIsLost() throws Exception {
    Mount host = stopped();
    host.ctl("resume");
    host.ctl("pause");
    for (Mount each : hosts.hosts) { // otherwise it may still claim the job, and keep it
      Until.holds("paused", () -> isPaused(each));
    }
    host.put("inbox/x.txt", "x");
    host.clock().run();
    Until.holds(
        "free",
        () -> hosts.ask("SELECT count(*) FROM gptfs_jobs WHERE lease_owner IS NULL").equals("1"));
    Mount late =
        Mount.open(
            hosts.files,
            TestDatabase.shared(hosts.database, LONG),
            new ManualTimers(),
            Mount.config(hosts.model.url()));
    hosts.hosts.add(late);
    Until.holds("heard", () -> isPaused(late));
    hosts.ask("UPDATE gptfs_settings SET value = 'false' WHERE name = 'paused'");
    Until.holds(
        "completed",
        () -> {
          late.clock().advance(POLL);
          return late.state("x").equals("completed");
        });
  }

  @Test
  void aSettingIsReadAgainIfThatHasFailed() throws Exception {
    Mount host = stopped();
    try (Connection connection = hosts.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE gptfs_settings IN ACCESS EXCLUSIVE MODE");
      hosts.ask("SELECT pg_notify('warren', 'gptfs settings')");
      Until.holds(
          "it has failed",
          () ->
              hosts
                  .ask(
                      """
                      SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity
                      WHERE datname = current_database() AND wait_event_type = 'Lock'
                      """)
                  .equals("1"));
      statement.execute(PAUSE);
      connection.commit();
    }
    Until.holds("paused", () -> isPaused(host));
  }

  /** Throws an error, as if there were no memory, once each time that the test requests it. */
  private static final class Erring extends ForwardingFileSystem {
    final AtomicBoolean onList = new AtomicBoolean();
    final AtomicBoolean onStat = new AtomicBoolean();
    final AtomicBoolean onUnlink = new AtomicBoolean();

    Erring(FileSystem delegate) {
      super(delegate);
    }

    private static void err(AtomicBoolean armed) {
      if (armed.getAndSet(false)) {
        throw new OutOfMemoryError("as a test wants it");
      }
    }

    @Override
    public OpenDirectory openDirectory(VfsPath path) throws FsException {
      err(onList);
      return super.openDirectory(path);
    }

    @Override
    public FileAttributes stat(VfsPath path) throws FsException {
      err(onStat);
      return super.stat(path);
    }

    @Override
    public void unlink(VfsPath path) throws FsException {
      err(onUnlink);
      super.unlink(path);
    }

    @Override
    public void close() {} // it outlives the host
  }

  private Mount host(Erring files) throws Exception {
    Map<String, Object> config = Mount.config(hosts.model.url());
    return hosts.open(SHORT, config, files);
  }

  @Test
  void aLeaseIsRenewedAfterAnError() throws Exception {
    Erring files = new Erring(hosts.files);
    Mount host = host(files);
    Mount dead = hosts.host(LONG, 1);
    files.onList.set(true);
    hosts.expire(dead);
    Until.holds("an error", () -> !files.onList.get());
    String question = "SELECT seen_at FROM gptfs_hosts WHERE id = '" + host.host() + "'";
    long seen = Long.parseLong(hosts.ask(question));
    Until.holds("renewed", () -> Long.parseLong(hosts.ask(question)) > seen);
  }

  @Test
  void jobsAreClaimedAfterAnError() throws Exception {
    Map<String, Object> slow = Mount.config(hosts.model.url());
    slow.put("settle", "1h");
    Mount first = hosts.open(LONG, slow, hosts.files);
    first.put("inbox/x.txt", "x");
    assertThat(first.state("x")).isEqualTo("pending");
    Erring files = new Erring(hosts.files);
    Mount host = host(files);
    files.onStat.set(true);
    hosts.hosts.remove(first);
    first.close(); // the file has not settled, and another host continues with it
    Until.holds("an error", () -> !files.onStat.get());
    host.awaitState("x", "completed");
  }

  @Test
  void oldJobsAreForgottenAfterAnError() throws Exception {
    Erring files = new Erring(hosts.files);
    Map<String, Object> config = Mount.config(hosts.model.url());
    config.put("keep", Map.of("age", "1m"));
    try (Mount host = Mount.open(files, new ManualTimers(), config)) {
      host.put("inbox/x.txt", "x");
      host.clock().run();
      host.awaitState("x", "completed");
      files.onUnlink.set(true);
      assertThatThrownBy(() -> host.clock().advance(SWEEP)).isInstanceOf(OutOfMemoryError.class);
      host.clock().advance(SWEEP);
      assertThat(host.state("x")).isEqualTo("none");
    }
  }
}
