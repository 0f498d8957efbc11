package dev.warren.sqlfs;

import static dev.warren.testkit.TestFiles.path;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.api.config.DatabaseSettings;
import dev.warren.testkit.TestFiles;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each kind of damage is found and repaired, and a repair loses nothing that can be reached. */
class CheckTest {
  @TempDir @Nullable Path directory;
  private @Nullable CheckedDatabase opened;

  DatabaseSettings settings() throws Exception {
    return TestHost.sqlite(Objects.requireNonNull(directory));
  }

  @BeforeEach
  void fill() throws Exception {
    opened = new CheckedDatabase(Objects.requireNonNull(directory), settings());
    opened.fill();
  }

  @AfterEach
  void close() {
    db().close();
  }

  private CheckedDatabase db() {
    return Objects.requireNonNull(opened);
  }

  /** Repairs what a check has found; afterwards the check finds nothing. */
  private void repaired(String... problems) throws Exception {
    List<String> found = db().check();
    assertThat(found).contains(problems);
    assertThat(db().repair()).isNotEmpty();
    assertThat(db().check()).isEmpty();
  }

  private void everythingIsThere() throws Exception {
    try (FileSystem fs = db().open()) {
      assertThat(TestFiles.read(fs, path("/d/f"))).isEqualTo(CheckedDatabase.CONTENT);
      assertThat(TestFiles.readText(fs, path("/d/e/inner/deep"))).isEqualTo("deep");
      assertThat(TestFiles.readText(fs, path("/g"))).isEqualTo("two names");
      assertThat(TestFiles.readText(fs, path("/d/h"))).isEqualTo("two names");
      assertThat(fs.readlink(path("/s"))).isEqualTo("d/f");
      assertThat(fs.stat(path("/d")).linkCount()).isEqualTo(3);
      assertThat(fs.stat(path("/g")).linkCount()).isEqualTo(2);
      assertThat(fs.getXattr(path("/d/f"), "user.colour")).containsExactly(1, 2, 3);
      assertThat(TestFiles.names(fs, VfsPath.ROOT)).containsExactlyInAnyOrder("d", "g", "s");
    }
  }

  @Test
  void whatIsSoundStaysAsItIs() throws Exception {
    assertThat(db().check()).isEmpty();
    assertThat(db().repair()).isEmpty();
    assertThat(db().check()).isEmpty();
    everythingIsThere();
  }

  @Test
  void aNameOfNothingIsRemoved() throws Exception {
    long id = db().id("/g");
    db().sql(
            "INSERT INTO sqlfs_entry (parent, name, cookie, inode) VALUES (1, ?, 999, 888)",
            bytes("x\ny"));
    db().sql("UPDATE sqlfs_volume SET bytes = bytes + 256");
    repaired("the name 'x\\x0ay' in directory 1 refers to file 888, which does not exist");
    everythingIsThere();
    assertThat(db().id("/g")).isEqualTo(id);
  }

  @Test
  void aNameInWhatIsNoDirectoryIsRemoved() throws Exception {
    long file = db().id("/d/f");
    db().sql(
            "INSERT INTO sqlfs_entry (parent, name, cookie, inode) VALUES (?, ?, 999, ?)",
            file,
            bytes("x"),
            db().id("/g"));
    db().sql(
            "INSERT INTO sqlfs_entry (parent, name, cookie, inode) VALUES (777, ?, 998, ?)",
            bytes("y"),
            db().id("/g"));
    db().sql("UPDATE sqlfs_volume SET bytes = bytes + 512");
    repaired(
        "the name 'x' in directory %d: %1$d is not a directory".formatted(file),
        "the name 'y' in directory 777: 777 is not a directory");
    everythingIsThere();
  }

  @Test
  void aNameThatIsNotValidIsReplaced() throws Exception {
    for (String name : List.of("", ".", "..", "a/b", "a\0b", "n".repeat(256))) {
      db().sql(
              "UPDATE sqlfs_entry SET name = ? WHERE parent = 1 AND inode = ?",
              bytes(name),
              db().number("SELECT inode FROM sqlfs_entry WHERE parent = 1 ORDER BY cookie DESC"));
      assertThat(db().check())
          .singleElement()
          .asString()
          .endsWith("in directory 1 is not a valid name");
      db().repair();
      assertThat(db().check()).isEmpty();
    }
    try (FileSystem fs = db().open()) {
      List<String> names = TestFiles.names(fs, VfsPath.ROOT);
      assertThat(names).hasSize(3).filteredOn(name -> name.startsWith("invalid-name-")).hasSize(1);
    }
  }

  @Test
  void aWrongNumberOfNamesIsCorrected() throws Exception {
    long file = db().id("/g");
    long below = db().id("/d");
    db().sql("UPDATE sqlfs_inode SET links = 7 WHERE id IN (?, ?)", file, below);
    repaired(
        "file %d has a wrong link count; it has 2 names".formatted(file),
        "directory %d has a wrong link count; it contains 1 directories".formatted(below));
    everythingIsThere();
  }

  /** A file that has names, but a link count of 0, is not removed. */
  @Test
  void aFileWithNamesIsNotRemoved() throws Exception {
    long file = db().id("/g");
    db().sql("UPDATE sqlfs_inode SET links = 0 WHERE id = ?", file);
    db().sql("INSERT INTO sqlfs_orphan (inode, number) VALUES (?, 1)", file);
    db().sql("INSERT INTO sqlfs_orphan (inode, number) VALUES (888, 2)");
    repaired(
        "file %d is to be removed, but is in use or gone".formatted(file),
        "file 888 is to be removed, but is in use or gone");
    everythingIsThere();
  }

  @Test
  void aFileThatLostItsNameIsFoundAgain() throws Exception {
    long file = db().id("/d/f");
    db().sql("DELETE FROM sqlfs_entry WHERE inode = ?", file);
    repaired("file %d cannot be reached: it has no name".formatted(file));
    try (FileSystem fs = db().open()) {
      assertThat(TestFiles.read(fs, path("/lost+found/" + file)))
          .isEqualTo(CheckedDatabase.CONTENT);
      FileAttributes place = fs.stat(path("/lost+found"));
      assertThat(place.permissions()).isEqualTo(0700);
      assertThat(place.linkCount()).isEqualTo(2);
    }
  }

  @Test
  void aDirectoryThatLostItsNameIsFoundAgainWithWhatIsInIt() throws Exception {
    long top = db().id("/d");
    long below = db().id("/d/e");
    db().sql("DELETE FROM sqlfs_entry WHERE inode = ?", top);
    repaired(
        "file %d cannot be reached: it has no name".formatted(top),
        "directory %d cannot be reached from the root".formatted(below));
    try (FileSystem fs = db().open()) {
      String found = "/lost+found/" + top;
      assertThat(TestFiles.readText(fs, path(found + "/e/inner/deep"))).isEqualTo("deep");
      assertThat(TestFiles.names(fs, path("/lost+found"))).containsExactly(Long.toString(top));
    }
  }

  /** A directory that has entries, but a link count of 0, is not removed. */
  @Test
  void aDirectoryIsNotRemovedWithWhatIsInIt() throws Exception {
    long top = db().id("/d");
    db().sql("DELETE FROM sqlfs_entry WHERE inode = ?", top);
    db().sql("UPDATE sqlfs_inode SET links = 0, parent = 0 WHERE id = ?", top);
    db().sql("INSERT INTO sqlfs_orphan (inode, number) VALUES (?, 1)", top);
    repaired("file %d is to be removed, but is in use or gone".formatted(top));
    try (FileSystem fs = db().open()) {
      assertThat(TestFiles.readText(fs, path("/lost+found/%d/e/inner/deep".formatted(top))))
          .isEqualTo("deep");
    }
  }

  @Test
  void aCycleIsBroken() throws Exception {
    long top = db().id("/d");
    long middle = db().id("/d/e");
    long low = db().id("/d/e/inner");
    db().sql("UPDATE sqlfs_entry SET parent = ? WHERE inode = ?", middle, top);
    db().sql("UPDATE sqlfs_inode SET parent = ? WHERE id = ?", middle, top);
    repaired(
        "directory %d cannot be reached from the root".formatted(top),
        "directory %d cannot be reached from the root".formatted(middle),
        "directory %d cannot be reached from the root".formatted(low));
    try (FileSystem fs = db().open()) {
      String found = "/lost+found/" + TestFiles.names(fs, path("/lost+found")).getFirst();
      String below = TestFiles.exists(fs, path(found + "/e")) ? "/e/inner/deep" : "/inner/deep";
      assertThat(TestFiles.readText(fs, path(found + below))).isEqualTo("deep");
    }
  }

  @Test
  void aDirectoryKeepsOneName() throws Exception {
    long directory = db().id("/d");
    db().sql(
            "INSERT INTO sqlfs_entry (parent, name, cookie, inode) VALUES (?, ?, 999, ?)",
            db().id("/d/e"),
            bytes("up"),
            directory);
    db().sql(
            "INSERT INTO sqlfs_entry (parent, name, cookie, inode) VALUES (?, ?, 998, 1)",
            db().id("/d/e"),
            bytes("root"));
    db().sql("UPDATE sqlfs_volume SET bytes = bytes + 512");
    repaired(
        "the name 'up' in directory %d is a second name of directory %d"
            .formatted(db().id("/d/e"), directory),
        "the name 'root' in directory %d is a second name of directory 1"
            .formatted(db().id("/d/e")));
    everythingIsThere();
  }

  @Test
  void aDirectorySaysWhereItIs() throws Exception {
    long directory = db().id("/d/e");
    db().sql("UPDATE sqlfs_inode SET parent = 1 WHERE id = ?", directory);
    repaired("directory %d is not in its recorded parent".formatted(directory));
    assertThat(db().number("SELECT parent FROM sqlfs_inode WHERE id = " + directory))
        .isEqualTo(db().id("/d"));
  }

  @Test
  void aFileThatNothingRemovesIsRemoved() throws Exception {
    long file = db().id("/d/f");
    long free = db().number("SELECT bytes FROM sqlfs_volume");
    db().sql("DELETE FROM sqlfs_entry WHERE inode = ?", file);
    db().sql("UPDATE sqlfs_inode SET links = 0 WHERE id = ?", file);
    db().sql("UPDATE sqlfs_volume SET bytes = bytes - 256");
    repaired("file %d has no name, and nothing will remove it".formatted(file));
    assertThat(db().number("SELECT COUNT(*) FROM sqlfs_inode WHERE id = " + file)).isZero();
    assertThat(db().number("SELECT bytes FROM sqlfs_volume"))
        .isEqualTo(free - 512 - 10_000 - 128 - 14);
  }

  @Test
  void whatIsHeldForNobodyIsLetGo() throws Exception {
    db().sql("INSERT INTO sqlfs_hold (inode, session) VALUES (?, 777)", db().id("/g"));
    repaired(
        "a hold on file %d is stale: its host is gone, or the file still has a name"
            .formatted(db().id("/g")));
    everythingIsThere();
  }

  @Test
  void aContentWithoutAFileIsRemoved() throws Exception {
    db().sql("INSERT INTO sqlfs_chunk (content, number, data) VALUES (888, 0, ?)", bytes("lost"));
    db().sql("UPDATE sqlfs_volume SET bytes = bytes + 4");
    repaired("content 888 belongs to no file, and nothing will remove it");
    assertThat(db().number("SELECT COUNT(*) FROM sqlfs_chunk WHERE content = 888")).isZero();
    everythingIsThere();
  }

  @Test
  void whatIsPastTheEndIsRemoved() throws Exception {
    long file = db().id("/d/f");
    long content = db().number("SELECT content FROM sqlfs_inode WHERE id = " + file);
    String insert = "INSERT INTO sqlfs_chunk (content, number, data) VALUES (?, ?, ?)";
    db().sql(insert, content, 50L, bytes("past the end"));
    db().sql(insert, content, Long.MAX_VALUE, bytes("far past the end"));
    db().sql(insert, content, -1L, bytes("before the beginning"));
    db().sql(
            "UPDATE sqlfs_chunk SET data = ? WHERE content = ? AND number = 1",
            new byte[5000],
            content);
    db().sql(
            "UPDATE sqlfs_chunk SET data = ? WHERE content = ? AND number = 2",
            new byte[4000],
            content);
    repaired("file %d stores bytes past its end, or past a chunk's".formatted(file));
    everythingIsThere();
  }

  @Test
  void whatAFileStoresIsCounted() throws Exception {
    long file = db().id("/d/f");
    db().sql("UPDATE sqlfs_inode SET stored = 5 WHERE id = ?", file);
    repaired(
        "file %d stores 10000 bytes, which differs from its recorded size on disk".formatted(file));
    everythingIsThere();
  }

  @Test
  void aContentThatIsInUseIsNotRemoved() throws Exception {
    long file = db().id("/d/f");
    db().sql(
            "INSERT INTO sqlfs_loose (content, session) SELECT content, 0 FROM sqlfs_inode WHERE id"
                + " = ?",
            file);
    repaired("the content of file %d is to be removed".formatted(file));
    everythingIsThere();
  }

  @Test
  void aContentOfAHostThatIsGoneIsRemoved() throws Exception {
    db().sql("INSERT INTO sqlfs_chunk (content, number, data) VALUES (888, 0, ?)", bytes("half"));
    db().sql("INSERT INTO sqlfs_loose (content, session) VALUES (888, 777)");
    db().sql("UPDATE sqlfs_volume SET bytes = bytes + 4");
    repaired("content 888 belongs to a host that is gone");
    assertThat(db().number("SELECT COUNT(*) FROM sqlfs_chunk WHERE content = 888")).isZero();
  }

  @Test
  void attributesWithoutAFileAreRemoved() throws Exception {
    db().sql(
            "INSERT INTO sqlfs_xattr (inode, name, value) VALUES (888, ?, ?)",
            bytes("user.a"),
            bytes("b"));
    db().sql("UPDATE sqlfs_volume SET bytes = bytes + 128 + 7");
    repaired("there are attributes of file 888, which does not exist");
    everythingIsThere();
  }

  @Test
  void aFileWithoutAValidTypeBecomesWhatItLooksLike() throws Exception {
    for (String name : List.of("/d", "/d/f", "/s")) {
      long file = db().id(name);
      db().sql("UPDATE sqlfs_inode SET type = 61440 WHERE id = ?", file);
      repaired("file %d has no valid type (61440)".formatted(file));
    }
    everythingIsThere();
  }

  @Test
  void aMissingRootIsMade() throws Exception {
    db().sql("DELETE FROM sqlfs_inode WHERE id = 1");
    repaired("the root is missing, or is no directory");
    everythingIsThere();
    db().sql("UPDATE sqlfs_inode SET type = 32768 WHERE id = 1");
    repaired("the root is missing, or is no directory");
    everythingIsThere();
  }

  @Test
  void totalsAreCorrected() throws Exception {
    long files = db().number("SELECT files FROM sqlfs_volume");
    long bytes = db().number("SELECT bytes FROM sqlfs_volume");
    db().sql("UPDATE sqlfs_volume SET files = files + 5, bytes = bytes - 1000000");
    repaired(
        "there are %d files, but the recorded total is %d".formatted(files, files + 5),
        "there are %d bytes, but the recorded total is %d".formatted(bytes, bytes - 1_000_000));
    assertThat(db().number("SELECT files FROM sqlfs_volume")).isEqualTo(files);
    assertThat(db().number("SELECT bytes FROM sqlfs_volume")).isEqualTo(bytes);
  }

  @Test
  void whatIsLeftOfADeadHostIsRemovedAfterALease() throws Exception {
    FileSystem dead = db().open();
    OpenFile held = dead.open(path("/d/f"), OpenOptions.READ, 0);
    dead.unlink(path("/d/f"));
    OpenFile half = dead.open(path("/g"), OpenOptions.REPLACE, 0644);
    TestFiles.writeAll(half, ByteBuffer.wrap(new byte[5 << 20]), 0);
    assertThat(db().check()).isEmpty();
    db().sql("UPDATE sqlfs_session SET expires = 0");
    assertThat(db().check())
        .singleElement()
        .asString()
        .contains("the lease of session")
        .contains("(test) has run out");
    List<String> lines = db().repair();
    assertThat(lines).anyMatch(line -> line.endsWith("waiting for it, or its removal"));
    assertThat(db().check()).isEmpty();
    for (String table : List.of("session", "orphan", "hold", "loose")) {
      assertThat(db().number("SELECT COUNT(*) FROM sqlfs_" + table)).isZero();
    }
    held.abort(new FsException(Errno.EIO));
    half.abort(new FsException(Errno.EIO));
    dead.close();
  }

  /** No host could reach the database, so none has removed another. */
  @Test
  void aHostThatComesBackLosesNothing() throws Exception {
    try (FileSystem late = db().open()) {
      OpenFile file = late.open(path("/new"), OpenOptions.REPLACE, 0644);
      TestFiles.writeAll(file, ByteBuffer.wrap(bytes("late")), 0);
      db().sql("UPDATE sqlfs_session SET expires = 0");
      db().repair(() -> sqlQuietly("UPDATE sqlfs_session SET expires = 9000000000000"));
      file.close();
      assertThat(TestFiles.readText(late, path("/new"))).isEqualTo("late");
    }
  }

  private void sqlQuietly(String statement) {
    try {
      db().sql(statement);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** If no host runs, the repair removes the files and contents that a host would remove. */
  @Test
  void whatWaitsForAHostIsRemovedWithoutOne() throws Exception {
    long file = db().id("/d/f");
    db().sql("DELETE FROM sqlfs_entry WHERE inode = ?", file);
    db().sql("UPDATE sqlfs_inode SET links = 0 WHERE id = ?", file);
    db().sql("UPDATE sqlfs_volume SET bytes = bytes - 256");
    db().sql("INSERT INTO sqlfs_orphan (inode, number) VALUES (?, 1)", file);
    db().sql("INSERT INTO sqlfs_loose (content, session) VALUES (777, 0)");
    repaired(
        "file %d has no name, and no host has it open".formatted(file),
        "content 777 waits to be removed");
  }

  /** For running hosts, a repair changes only what was damaged. */
  @Test
  void itRepairsBesideAHostAtWork() throws Exception {
    try (FileSystem fs = db().open()) {
      TestFiles.write(fs, path("/unlinked"), "still open");
      OpenFile unlinked = fs.open(path("/unlinked"), OpenOptions.READ_WRITE, 0);
      fs.unlink(path("/unlinked"));
      OpenFile writing = fs.open(path("/writing"), OpenOptions.REPLACE, 0644);
      TestFiles.writeAll(writing, ByteBuffer.wrap(new byte[5 << 20]), 0);
      long lost = fs.stat(path("/d/f")).fileId();
      db().sql("DELETE FROM sqlfs_entry WHERE inode = ?", lost);
      db().sql("UPDATE sqlfs_volume SET bytes = 0");
      assertThat(db().check()).hasSize(2);
      db().repair();
      assertThat(db().check()).isEmpty();
      assertThat(new String(TestFiles.read(unlinked), UTF_8)).isEqualTo("still open");
      unlinked.close();
      writing.close();
      assertThat(fs.stat(path("/writing")).size()).isEqualTo(5 << 20);
      assertThat(TestFiles.read(fs, path("/lost+found/" + lost)))
          .isEqualTo(CheckedDatabase.CONTENT);
    }
  }

  @Test
  void oneRepairRunsAtATime() throws Exception {
    db().sql(
            "INSERT INTO sqlfs_session (id, host, expires, seen) VALUES (777, 'repair',"
                + " 9000000000000, 0)");
    assertThatThrownBy(db()::repair)
        .isInstanceOf(FsException.class)
        .hasMessageContaining("is being repaired already");
  }

  @Test
  void whatCannotBeRepairedIsSaid() throws Exception {
    try (FileSystem fs = db().open()) {
      TestFiles.write(fs, path("/lost+found"), "no directory");
    }
    long file = db().id("/d/f");
    db().sql("DELETE FROM sqlfs_entry WHERE inode = ?", file);
    db().sql("UPDATE sqlfs_volume SET files = 1");
    List<String> lines = new ArrayList<>();
    assertThat(db().repair(() -> {}, lines)).isFalse();
    assertThat(lines)
        .contains(
            "file %d cannot be reached: it has no name: not repaired: /lost+found is not a directory; rename it"
                .formatted(file),
            "file %d cannot be reached: it has no name: not repaired".formatted(file));
    assertThat(db().check())
        .containsExactly("file %d cannot be reached: it has no name".formatted(file));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
