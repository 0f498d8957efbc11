package dev.warren.sqlfs;

import static dev.warren.testkit.TestFiles.path;
import static dev.warren.testkit.Waiting.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.config.DatabaseSettings;
import dev.warren.api.database.Database;
import dev.warren.sqlfs.check.Check;
import dev.warren.testkit.InterceptedDatabase;
import dev.warren.testkit.TestContext;
import dev.warren.testkit.TestFiles;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Commits whose reply is lost: the result must be correct, whether a commit has happened or not.
 * The contents are so large that a part of them is in the database before they are complete.
 */
class LostReplyTest {
  private static final int SQLITE_IO_ERROR = 10;

  @TempDir @Nullable Path directory;

  private final AtomicLong ticks = new AtomicLong();
  private TestContext context = TestContext.in(Path.of(""));
  private @Nullable Database database;
  private @Nullable FileSystem host;
  private @Nullable FileSystem other;

  /** The outcome of the host's next commits. */
  private volatile InterceptedDatabase.Commits commits = (_, commit) -> commit.run();

  @BeforeEach
  void open() throws Exception {
    context = TestContext.in(Objects.requireNonNull(directory));
    DatabaseSettings settings = TestHost.sqlite(Objects.requireNonNull(directory));
    database = context.database(settings);
    other = TestHost.open(context, settings, TestHost.settings(TestHost.forgetful()));
    host =
        TestHost.open(
            context.wrappingDatabases(
                one ->
                    InterceptedDatabase.around(
                        one, (connection, commit) -> commits.around(connection, commit))),
            settings,
            TestHost.settings(ticks::get));
  }

  @AfterEach
  void close() throws Exception {
    host().close();
    other().close();
    try (Connection connection = Objects.requireNonNull(database).getConnection()) {
      assertThat(Check.problems(connection)).isEmpty();
    }
    context.close();
  }

  private FileSystem host() {
    return Objects.requireNonNull(host);
  }

  private FileSystem other() {
    return Objects.requireNonNull(other);
  }

  private static byte[] large(int value) {
    byte[] content = new byte[5 << 20];
    Arrays.fill(content, (byte) value);
    return content;
  }

  /** The next commit happens, but its reply is lost. */
  private void loseReply() {
    commits =
        (_, commit) -> {
          commits = (_, next) -> next.run();
          commit.run();
          throw new SQLException("the reply is lost", null, SQLITE_IO_ERROR);
        };
  }

  /** No commit happens until {@link #recover}. */
  private void fail() {
    commits =
        (_, _) -> {
          throw new SQLException("the disk is broken", null, SQLITE_IO_ERROR);
        };
  }

  private void recover() {
    commits = (_, commit) -> commit.run();
  }

  private static void failsWith(Errno errno, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }

  private OpenFile replacing(int value) throws FsException {
    OpenFile file = host().open(path("/f"), OpenOptions.REPLACE, 0644);
    TestFiles.writeAll(file, ByteBuffer.wrap(large(value)), 0);
    return file;
  }

  private void holds(int value) throws FsException {
    assertThat(TestFiles.read(other(), path("/f"))).isEqualTo(large(value));
    assertThat(TestFiles.read(host(), path("/f"))).isEqualTo(large(value));
  }

  private long number(String query) throws SQLException {
    try (Connection connection = Objects.requireNonNull(database).getConnection();
        Statement s = connection.createStatement();
        ResultSet rows = s.executeQuery(query)) {
      return rows.next() ? rows.getLong(1) : 0;
    }
  }

  /** No content is stored except the one that the file's row refers to. */
  private void nothingIsLeft(int size) throws Exception {
    await()
        .until(
            () ->
                number("SELECT COUNT(*) FROM sqlfs_loose") == 0
                    && number("SELECT SUM(length(data)) FROM sqlfs_chunk") == size);
  }

  @Test
  void aSyncIsRepeated() throws Exception {
    TestFiles.write(host(), path("/f"), "old");
    OpenFile file = replacing(1);
    loseReply();
    failsWith(Errno.EIO, () -> file.sync(false));
    file.sync(false);
    file.close();
    holds(1);
  }

  @Test
  void aWriteIsRepeated() throws Exception {
    TestFiles.write(host(), path("/f"), "old");
    OpenFile file = replacing(1);
    loseReply();
    byte[] more = large(2);
    failsWith(Errno.EIO, () -> TestFiles.writeAll(file, ByteBuffer.wrap(more), more.length));
    TestFiles.writeAll(file, ByteBuffer.wrap(more), more.length);
    file.close();
    byte[] all = Arrays.copyOf(large(1), 2 * more.length);
    Arrays.fill(all, more.length, all.length, (byte) 2);
    assertThat(TestFiles.read(other(), path("/f"))).isEqualTo(all);
  }

  @Test
  void anAbortAfterASyncKeepsWhatWasSynced() throws Exception {
    TestFiles.write(host(), path("/f"), "old");
    OpenFile file = replacing(1);
    loseReply();
    failsWith(Errno.EIO, () -> file.sync(false));
    file.abort(new FsException(Errno.EIO, "the client is gone"));
    holds(1);
    nothingIsLeft(large(1).length);
    holds(1);
  }

  @Test
  void aCloseHasHappened() throws Exception {
    TestFiles.write(host(), path("/f"), "old");
    OpenFile file = replacing(1);
    loseReply();
    failsWith(Errno.EIO, file::close);
    holds(1);
    nothingIsLeft(large(1).length);
    holds(1);
  }

  /**
   * Data that another host has written since is newer than that of the sync, which had happened
   * although its reply was lost.
   */
  @Test
  void aSyncIsNotRepeatedOverALaterContent() throws Exception {
    TestFiles.write(host(), path("/f"), "old");
    OpenFile file = replacing(1);
    loseReply();
    failsWith(Errno.EIO, () -> file.sync(false));
    TestFiles.write(other(), path("/f"), large(2));
    failsWith(Errno.ESTALE, () -> file.sync(false));
    failsWith(Errno.ESTALE, file::close);
    holds(2);
  }

  /**
   * Otherwise, a write would change the content that all hosts see now, before the new content is
   * complete.
   */
  @Test
  void whatFollowsASyncThatHappenedIsNotWrittenInPlace() throws Exception {
    TestFiles.write(host(), path("/f"), "old");
    OpenFile file = replacing(1);
    loseReply();
    failsWith(Errno.EIO, () -> file.sync(false));
    failsWith(Errno.ESTALE, () -> TestFiles.writeAll(file, ByteBuffer.wrap(large(2)), 0));
    failsWith(Errno.ESTALE, file::close);
    holds(1);
  }

  @Test
  void aFailedCloseLeavesTheOldContentAndNothingElse() throws Exception {
    TestFiles.write(host(), path("/f"), "old");
    OpenFile file = replacing(1);
    fail();
    failsWith(Errno.EIO, file::close);
    recover();
    assertThat(TestFiles.readText(host(), path("/f"))).isEqualTo("old");
    ticks.addAndGet(TestHost.LEASE.toNanos());
    // The host renews its lease, and removes unused contents.
    TestFiles.write(host(), path("/g"), "");
    nothingIsLeft(3);
  }

  @Test
  void aFailedCloseOfANewFileLeavesNothing() throws Exception {
    OpenFile file = replacing(1);
    fail();
    failsWith(Errno.EIO, file::close);
    recover();
    assertThat(TestFiles.readText(host(), path("/f"))).isEmpty();
    ticks.addAndGet(TestHost.LEASE.toNanos());
    TestFiles.write(host(), path("/g"), "");
    nothingIsLeft(0);
  }

  @Test
  void aFailedCloseShowsTheOldContentToThoseWhoHaveTheFileOpen() throws Exception {
    TestFiles.write(host(), path("/f"), "old");
    try (OpenFile reader = host().open(path("/f"), OpenOptions.READ, 0)) {
      OpenFile file = replacing(1);
      fail();
      failsWith(Errno.EIO, file::close);
      recover();
      assertThat(new String(TestFiles.read(reader), UTF_8)).isEqualTo("old");
      assertThat(reader.stat().size()).isEqualTo(3);
      OpenFile next = replacing(2);
      next.abort(new FsException(Errno.EIO, "the client is gone"));
      assertThat(TestFiles.readText(other(), path("/f"))).isEqualTo("old");
    }
  }

  @Test
  void anAbortWithoutADatabaseShowsTheOldContent() throws Exception {
    TestFiles.write(host(), path("/f"), "old");
    try (OpenFile reader = host().open(path("/f"), OpenOptions.READ, 0)) {
      OpenFile file = replacing(1);
      fail();
      file.abort(new FsException(Errno.EIO, "the client is gone"));
      assertThat(new String(TestFiles.read(reader), UTF_8)).isEqualTo("old");
      recover();
    }
    ticks.addAndGet(TestHost.LEASE.toNanos());
    TestFiles.write(host(), path("/g"), "");
    nothingIsLeft(3);
  }

  /** If the change were made twice, creating the file again would fail with EEXIST. */
  @Test
  void changesThatShareACommitAreNotMadeTwice() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch goesOn = new CountDownLatch(1);
    commits =
        (_, commit) -> {
          inside.countDown();
          assertThatCode(goesOn::await).doesNotThrowAnyException();
          loseReply();
          commit.run();
        };
    Thread first = Thread.ofPlatform().start(create("/first"));
    inside.await();
    FutureTask<?> two = create("/two");
    FutureTask<?> three = create("/three");
    Thread second = Thread.ofPlatform().start(two);
    Thread third = Thread.ofPlatform().start(three);
    await()
        .until(
            () ->
                second.getState() == Thread.State.WAITING
                    && third.getState() == Thread.State.WAITING);
    goesOn.countDown();
    first.join();
    second.join();
    third.join();
    for (FutureTask<?> one : new FutureTask<?>[] {two, three}) {
      assertThatThrownBy(one::get).hasRootCauseInstanceOf(SQLException.class);
    }
    assertThat(TestFiles.names(other(), path("/"))).contains("first", "two", "three");
  }

  private FutureTask<?> create(String name) {
    return new FutureTask<>(
        () -> {
          host().mkdir(path(name), 0755);
          return name;
        });
  }
}
