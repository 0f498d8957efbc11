package dev.warren.memfs;

import static dev.warren.testkit.TestFiles.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.DirectoryEntry;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.api.XattrMode;
import dev.warren.testkit.TestFiles;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryFileSystemTest {
  private static final VfsPath FILE = path("/file");

  private final MemoryFileSystem fs = new MemoryFileSystem();

  @Test
  void afterCloseEveryOperationFails() throws Exception {
    OpenFile file = fs.open(FILE, OpenOptions.REPLACE, 0644);
    OpenDirectory directory = fs.openDirectory(VfsPath.ROOT);
    fs.close();
    fs.close();
    assertErrno(Errno.EIO, () -> fs.stat(VfsPath.ROOT));
    assertErrno(Errno.EIO, () -> fs.mkdir(path("/d"), 0755));
    assertErrno(Errno.EBADF, () -> file.write(ByteBuffer.allocate(1), 0));
    assertErrno(Errno.EBADF, file::stat);
    assertErrno(Errno.EBADF, () -> directory.read(0, false, e -> true));
    file.close();
    directory.close();
  }

  @Test
  void aFileSystemOfSizeZeroIsRefused() {
    assertThatThrownBy(() -> new MemoryFileSystem(4095, InstantSource.system()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aNameThatIsReplacedIsListedOnce() throws Exception {
    for (int i = 0; i < 200; i++) {
      TestFiles.write(fs, path("/" + i), "");
    }
    List<String> seen = new ArrayList<>();
    try (OpenDirectory directory = fs.openDirectory(VfsPath.ROOT)) {
      directory.read(0, false, entry -> seen.size() < 100 && seen.add(entry.name()));
      long last = cookieOf("99");
      fs.rename(path("/150"), path("/50"), true);
      fs.rename(path("/40"), path("/160"), true);
      directory.read(last, false, entry -> seen.add(entry.name()));
    }
    assertThat(seen).doesNotHaveDuplicates().hasSize(199).contains("50", "160");
  }

  private long cookieOf(String name) throws FsException {
    return TestFiles.entries(fs, VfsPath.ROOT, false).stream()
        .filter(entry -> entry.name().equals(name))
        .mapToLong(DirectoryEntry::cookie)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aVisitorMayChangeWhatItVisits() throws Exception {
    for (int i = 0; i < 200; i++) {
      TestFiles.write(fs, path("/" + i), "");
    }
    try (OpenDirectory directory = fs.openDirectory(VfsPath.ROOT)) {
      directory.read(0, true, this::unlink);
    }
    assertThat(TestFiles.names(fs, VfsPath.ROOT)).isEmpty();
  }

  private boolean unlink(DirectoryEntry entry) {
    try {
      fs.unlink(VfsPath.ROOT.resolve(entry.name()));
      return true;
    } catch (FsException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void namesAreFoundWhenMostOthersAreGone() throws Exception {
    for (int i = 0; i < 3000; i++) {
      TestFiles.write(fs, path("/" + i), "");
    }
    for (int i = 0; i < 3000; i++) {
      if (i % 1000 != 7) {
        fs.unlink(path("/" + i));
      }
    }
    TestFiles.write(fs, FILE, "");
    assertThat(TestFiles.names(fs, VfsPath.ROOT)).containsExactly("7", "1007", "2007", "file");
    for (String name : TestFiles.names(fs, VfsPath.ROOT)) {
      fs.unlink(VfsPath.ROOT.resolve(name));
    }
    assertThat(TestFiles.names(fs, VfsPath.ROOT)).isEmpty();
  }

  @Test
  void cookiesBeyondTheLastAreRefused() throws Exception {
    TestFiles.write(fs, FILE, "");
    try (OpenDirectory directory = fs.openDirectory(VfsPath.ROOT)) {
      long last = cookieOf("file");
      directory.read(last, false, entry -> true);
      assertErrno(Errno.EINVAL, () -> directory.read(last + 1, false, entry -> true));
      assertErrno(Errno.EINVAL, () -> directory.read(-1, false, entry -> true));
    }
  }

  /** As measured on Linux 6.18's tmpfs. */
  @ParameterizedTest
  @CsvSource({
    "/a, /a/b/x, true, EINVAL",
    "/a, /a/b, false, EEXIST",
    "/a, /a/b, true, EINVAL",
    "/a/b, /a, true, ENOTEMPTY",
    "/a/b, /a, false, EEXIST",
    "/a, /a, false, EEXIST",
    "/missing, /nope/x, true, ENOENT",
    "/missing, /file/x, true, ENOTDIR",
    "/file, /link, false, EEXIST",
    "/file, /a, true, EISDIR",
    "/file, /a/b, true, EISDIR",
    "/a, /file, true, ENOTDIR",
    "/a/b/f, /a, true, ENOTEMPTY",
    "/a/b/f, /a, false, EEXIST",
    "/a/b/missing, /a, false, ENOENT",
    "/, /x, true, EBUSY",
    "/file, /, true, EBUSY",
    "/, /nope/x, true, ENOENT"
  })
  void renameChecksInTheKernelsOrder(VfsPathText from, VfsPathText to, boolean replace, Errno errno)
      throws Exception {
    fs.mkdir(path("/a"), 0755);
    fs.mkdir(path("/a/b"), 0755);
    TestFiles.write(fs, path("/a/b/f"), "");
    TestFiles.write(fs, FILE, "");
    fs.link(FILE, path("/link"));
    assertErrno(errno, () -> fs.rename(from.path(), to.path(), replace));
  }

  /** A path as a test's parameter. */
  record VfsPathText(VfsPath path) {
    VfsPathText(String text) {
      this(TestFiles.path(text));
    }
  }

  /** As measured on Linux 6.18's tmpfs. */
  @ParameterizedTest
  @CsvSource({
    "file, user.a, , ENODATA",
    "file, trusted.a, , ENODATA",
    "file, security.a, , ENODATA",
    "file, system.a, EOPNOTSUPP, EOPNOTSUPP",
    "file, nodot, EOPNOTSUPP, EOPNOTSUPP",
    "file, user., EINVAL, EINVAL",
    "file, '', ERANGE, ERANGE",
    "fifo, user.a, EPERM, ENODATA",
    "fifo, user., EPERM, ENODATA",
    "fifo, trusted.a, , ENODATA",
    "link, user.a, EPERM, ENODATA",
    "link, trusted.a, , ENODATA",
    "missing, foo.a, ENOENT, ENOENT",
    "missing, '', ERANGE, ERANGE"
  })
  void extendedAttributesFollowTheirNameSpaces(String file, String name, Errno toSet, Errno toGet)
      throws Exception {
    TestFiles.write(fs, FILE, "");
    fs.mknod(path("/fifo"), 0010644, 0, 0);
    fs.symlink("nowhere", path("/link"));
    VfsPath path = path("/" + file);
    assertErrno(toGet, () -> fs.getXattr(path, name));
    if (toSet == null) {
      fs.setXattr(path, name, new byte[] {1}, XattrMode.CREATE);
      assertThat(fs.getXattr(path, name)).containsExactly(1);
    } else {
      assertErrno(toSet, () -> fs.setXattr(path, name, new byte[] {1}, XattrMode.SET));
    }
  }

  @Test
  void devicesAreRefusedAfterAllOtherChecks() {
    assertErrno(Errno.EPERM, () -> fs.mknod(FILE, 0020600, 1, 3));
    assertErrno(Errno.EEXIST, () -> fs.mknod(VfsPath.ROOT, 0060600, 1, 3));
    assertErrno(Errno.EPERM, () -> fs.mknod(VfsPath.ROOT, 0040600, 0, 0));
    assertErrno(Errno.EINVAL, () -> fs.mknod(VfsPath.ROOT, 0120600, 0, 0));
  }

  private static void assertErrno(Errno errno, ThrowingCallable operation) {
    assertThatThrownBy(operation)
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }
}
