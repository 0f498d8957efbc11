package dev.warren.sqlfs;

import static dev.warren.testkit.TestFiles.path;
import static dev.warren.testkit.Waiting.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.AttributeChanges;
import dev.warren.api.AttributesBuffer;
import dev.warren.api.Errno;
import dev.warren.api.FileHandle;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.TimeChange;
import dev.warren.api.VfsPath;
import dev.warren.api.config.DatabaseSettings;
import dev.warren.api.database.Database;
import dev.warren.sqlfs.check.Check;
import dev.warren.testkit.FsCall;
import dev.warren.testkit.TestContext;
import dev.warren.testkit.TestFiles;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What two hosts with one database see of each other's changes. */
class TwoHostsTest {
  private static final byte[] LARGE = new byte[5 << 20];

  @TempDir @Nullable Path directory;

  private final AtomicLong ticks = new AtomicLong();
  private final AtomicLong bTicks = new AtomicLong();
  private TestContext context = TestContext.in(Path.of(""));
  private @Nullable DatabaseSettings shared;
  private @Nullable Database database;
  private @Nullable FileSystem a;
  private @Nullable FileSystem b;

  DatabaseSettings settings() throws Exception {
    return TestHost.sqlite(Objects.requireNonNull(directory));
  }

  @BeforeEach
  void open() throws Exception {
    context = TestContext.in(Objects.requireNonNull(directory));
    DatabaseSettings settings = settings();
    shared = settings;
    database = context.database(settings);
    a = TestHost.open(context, settings, TestHost.settings(ticks::get));
    b = TestHost.open(context, settings, TestHost.settings(() -> ticks.get() + bTicks.get()));
  }

  @AfterEach
  void close() throws Exception {
    a().close();
    b().close();
    try (Connection connection = database().getConnection()) {
      assertThat(Check.problems(connection)).isEmpty();
    }
    context.close();
  }

  private FileSystem a() {
    return Objects.requireNonNull(a);
  }

  private FileSystem b() {
    return Objects.requireNonNull(b);
  }

  private Database database() {
    return Objects.requireNonNull(database);
  }

  /** Moves the clock by more than any value may be cached. */
  private void aSecondPasses() {
    ticks.addAndGet(1_000_000_000);
  }

  private void sql(String statement) throws Exception {
    try (Connection connection = database().getConnection();
        Statement s = connection.createStatement()) {
      s.executeUpdate(statement);
    }
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  private static void assertErrno(FsCall call, Errno expected) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(expected));
  }

  private static OpenFile write(FileSystem fs, String name, OpenOptions options, String text)
      throws FsException {
    OpenFile file = fs.open(path(name), options, 0644);
    file.write(ByteBuffer.wrap(text.getBytes(UTF_8)), 0);
    return file;
  }

  @Test
  void aFileThatIsReplacedAsAWholeIsOldOrNew() throws Exception {
    a().mkdir(path("/d"), 0755);
    a().replace(path("/d/f"), bytes("one"), 0640);
    assertThat(TestFiles.readText(b(), path("/d/f"))).isEqualTo("one");
    assertThat(b().stat(path("/d/f")).permissions()).isEqualTo(0640);
    OpenFile old = b().open(path("/d/f"), OpenOptions.READ, 0);
    String large = "two".repeat(100_000);
    a().replace(path("/d/f"), bytes(large), 0444);
    assertThat(TestFiles.readText(a(), path("/d/f"))).isEqualTo(large);
    aSecondPasses();
    assertThat(TestFiles.readText(b(), path("/d/f"))).isEqualTo(large);
    assertThat(b().stat(path("/d/f")).linkCount()).isEqualTo(1);
    assertThat(TestFiles.read(old)).asString(UTF_8).isEqualTo("one");
    old.close();
    a().replace(path("/d/f"), bytes(""), 0444);
    assertThat(a().stat(path("/d/f")).size()).isZero();
    assertThat(TestFiles.names(a(), path("/d"))).containsExactly("f");
  }

  @Test
  void onlyAFileOfADirectoryIsReplaced() throws Exception {
    a().replace(path("/f"), bytes("f"), 0644);
    a().mkdir(path("/d"), 0755);
    assertErrno(() -> a().replace(path("/d"), bytes("x"), 0644), Errno.EISDIR);
    assertErrno(() -> a().replace(VfsPath.ROOT, bytes("x"), 0644), Errno.EISDIR);
    assertErrno(() -> a().replace(path("/none/f"), bytes("x"), 0644), Errno.ENOENT);
    assertErrno(() -> a().replace(path("/f/g"), bytes("x"), 0644), Errno.ENOTDIR);
  }

  @Test
  void whatOneHasClosedTheOtherOpens() throws Exception {
    TestFiles.write(a(), path("/f"), "one");
    assertThat(TestFiles.readText(b(), path("/f"))).isEqualTo("one");
    TestFiles.write(a(), path("/f"), "another");
    assertThat(TestFiles.readText(b(), path("/f"))).isEqualTo("another");
  }

  @Test
  void whoHasAFileOpenSeesTheOthersWritesWithinASecond() throws Exception {
    TestFiles.write(a(), path("/f"), "one");
    try (OpenFile reader = b().open(path("/f"), OpenOptions.READ, 0)) {
      assertThat(new String(TestFiles.read(reader), UTF_8)).isEqualTo("one");
      write(a(), "/f", OpenOptions.WRITE, "two and more").close();
      aSecondPasses();
      assertThat(new String(TestFiles.read(reader), UTF_8)).isEqualTo("two and more");
    }
  }

  /** The file's size and content are those of one moment. */
  @Test
  void aFileThatIsReplacedAfterItWasOpenedIsReadWhole() throws Exception {
    for (String before : new String[] {"s", "l".repeat(100_000)}) {
      TestFiles.write(a(), path("/f"), before);
      try (OpenFile reader = b().open(path("/f"), OpenOptions.READ, 0)) {
        TestFiles.write(a(), path("/f"), "in between");
        assertThat(new String(TestFiles.read(reader), UTF_8)).isEqualTo("in between");
      }
    }
  }

  /**
   * One read returns bytes of one content, even if this host has cached the first bytes of the old
   * one.
   */
  @Test
  void aReadThatFindsAFileReplacedBeginsAgain() throws Exception {
    byte[] old = new byte[200_000];
    TestFiles.write(a(), path("/f"), old);
    try (OpenFile reader = b().open(path("/f"), OpenOptions.READ, 0)) {
      assertThat(TestFiles.read(reader, 0, 1)).containsExactly(0);
      byte[] replaced = new byte[old.length];
      Arrays.fill(replaced, (byte) 1);
      TestFiles.write(a(), path("/f"), replaced);
      ByteBuffer buffer = ByteBuffer.allocate(old.length);
      assertThat(reader.read(buffer, 0)).isEqualTo(old.length);
      assertThat(buffer.array()).isEqualTo(replaced);
    }
  }

  @Test
  void anEmptyFileThatIsReplacedIsEmptyForOthersUntilItIsClosed() throws Exception {
    TestFiles.write(a(), path("/f"), "");
    try (OpenFile file = a().open(path("/f"), OpenOptions.REPLACE, 0644)) {
      TestFiles.writeAll(file, ByteBuffer.wrap(LARGE), 0);
      assertThat(TestFiles.read(b(), path("/f"))).isEmpty();
    }
    assertThat(TestFiles.read(b(), path("/f"))).isEqualTo(LARGE);
  }

  /**
   * The data is kept, so that the upload can be resumed: there is no old content to keep instead.
   */
  @Test
  void whatAnEmptyFileHasGotStaysAfterAnAbort() throws Exception {
    TestFiles.write(a(), path("/f"), "");
    OpenFile file = write(a(), "/f", OpenOptions.REPLACE, "half");
    file.abort(new FsException(Errno.EIO, "the client is gone"));
    assertThat(TestFiles.readText(b(), path("/f"))).isEqualTo("half");
  }

  @Test
  void aFileThatIsReplacedShowsItsOldContentUntilItIsClosed() throws Exception {
    TestFiles.write(a(), path("/f"), "old");
    try (OpenFile file = a().open(path("/f"), OpenOptions.REPLACE, 0644)) {
      TestFiles.writeAll(file, ByteBuffer.wrap(LARGE), 0);
      assertThat(TestFiles.readText(b(), path("/f"))).isEqualTo("old");
      assertThat(a().stat(path("/f")).size()).isEqualTo(LARGE.length);
    }
    assertThat(b().stat(path("/f")).size()).isEqualTo(3);
    aSecondPasses();
    assertThat(TestFiles.read(b(), path("/f"))).isEqualTo(LARGE);
  }

  /** For O_TRUNC over 9P, Linux opens the file without that flag, and then sets the size. */
  @Test
  void aFileThatIsEmptiedFirstOfAllShowsItsOldContentUntilItIsClosed() throws Exception {
    TestFiles.write(a(), path("/f"), "old");
    try (OpenFile file = a().open(path("/f"), OpenOptions.WRITE, 0)) {
      file.setAttributes(AttributeChanges.NONE.withSize(0).withTimes(null, TimeChange.NOW));
      assertThat(a().stat(path("/f")).size()).isZero();
      assertThat(TestFiles.readText(b(), path("/f"))).isEqualTo("old");
      TestFiles.writeAll(file, ByteBuffer.wrap("new".getBytes(UTF_8)), 0);
      assertThat(TestFiles.readText(b(), path("/f"))).isEqualTo("old");
    }
    assertThat(TestFiles.readText(b(), path("/f"))).isEqualTo("new");
  }

  @Test
  void aFileThatIsEmptiedFirstOfAllHasItsOldContentAfterAnAbort() throws Exception {
    TestFiles.write(a(), path("/f"), "old");
    OpenFile file = a().open(path("/f"), OpenOptions.WRITE, 0);
    file.setAttributes(AttributeChanges.NONE.withSize(0));
    TestFiles.writeAll(file, ByteBuffer.wrap("new".getBytes(UTF_8)), 0);
    file.abort(new FsException(Errno.EIO, "the client is gone"));
    assertThat(TestFiles.readText(a(), path("/f"))).isEqualTo("old");
  }

  @Test
  void aFileThatIsEmptiedAfterAWriteIsEmptyAtOnce() throws Exception {
    TestFiles.write(a(), path("/f"), "old");
    try (OpenFile file = write(a(), "/f", OpenOptions.WRITE, "new")) {
      file.setAttributes(AttributeChanges.NONE.withSize(0));
      assertThat(TestFiles.readText(b(), path("/f"))).isEmpty();
    }
  }

  @Test
  void anAbortedReplacementLeavesTheOldContentAndNothingElse() throws Exception {
    TestFiles.write(a(), path("/f"), "old");
    OpenFile file = a().open(path("/f"), OpenOptions.REPLACE, 0644);
    TestFiles.writeAll(file, ByteBuffer.wrap(LARGE), 0);
    file.abort(new FsException(Errno.EIO, "the client is gone"));
    assertThat(TestFiles.readText(a(), path("/f"))).isEqualTo("old");
    assertThat(TestFiles.readText(b(), path("/f"))).isEqualTo("old");
  }

  /** A connection is lost while its last write is in flight. */
  @Test
  void anAbortDuringAWriteLeavesTheOldContent() throws Exception {
    AtomicReference<@Nullable Thread> held = new AtomicReference<>();
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch goesOn = new CountDownLatch(1);
    LongSupplier slow =
        () -> {
          if (Thread.currentThread().equals(held.get())) {
            inside.countDown();
            assertThatCode(goesOn::await).doesNotThrowAnyException();
          }
          return ticks.get();
        };
    try (FileSystem c = TestHost.open(context, settings(), TestHost.settings(slow))) {
      TestFiles.write(c, path("/f"), "old");
      OpenFile file = write(c, "/f", OpenOptions.REPLACE, "half");
      FutureTask<Integer> more =
          new FutureTask<>(() -> file.write(ByteBuffer.wrap("more".getBytes(UTF_8)), 4));
      Thread writer = Thread.ofPlatform().unstarted(more);
      held.set(writer);
      writer.start();
      inside.await();
      Thread abort =
          Thread.ofPlatform().start(() -> file.abort(new FsException(Errno.EIO, "it is gone")));
      await().until(() -> abort.getState() == Thread.State.WAITING);
      goesOn.countDown();
      writer.join();
      abort.join();
      assertThat(more.state()).isIn(Future.State.SUCCESS, Future.State.FAILED);
      assertThat(TestFiles.readText(c, path("/f"))).isEqualTo("old");
      assertThatThrownBy(() -> file.write(ByteBuffer.wrap(LARGE), 0))
          .isInstanceOf(FsException.class);
    }
  }

  @Test
  void whatASyncHasSavedStaysAfterAnAbort() throws Exception {
    TestFiles.write(a(), path("/f"), "old");
    OpenFile file = write(a(), "/f", OpenOptions.REPLACE, "new");
    file.sync(false);
    file.abort(new FsException(Errno.EIO, "the client is gone"));
    assertThat(TestFiles.readText(b(), path("/f"))).isEqualTo("new");
  }

  @Test
  void anotherHostsNamesAreSeenWithinASecond() throws Exception {
    TestFiles.write(a(), path("/f"), "one");
    assertThat(b().stat(path("/f")).size()).isEqualTo(3);
    a().rename(path("/f"), path("/g"), true);
    aSecondPasses();
    assertThat(TestFiles.exists(b(), path("/f"))).isFalse();
    assertThat(TestFiles.readText(b(), path("/g"))).isEqualTo("one");
  }

  @Test
  void aFileThatAnotherHostReplacesIsOpenedAsItIsNow() throws Exception {
    TestFiles.write(a(), path("/f"), "old");
    assertThat(TestFiles.readText(b(), path("/f"))).isEqualTo("old");
    TestFiles.write(a(), path("/f.new"), "new");
    a().rename(path("/f.new"), path("/f"), true);
    assertThat(TestFiles.readText(b(), path("/f"))).isEqualTo("new");
  }

  @Test
  void aFileThatTheOtherHasOpenOutlivesItsName() throws Exception {
    TestFiles.write(a(), path("/f"), LARGE);
    try (OpenFile reader = b().open(path("/f"), OpenOptions.READ, 0)) {
      a().unlink(path("/f"));
      aSecondPasses();
      assertThat(TestFiles.read(reader)).isEqualTo(LARGE);
      assertThat(reader.stat().linkCount()).isZero();
    }
  }

  @Test
  void aFileThatTheOtherHasFoundOutlivesItsName() throws Exception {
    TestFiles.write(a(), path("/f"), "text");
    AttributesBuffer attributes = new AttributesBuffer();
    try (FileHandle found = Objects.requireNonNull(b().find(path("/f"), attributes))) {
      a().unlink(path("/f"));
      aSecondPasses();
      VfsPath at = path("/f").at(found);
      assertThat(TestFiles.readText(b(), at)).isEqualTo("text");
    }
  }

  /** Simulates a SIGSTOP: the other hosts have continued without this one. */
  @Test
  void whatAHostWroteThatWasBelievedDeadIsRefused() throws Exception {
    TestFiles.write(a(), path("/f"), "old");
    OpenFile late = write(a(), "/f", OpenOptions.WRITE, "late");
    OpenFile replacing = write(a(), "/g", OpenOptions.REPLACE, "late");
    sql("UPDATE sqlfs_session SET expires = 0 WHERE id = (SELECT MIN(id) FROM sqlfs_session)");
    sql("UPDATE sqlfs_session SET since = 0");
    TestFiles.write(b(), path("/f"), "the other's");
    for (OpenFile file : new OpenFile[] {late, replacing}) {
      assertThatThrownBy(file::close)
          .isInstanceOfSatisfying(
              FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ESTALE));
    }
    assertThat(TestFiles.readText(a(), path("/f"))).isEqualTo("the other's");
    assertThat(TestFiles.readText(b(), path("/g"))).isEmpty();
    TestFiles.write(a(), path("/f"), "it goes on");
    assertThat(TestFiles.readText(b(), path("/f"))).isEqualTo("it goes on");
  }

  /**
   * The database was unreachable for longer than the lease: the first host that reaches it again
   * waits for the other hosts.
   */
  @Test
  void whatAHostWroteDuringAnOutageForAllIsKept() throws Exception {
    TestFiles.write(a(), path("/f"), "old");
    OpenFile late = write(a(), "/f", OpenOptions.WRITE, "late");
    OpenFile replacing = write(a(), "/g", OpenOptions.REPLACE, "late");
    sql("UPDATE sqlfs_session SET expires = 0, since = 0");
    beat(b(), bTicks);
    late.close();
    replacing.close();
    assertThat(TestFiles.readText(b(), path("/f"))).isEqualTo("late");
    assertThat(TestFiles.readText(b(), path("/g"))).isEqualTo("late");
  }

  /** A host that has just started does not know whether the others could reach the database. */
  @Test
  void aNewHostWaitsForTheOthersAfterAnOutage() throws Exception {
    OpenFile late = write(a(), "/f", OpenOptions.REPLACE, "late");
    sql("UPDATE sqlfs_session SET expires = 0, since = 0");
    DatabaseSettings same = Objects.requireNonNull(shared);
    try (FileSystem c = TestHost.open(context, same, TestHost.settings(ticks::get))) {
      TestFiles.write(c, path("/g"), "first");
      late.close();
      assertThat(TestFiles.readText(c, path("/f"))).isEqualTo("late");
    }
  }

  /**
   * Simulates a SIGSTOP: another host, which was never stopped, removes the remains of this one.
   */
  @Test
  void whatIsLeftOfAHostThatDoesNotComeBackIsRemoved() throws Exception {
    OpenFile late = write(a(), "/f", OpenOptions.REPLACE, "late");
    sql("UPDATE sqlfs_session SET expires = 0, since = 0");
    beat(b(), bTicks);
    assertThat(number("SELECT COUNT(*) FROM sqlfs_session")).isEqualTo(2);
    sql("UPDATE sqlfs_session SET since = 0");
    beat(b(), bTicks);
    assertThat(number("SELECT COUNT(*) FROM sqlfs_session")).isEqualTo(1);
    assertThatThrownBy(late::close)
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ESTALE));
  }

  /** Lets a host renew its lease, as it does from time to time. */
  private static void beat(FileSystem host, AtomicLong itsTicks) throws FsException {
    itsTicks.addAndGet(TestHost.LEASE.toNanos());
    host.setAttributes(VfsPath.ROOT, AttributeChanges.NONE.withTimes(null, TimeChange.NOW));
  }

  /**
   * Each host has to see each orphan once, however many there are, and the orphans do not wait for
   * each other.
   */
  @Test
  void removedFilesAreDeletedAfterTwoRenewalsInFewTransactions() throws Exception {
    int files = 1100;
    for (int i = 0; i < files; i++) {
      TestFiles.write(a(), path("/" + i), "x");
    }
    allRenew();
    long before = number("SELECT turns FROM sqlfs_volume");
    for (int i = 0; i < files; i++) {
      a().unlink(path("/" + i));
    }
    allRenew();
    allRenew();
    await()
        .until(
            () ->
                number("SELECT (SELECT COUNT(*) FROM sqlfs_orphan) + COUNT(*) FROM sqlfs_loose")
                    == 0);
    assertThat(number("SELECT bytes FROM sqlfs_volume")).isLessThan(100_000);
    assertThat(number("SELECT turns FROM sqlfs_volume") - before).isLessThan(files + 100);
  }

  private void allRenew() throws FsException {
    ticks.addAndGet(TestHost.LEASE.toNanos());
    beat(a(), new AtomicLong());
    beat(b(), new AtomicLong());
  }

  private long number(String query) throws Exception {
    try (Connection connection = database().getConnection();
        Statement s = connection.createStatement();
        ResultSet rows = s.executeQuery(query)) {
      assertThat(rows.next()).isTrue();
      return rows.getLong(1);
    }
  }
}
