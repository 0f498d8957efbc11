package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.TimeChange;
import dev.warren.memfs.MemoryFileSystem;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The operations of real clients on a file, and how many calls they cause. */
class ClientTableTest {
  private static final Duration SETTLE = Duration.ofMillis(500);
  private static final OpenOptions CREATE = OpenOptions.WRITE.withCreate();
  private static final OpenOptions NEW = OpenOptions.WRITE.withExclusive();
  private static final OpenOptions APPEND = OpenOptions.WRITE.withAppend();

  private FakeModel model;
  private Mount mount;

  @BeforeEach
  void open() throws Exception {
    model = new FakeModel();
    Map<String, Object> config = Mount.config(model.url());
    config.put("settle", "500ms");
    mount = Mount.open(new MemoryFileSystem(), new ManualTimers(), config);
  }

  @AfterEach
  void close() throws Exception {
    mount.close();
    model.close();
  }

  private void rename(String from, String to) throws FsException {
    mount.fs.rename(Mount.path("inbox/" + from), Mount.path("inbox/" + to), true);
  }

  private void unlink(String name) throws FsException {
    mount.fs.unlink(Mount.path("inbox/" + name));
  }

  private void touch(String name) throws FsException {
    mount.fs.setAttributes(
        Mount.path("inbox/" + name),
        AttributeChanges.NONE.withTimes(null, TimeChange.to(Instant.ofEpochSecond(1))));
  }

  private void chmod(String name) throws FsException {
    mount.fs.setAttributes(
        Mount.path("inbox/" + name), AttributeChanges.NONE.withPermissions(0600));
  }

  private void settle() {
    mount.clock().advance(SETTLE);
  }

  /** The file settles, and one call answers it. */
  private void answered(String base, String prompt) throws Exception {
    settle();
    assertThat(mount.read("wait/" + base)).isEqualTo("re: " + prompt);
    settle();
    assertThat(model.calls()).isEqualTo(1);
  }

  /** Time passes without a call. */
  private void silent() throws Exception {
    mount.clock().advance(Duration.ofSeconds(5));
    assertThat(model.calls()).isZero();
    assertThat(mount.stats().path("queue").path("jobs").asInt()).isZero();
  }

  private static void lost(OpenFile file) {
    file.abort(new FsException(Errno.EIO, "connection lost"));
  }

  @Test
  void sftpPut() throws Exception {
    String text = "x".repeat(1 << 20);
    OpenFile file = mount.open("inbox/p.txt", OpenOptions.REPLACE);
    for (int at = 0; at < text.length(); at += 261_120) {
      Mount.write(file, text.substring(at, Math.min(text.length(), at + 261_120)), at);
    }
    file.setAttributes(AttributeChanges.NONE.withPermissions(0600));
    file.setAttributes(
        AttributeChanges.NONE.withTimes(null, TimeChange.to(Instant.ofEpochSecond(1))));
    settle();
    assertThat(model.calls()).isZero();
    file.close();
    answered("p", text);
  }

  @Test
  void sftpPutThatIsKilled() throws Exception {
    OpenFile file = mount.open("inbox/p.txt", OpenOptions.REPLACE);
    Mount.write(file, "x".repeat(261_120), 0);
    lost(file);
    silent();
    assertThat(mount.stats().path("incomplete").path(0).asString()).isEqualTo("inbox/p.txt");
    assertThat(mount.state("p")).isEqualTo("none");
  }

  @Test
  void sftpReputSendsTheWholeFile() throws Exception {
    OpenFile first = mount.open("inbox/p.txt", OpenOptions.REPLACE);
    Mount.write(first, "begin ", 0);
    lost(first);
    settle();
    OpenFile second = mount.open("inbox/p.txt", APPEND.withCreate());
    Mount.write(second, "end", 6);
    second.close();
    answered("p", "begin end");
  }

  @Test
  void scpOverwritesAndThenCutsTheOldTail() throws Exception {
    mount.put("inbox/p.txt", "a long old text");
    OpenFile file = mount.open("inbox/p.txt", CREATE);
    Mount.write(file, "new", 0);
    file.truncate(3);
    file.close();
    answered("p", "new");
  }

  @Test
  void lftp() throws Exception {
    OpenFile file = mount.open("inbox/p.txt", OpenOptions.REPLACE);
    Mount.write(file, "text", 0);
    file.truncate(4);
    file.setAttributes(
        AttributeChanges.NONE.withTimes(null, TimeChange.to(Instant.ofEpochSecond(1))));
    file.close();
    answered("p", "text");
  }

  @Test
  void lftpWithTemporaryNames() throws Exception {
    mount.put("inbox/p.txt", "old");
    mount.put("inbox/.in.p.txt", "new");
    unlink("p.txt");
    rename(".in.p.txt", "p.txt");
    mount.clock().run();
    assertThat(mount.read("wait/p")).isEqualTo("re: new");
    settle();
    assertThat(mount.state("p")).isEqualTo("completed");
    assertThat(model.calls()).isEqualTo(1);
  }

  @Test
  void rcloneSetsTheTimeAfterTheClose() throws Exception {
    OpenFile file = mount.open("inbox/p.txt", OpenOptions.REPLACE);
    for (int i = 0; i < 32; i++) {
      Mount.write(file, "y".repeat(32_768), i * 32_768L);
    }
    file.close();
    touch("p.txt");
    answered("p", "y".repeat(1 << 20));
    touch("p.txt");
    settle();
    assertThat(model.calls()).isEqualTo(1);
  }

  @Test
  void winScpRenamesWhatItUploadedUnderAnotherName() throws Exception {
    mount.put("inbox/p.txt.filepart", "text");
    settle();
    assertThat(model.calls()).isZero();
    rename("p.txt.filepart", "p.txt");
    mount.clock().run(); // at once
    assertThat(mount.read("wait/p")).isEqualTo("re: text");
    settle();
    assertThat(model.calls()).isEqualTo(1);
  }

  @Test
  void echoThroughSshfs() throws Exception {
    mount.put("inbox/p.txt", "question\n");
    answered("p", "question");
  }

  @Test
  void appendThroughSshfsSendsTheWholeFile() throws Exception {
    mount.put("inbox/p.txt", "one");
    settle();
    assertThat(mount.read("wait/p")).isEqualTo("re: one");
    OpenFile file = mount.open("inbox/p.txt", APPEND);
    Mount.write(file, " two", 3);
    file.close();
    assertThat(mount.exists("outbox/p_response.txt")).isFalse();
    settle();
    assertThat(mount.read("wait/p")).isEqualTo("re: one two");
    assertThat(model.calls()).isEqualTo(2);
  }

  @Test
  void cpThroughSshfs() throws Exception {
    OpenFile file = mount.open("inbox/p.txt", NEW);
    for (int i = 0; i < 32; i++) {
      Mount.write(file, "z".repeat(32_768), i * 32_768L);
    }
    file.close();
    answered("p", "z".repeat(1 << 20));
  }

  @Test
  void touchCreatesNoJob() throws Exception {
    mount.open("inbox/p.txt", CREATE).close();
    touch("p.txt");
    silent();
    mount.open("inbox/p.txt", OpenOptions.REPLACE).close();
    silent();
    mount.put("inbox/p.txt", " \n\t\n");
    silent();
  }

  @Test
  void truncateIsAChange() throws Exception {
    mount.put("inbox/p.txt", "12345678");
    OpenFile file = mount.open("inbox/p.txt", OpenOptions.WRITE);
    file.truncate(5);
    file.close();
    answered("p", "12345");
  }

  @Test
  void truncateByNameIsAChange() throws Exception {
    mount.put("inbox/p.txt", "12345678");
    settle();
    assertThat(mount.read("wait/p")).isEqualTo("re: 12345678");
    mount.fs.setAttributes(Mount.path("inbox/p.txt"), AttributeChanges.NONE.withSize(5));
    settle();
    assertThat(mount.read("wait/p")).isEqualTo("re: 12345");
    assertThat(model.calls()).isEqualTo(2);
  }

  @Test
  void severalWritesAndFlushesOfOneOpenFileAreOneJob() throws Exception {
    OpenFile file = mount.open("inbox/p.txt", OpenOptions.REPLACE);
    Mount.write(file, "a", 0);
    file.sync(false);
    settle();
    Mount.write(file, "b", 1);
    file.sync(true);
    Mount.write(file, "c", 2);
    file.close();
    answered("p", "abc");
  }

  @Test
  void rsync() throws Exception {
    OpenFile file = mount.open("inbox/.rs.txt.UVHrBd", NEW);
    file.setAttributes(AttributeChanges.NONE.withPermissions(0600));
    Mount.write(file, "text", 0);
    file.close();
    touch(".rs.txt.UVHrBd");
    mount.open("inbox/.rs.txt.UVHrBd", OpenOptions.READ).close();
    chmod(".rs.txt.UVHrBd");
    silent();
    rename(".rs.txt.UVHrBd", "rs.txt");
    answered("rs", "text");
  }

  @Test
  void rsyncInPlace() throws Exception {
    OpenFile file = mount.open("inbox/rs.txt", CREATE);
    Mount.write(file, "text", 0);
    file.truncate(4);
    file.close();
    touch("rs.txt");
    chmod("rs.txt");
    answered("rs", "text");
    touch("rs.txt");
    settle();
    assertThat(model.calls()).isEqualTo(1);
  }

  @Test
  void vimWithoutBackup() throws Exception {
    mount.put("inbox/.v.swp", "swap");
    mount.open("inbox/.v.swx", NEW).close();
    OpenFile file = mount.open("inbox/v.txt", CREATE);
    file.truncate(0);
    Mount.write(file, "text", 0);
    file.sync(false);
    file.setAttributes(AttributeChanges.NONE.withPermissions(0644));
    file.close();
    unlink(".v.swp");
    unlink(".v.swx");
    answered("v", "text");
  }

  @Test
  void vimWithBackupRenamesTheFileAway() throws Exception {
    mount.put("inbox/v.txt", "old");
    mount.open("inbox/4913", NEW).close();
    chmod("4913");
    unlink("4913");
    rename("v.txt", "v.txt~");
    mount.put("inbox/v.txt", "new");
    answered("v", "new");
  }

  @Test
  void sedInPlaceWritesAFileThatLooksFinished() throws Exception {
    mount.put("inbox/v.txt", "old");
    settle();
    assertThat(mount.read("wait/v")).isEqualTo("re: old");
    OpenFile file = mount.open("inbox/sedobE6dY", NEW);
    Mount.write(file, "new", 0);
    file.close();
    mount.clock().advance(Duration.ofMillis(10));
    rename("sedobE6dY", "v.txt");
    assertThat(mount.exists("outbox/v_response.txt")).isFalse();
    settle();
    assertThat(mount.read("wait/v")).isEqualTo("re: new");
    mount.clock().advance(Duration.ofSeconds(5));
    assertThat(model.calls()).isEqualTo(2);
    assertThat(mount.exists("outbox/sedobE6dY_status.json")).isFalse();
  }

  @Test
  void emacsOpensAgainWithoutWriting() throws Exception {
    mount.put("inbox/v.txt", "old");
    rename("v.txt", "v.txt~");
    mount.put("inbox/v.txt", "new");
    OpenFile again = mount.open("inbox/v.txt", OpenOptions.WRITE);
    settle();
    assertThat(model.calls()).isZero(); // the client could still write
    again.close();
    chmod("v.txt");
    answered("v", "new");
    mount.open("inbox/v.txt", OpenOptions.WRITE).close();
    settle();
    assertThat(model.calls()).isEqualTo(1);
  }

  @Test
  void ninePTruncatesThroughAnotherFid() throws Exception {
    OpenFile first = mount.open("inbox/p.txt", CREATE);
    Mount.write(first, "old old old", 0);
    OpenFile second = mount.open("inbox/p.txt", OpenOptions.WRITE);
    mount.fs.setAttributes(Mount.path("inbox/p.txt"), AttributeChanges.NONE.withSize(0));
    Mount.write(second, "new", 0);
    first.close();
    settle();
    assertThat(model.calls()).isZero(); // the second fid is still open
    second.close();
    answered("p", "new");
  }

  @Test
  void aLostWriterMakesTheFileIncompleteAlthoughAnotherClosesIt() throws Exception {
    OpenFile first = mount.open("inbox/p.txt", CREATE);
    OpenFile idle = mount.open("inbox/p.txt", OpenOptions.WRITE);
    Mount.write(first, "half", 0);
    lost(first);
    idle.close();
    silent();
  }

  @Test
  void aSecondUploadThatIsLostWithinTheSettlingTimeStopsTheFirst() throws Exception {
    mount.put("inbox/p.txt", "first");
    OpenFile second = mount.open("inbox/p.txt", OpenOptions.WRITE);
    Mount.write(second, "se", 0);
    lost(second);
    mount.clock().advance(Duration.ofSeconds(5));
    assertThat(model.calls()).isZero();
    assertThat(mount.state("p")).isEqualTo("pending");
    assertThat(mount.status("p").path("message").asString()).contains("interrupted");
    mount.put("inbox/p.txt", "second");
    answered("p", "second");
  }

  @Test
  void attributesDoNotExtendTheSettlingTime() throws Exception {
    mount.put("inbox/p.txt", "text");
    mount.clock().advance(Duration.ofMillis(400));
    chmod("p.txt");
    touch("p.txt");
    mount.clock().advance(Duration.ofMillis(100));
    assertThat(mount.read("wait/p")).isEqualTo("re: text");
  }

  @Test
  void aWriteExtendsTheSettlingTime() throws Exception {
    mount.put("inbox/p.txt", "one");
    mount.clock().advance(Duration.ofMillis(400));
    mount.put("inbox/p.txt", "two");
    mount.clock().advance(Duration.ofMillis(400));
    assertThat(model.calls()).isZero();
    mount.clock().advance(Duration.ofMillis(100));
    assertThat(mount.read("wait/p")).isEqualTo("re: two");
    assertThat(mount.status("p").path("revision").asInt()).isEqualTo(1);
    assertThat(model.calls()).isEqualTo(1);
  }

  @Test
  void theOldAnswerIsGoneWhenTheCloseReturns() throws Exception {
    mount.put("inbox/p.txt", "one");
    settle();
    assertThat(mount.read("wait/p")).isEqualTo("re: one");
    mount.put("inbox/p.txt", "two");
    assertThat(mount.exists("outbox/p_response.txt")).isFalse();
    assertThat(mount.state("p")).isEqualTo("pending");
    assertThat(mount.status("p").path("revision").asInt()).isEqualTo(2);
    assertThat(mount.text("outbox/.rev/p.1_response.txt")).isEqualTo("re: one");
  }

  @Test
  void identicalContentIsSentAgain() throws Exception {
    mount.put("inbox/p.txt", "same");
    settle();
    assertThat(mount.read("wait/p")).isEqualTo("re: same");
    mount.put("inbox/p.txt", "same");
    settle();
    assertThat(mount.read("wait/p")).isEqualTo("re: same");
    assertThat(model.calls()).isEqualTo(2);
  }

  @Test
  void removingTheFileCancelsAfterTheGrace() throws Exception {
    mount.put("inbox/p.txt", "text");
    unlink("p.txt");
    assertThat(mount.state("p")).isEqualTo("pending");
    settle();
    assertThat(mount.state("p")).isEqualTo("cancelled");
    silent();
  }

  @Test
  void aRenameMovesAPendingJob() throws Exception {
    mount.put("inbox/a.txt", "text");
    rename("a.txt", "b.txt");
    assertThat(mount.state("a")).isEqualTo("none");
    assertThat(mount.state("b")).isEqualTo("pending");
    answered("b", "text");
  }

  @Test
  void aRenameAfterTheAnswerSendsThePromptAgain() throws Exception {
    mount.put("inbox/a.txt", "text");
    settle();
    assertThat(mount.read("wait/a")).isEqualTo("re: text");
    rename("a.txt", "b.txt");
    settle();
    assertThat(mount.read("wait/b")).isEqualTo("re: text");
    assertThat(mount.text("outbox/a_response.txt")).isEqualTo("re: text");
    assertThat(model.calls()).isEqualTo(2);
  }

  @Test
  void renamingADirectoryMovesWaitingJobsAndRepeatsNoCall() throws Exception {
    mount.fs.mkdir(Mount.path("inbox/d"), 0755);
    mount.put("inbox/d/done.txt", "done");
    settle();
    assertThat(mount.read("wait/d/done")).isEqualTo("re: done");
    mount.put("inbox/d/new.txt", "new");
    rename("d", "e");
    settle();
    assertThat(mount.read("wait/e/new")).isEqualTo("re: new");
    assertThat(mount.text("outbox/e/new_response.txt")).isEqualTo("re: new");
    assertThat(mount.text("outbox/d/done_response.txt")).isEqualTo("re: done");
    assertThat(model.calls()).isEqualTo(2);
  }

  @Test
  void aHiddenDirectoryIsSentWhenItIsRenamedToAVisibleName() throws Exception {
    mount.fs.mkdir(Mount.path("inbox/.d"), 0755);
    mount.put("inbox/.d/a.txt", "a");
    mount.put("inbox/.d/b.txt", "b");
    silent();
    rename(".d", "d");
    mount.clock().run();
    assertThat(mount.read("wait/d/a")).isEqualTo("re: a");
    assertThat(mount.read("wait/d/b")).isEqualTo("re: b");
    assertThat(model.calls()).isEqualTo(2);
  }

  @Test
  void aFileThatIsRenamedWhileItIsWrittenRunsWhenItIsClosed() throws Exception {
    OpenFile file = mount.open("inbox/p.txt.part", CREATE);
    Mount.write(file, "te", 0);
    rename("p.txt.part", "p.txt");
    settle();
    assertThat(model.calls()).isZero();
    Mount.write(file, "xt", 2);
    file.close();
    answered("p", "text");
  }

  @Test
  void ignoredFilesAreKeptAndCounted() throws Exception {
    for (String name : new String[] {".x", "x~", "x.tmp", "#x#", "x.bak", "4913", "_config.yaml"}) {
      mount.put("inbox/" + name, "model: m");
    }
    silent();
    assertThat(mount.names("inbox")).hasSize(7);
    assertThat(mount.stats().path("since_start").path("ignored_files").asInt()).isEqualTo(7);
  }
}
