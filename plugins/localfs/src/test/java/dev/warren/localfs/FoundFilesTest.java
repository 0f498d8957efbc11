package dev.warren.localfs;

import static dev.warren.testkit.TestFiles.path;
import static dev.warren.testkit.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.AttributesBuffer;
import dev.warren.api.Caller;
import dev.warren.api.DescriptorBudget;
import dev.warren.api.Errno;
import dev.warren.api.FileHandle;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.localfs.linux.LinuxLocalfs;
import dev.warren.testkit.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Handles whose descriptors are dropped because they are needed elsewhere or unused. */
class FoundFilesTest {
  private static final int LONG = 100;

  /** How many files are removed and created until the number of an inode must have repeated. */
  private static final int TRIES = 1000;

  private final DescriptorBudget budget = new DescriptorBudget(20, 4, _ -> {});
  private final List<FileHandle> handles = new ArrayList<>();
  private TestDirectory directory;
  private FileSystem files;

  @BeforeEach
  void open() throws Exception {
    openIn(TestDirectory.inMemory());
  }

  private void openIn(TestDirectory where) throws Exception {
    directory = where;
    files =
        LinuxLocalfs.open(
            directory.path(),
            new LinuxLocalfs.Permits(false, LinuxLocalfs.Rights.HOST, false),
            budget);
    TestFiles.write(files, path("/f"), "one");
  }

  @AfterEach
  void close() throws Exception {
    handles.forEach(FileHandle::close);
    assertThat(budget.kept()).isZero();
    files.close();
    directory.close();
  }

  private VfsPath find(String name) throws FsException {
    FileHandle handle = files.find(path(name), new AttributesBuffer());
    handles.add(handle);
    return path(name).at(handle);
  }

  private void fails(Errno errno, VfsPath at) {
    assertThatThrownBy(() -> files.stat(at))
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }

  @Test
  void anIdleDescriptorIsDroppedAndTheFileIsFoundAgain() throws Exception {
    VfsPath f = find("/f");
    assertThat(budget.kept()).isOne();
    budget.tick(5);
    assertThat(budget.kept()).as("it was used five seconds ago").isOne();
    assertThat(files.stat(f).size()).isEqualTo(3);
    budget.tick(LONG);
    assertThat(budget.kept()).isZero();
    assertThat(TestFiles.readText(files, f)).isEqualTo("one");
    assertThat(budget.kept()).isOne();
  }

  /** The path has the names that the client knows by then. */
  @Test
  void aMovedFileIsFoundAtItsNewPath() throws Exception {
    VfsPath f = find("/f");
    budget.tick(LONG);
    files.rename(path("/f"), path("/g"), false);
    assertThat(files.stat(path("/g").at(f.handle())).size()).isEqualTo(3);
    budget.tick(2 * LONG);
    fails(Errno.ENOENT, f);
  }

  @Test
  void anotherFileIsNotTakenForIt() throws Exception {
    VfsPath f = find("/f");
    budget.tick(LONG);
    files.unlink(path("/f"));
    TestFiles.write(files, path("/f"), "two");
    fails(Errno.ESTALE, f);
    Files.delete(directory.path().resolve("f"));
    fails(Errno.ENOENT, f);
  }

  /** ext4 gives the number of a removed inode to the next file: only the time of birth differs. */
  @Test
  void anotherFileWithItsInodeNumberIsNotTakenForIt() throws Exception {
    close();
    openIn(TestDirectory.onDisk());
    Path file = directory.path().resolve("f");
    int repeated = 0;
    for (int i = 1; i <= TRIES && repeated < 10; i++) {
      VfsPath f = find("/f");
      Object before = Files.getAttribute(file, "unix:ino");
      budget.tick(i * LONG);
      assertThat(budget.kept()).isZero();
      awaitLaterBirthsThan(file);
      files.unlink(path("/f"));
      TestFiles.write(files, path("/f"), "another");
      repeated += Files.getAttribute(file, "unix:ino").equals(before) ? 1 : 0;
      fails(Errno.ESTALE, f);
    }
    String type = Files.getFileStore(directory.path()).type();
    assertThat(repeated)
        .as("no inode number repeats on this file system, of type %s, so this tests nothing", type)
        .satisfiesAnyOf(
            count -> assertThat(count).isPositive(), _ -> assertThat(type).isNotEqualTo("ext4"));
  }

  /** Before Linux 6.13, files that are created in the same 4 ms have the same time of birth. */
  private void awaitLaterBirthsThan(Path file) throws IOException {
    Path probe = directory.path().resolve("probe");
    Object birth = Files.getAttribute(file, "creationTime");
    await()
        .until(
            () -> {
              Files.deleteIfExists(probe);
              Files.createFile(probe);
              return !Files.getAttribute(probe, "creationTime").equals(birth);
            });
  }

  @Test
  void theLimitOfKeptDescriptorsHoldsAndAllFilesRemainUsable() throws Exception {
    List<VfsPath> found = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      TestFiles.write(files, path("/" + i), "x".repeat(i));
      found.add(find("/" + i));
      assertThat(budget.kept()).isLessThanOrEqualTo(4);
    }
    for (int i = 0; i < 10; i++) {
      assertThat(files.stat(found.get(i)).size()).isEqualTo(i);
      assertThat(budget.kept()).isLessThanOrEqualTo(4);
    }
  }

  /** Open files have priority over cached descriptors. */
  @Test
  void openFilesHavePriority() throws Exception {
    for (int i = 0; i < 4; i++) {
      find("/f");
    }
    assertThat(budget.kept()).isEqualTo(4);
    List<DescriptorBudget.Lease> all = new ArrayList<>();
    for (int count : List.of(10, 5, 3)) {
      all.add(budget.take(user("user" + count), count));
    }
    assertThat(budget.kept()).isLessThan(4);
    all.forEach(DescriptorBudget.Lease::giveBack);
  }

  /**
   * Dropping cached descriptors would not help a client that has too many: they count as free
   * anyway.
   */
  @Test
  void aUserWithTooManyTakesNoneFromOthers() throws Exception {
    for (int i = 0; i < 4; i++) {
      find("/f");
    }
    assertThatThrownBy(() -> budget.take(user("greedy"), 11)).isInstanceOf(FsException.class);
    assertThat(budget.kept()).isEqualTo(4);
  }

  private static Caller user(String name) {
    return new Caller(name, 1, 1, List.of(), "9p", null);
  }

  @Test
  void closingTheFileSystemClosesThem() throws Exception {
    VfsPath f = find("/f");
    files.close();
    assertThat(budget.kept()).isZero();
    fails(Errno.EBADF, f);
  }
}
