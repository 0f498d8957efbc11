package dev.warren.sqlfs;

import static dev.warren.testkit.TestFiles.path;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.TimeChange;
import dev.warren.api.VfsPath;
import dev.warren.api.config.DatabaseSettings;
import dev.warren.api.database.Database;
import dev.warren.testkit.TestContext;
import dev.warren.testkit.TestFiles;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two hosts whose clocks are two hours apart, the database's in the middle. Their leases are
 * shorter than this difference, and longer than a test may take.
 */
@Tag("slow")
class HostClocksTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration LEASE = Duration.ofMinutes(30);

  @TempDir @Nullable Path directory;
  private TestContext context = TestContext.in(Path.of(""));
  private @Nullable Database database;
  private final Host ahead = new Host(HOUR);
  private final Host behind = new Host(HOUR.negated());

  /** A host with a clock that is wrong. */
  private static final class Host {
    private final AtomicLong ticks = new AtomicLong();
    private volatile Duration error;
    private @Nullable FileSystem fs;

    Host(Duration error) {
      this.error = error;
    }

    void open(TestContext context, DatabaseSettings settings) throws Exception {
      Instance.Settings defaults = TestHost.settings(ticks::get);
      fs =
          TestHost.open(
              context,
              settings,
              new Instance.Settings(
                  defaults.limit(),
                  defaults.chunkSize(),
                  defaults.cacheBytes(),
                  defaults.owner(),
                  defaults.host(),
                  LEASE,
                  () -> Instant.now().plus(error),
                  ticks::get));
    }

    FileSystem fs() {
      return Objects.requireNonNull(fs);
    }

    /**
     * Makes the host renew its lease, as it does periodically; the lease ends by the database's
     * clock.
     */
    void beat() throws FsException {
      ticks.addAndGet(LEASE.toNanos());
      fs().setAttributes(VfsPath.ROOT, AttributeChanges.NONE.withTimes(null, TimeChange.NOW));
    }

    OpenFile unfinished(String name, String text) throws FsException {
      OpenFile file = fs().open(path(name), OpenOptions.REPLACE, 0644);
      file.write(ByteBuffer.wrap(text.getBytes(UTF_8)), 0);
      return file;
    }
  }

  @BeforeEach
  void open() throws Exception {
    context = TestContext.in(Objects.requireNonNull(directory));
    DatabaseSettings settings = TestHost.postgres();
    database = context.database(settings);
    ahead.open(context, settings);
    behind.open(context, settings);
  }

  @AfterEach
  void close() throws Exception {
    ahead.fs().close();
    behind.fs().close();
    context.close();
  }

  private long number(String query) throws Exception {
    try (Connection connection = Objects.requireNonNull(database).getConnection();
        Statement s = connection.createStatement();
        ResultSet rows = s.executeQuery(query)) {
      assertThat(rows.next()).isTrue();
      return rows.getLong(1);
    }
  }

  private void sql(String statement) throws Exception {
    try (Connection connection = Objects.requireNonNull(database).getConnection();
        Statement s = connection.createStatement()) {
      s.executeUpdate(statement);
    }
  }

  /**
   * Simulates that both hosts have run for a long time: each would remove the other if the other's
   * lease expired.
   */
  private void longAfterTheStart() throws Exception {
    sql("UPDATE sqlfs_session SET since = 0");
  }

  /**
   * The number of sessions whose lease ends within the length of a lease, by the database's clock.
   */
  private long leased() throws Exception {
    return number(
        "SELECT count(*) FROM sqlfs_session, (SELECT EXTRACT(EPOCH FROM now()) * 1000 AS now) AS c"
            + " WHERE expires > c.now AND expires < c.now + "
            + LEASE.plusMinutes(5).toMillis());
  }

  @Test
  void neitherIsConsideredDead() throws Exception {
    OpenFile one = ahead.unfinished("/one", "of the host ahead");
    OpenFile two = behind.unfinished("/two", "of the host behind");
    assertThat(leased()).isEqualTo(2);
    longAfterTheStart();
    ahead.beat();
    behind.beat();
    assertThat(leased()).isEqualTo(2);
    one.close();
    two.close();
    assertThat(TestFiles.readText(behind.fs(), path("/one"))).isEqualTo("of the host ahead");
    assertThat(TestFiles.readText(ahead.fs(), path("/two"))).isEqualTo("of the host behind");
  }

  @Test
  void aClockThatIsSetWhileAFileIsOpenEndsNoLease() throws Exception {
    OpenFile one = ahead.unfinished("/one", "set back");
    OpenFile two = behind.unfinished("/two", "set forward");
    longAfterTheStart();
    ahead.error = HOUR.negated();
    behind.error = HOUR;
    ahead.beat();
    behind.beat();
    assertThat(leased()).isEqualTo(2);
    one.close();
    two.close();
    assertThat(TestFiles.readText(behind.fs(), path("/one"))).isEqualTo("set back");
    assertThat(TestFiles.readText(ahead.fs(), path("/two"))).isEqualTo("set forward");
  }

  /** Even a host by whose own clock the other's lease has not expired yet removes the other. */
  @Test
  void whoIsDeadByTheDatabasesClockIsRemoved() throws Exception {
    OpenFile late = ahead.unfinished("/f", "late");
    sql(
        "UPDATE sqlfs_session SET since = 0, expires = expires - "
            + LEASE.plusMinutes(1).toMillis()
            + " WHERE id = (SELECT MIN(id) FROM sqlfs_session)");
    longAfterTheStart();
    behind.beat();
    assertThat(number("SELECT count(*) FROM sqlfs_session")).isEqualTo(1);
    late.abort(new FsException(Errno.EIO));
  }

  private void isNow(FileAttributes attributes) throws Exception {
    long now = number("SELECT CAST(EXTRACT(EPOCH FROM now()) AS BIGINT)");
    for (long seconds :
        new long[] {
          attributes.birthSeconds(), attributes.modifySeconds(), attributes.changeSeconds()
        }) {
      assertThat(seconds).isCloseTo(now, within(LEASE.toSeconds()));
    }
  }

  @Test
  void filesHaveTheDatabasesTime() throws Exception {
    isNow(ahead.fs().stat(VfsPath.ROOT)); // the file was created by the host whose clock is ahead
    TestFiles.write(ahead.fs(), path("/one"), "one");
    TestFiles.write(behind.fs(), path("/two"), "two");
    ahead.fs().mkdir(path("/d"), 0755);
    for (String name : new String[] {"/", "/one", "/two", "/d"}) {
      isNow(ahead.fs().stat(path(name)));
      isNow(behind.fs().stat(path(name)));
    }
  }

  @Test
  void filesHaveTheDatabasesTimeOnceALeaseIsRenewedAfterAClockWasSet() throws Exception {
    ahead.error = HOUR.negated();
    ahead.beat();
    TestFiles.write(ahead.fs(), path("/f"), "text");
    isNow(ahead.fs().stat(path("/f")));
  }
}
