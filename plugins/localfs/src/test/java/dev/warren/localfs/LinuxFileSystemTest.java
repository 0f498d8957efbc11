package dev.warren.localfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Caller;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.TimeChange;
import dev.warren.api.VfsPath;
import dev.warren.api.XattrMode;
import dev.warren.localfs.linux.LinuxLocalfs;
import dev.warren.testkit.TestFiles;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requirements that concern only a file system of the host. */
class LinuxFileSystemTest {
  private TestDirectory test;
  private FileSystem fs;

  @BeforeEach
  void open() throws Exception {
    test = TestDirectory.inMemory();
    fs = LinuxLocalfs.open(test.path(), false, false);
  }

  @AfterEach
  void close() throws Exception {
    fs.close();
    test.close();
  }

  @Test
  void aPathMayBeLongerThanOneCallTakes() throws Exception {
    List<VfsPath> made = new ArrayList<>();
    VfsPath deep = VfsPath.ROOT;
    for (int i = 0; i < 300; i++) {
      deep = deep.resolve((i % 10 + "\u00e9").repeat(80) + i); // 3 bytes, two chars
      fs.mkdir(deep, 0755);
      made.add(deep);
    }
    assertThat(deep.toString().length()).isGreaterThan(40_000);
    VfsPath file = deep.resolve("x".repeat(255));
    TestFiles.write(fs, file, "deep");
    assertThat(TestFiles.readText(fs, file)).isEqualTo("deep");
    if (test.isInMemory()) {
      assertThat(fs.nonBlocking().stat(file)).isEqualTo(fs.stat(file));
    }
    fs.rename(file, deep.resolve("y"), false);
    fs.link(deep.resolve("y"), TestFiles.path("/shallow"));
    assertThat(fs.stat(TestFiles.path("/shallow")).linkCount()).isEqualTo(2);
    assertThat(TestFiles.names(fs, deep)).containsExactly("y");
    fs.unlink(deep.resolve("y"));
    for (VfsPath path : made.reversed()) {
      fs.rmdir(path);
    }
    assertThat(TestFiles.names(fs, VfsPath.ROOT)).containsExactly("shallow");
  }

  @Test
  void everyLengthOfPathAroundTheLimitIsFound() throws Exception {
    VfsPath directory = VfsPath.ROOT;
    while (directory.toString().length() < 4_000) {
      directory = directory.resolve("d".repeat(99));
      fs.mkdir(directory, 0755);
    }
    for (int length = 4_085; length < 4_105; length++) {
      VfsPath file = directory.resolve("f".repeat(length - directory.toString().length() - 1));
      assertThat(file.toString()).hasSize(length);
      TestFiles.write(fs, file, "x");
      assertThat(fs.stat(file).size()).isEqualTo(1);
      fs.unlink(file);
    }
    for (VfsPath p = directory; !p.isRoot(); p = p.parentOrRoot()) {
      fs.rmdir(p);
    }
  }

  @Test
  void buffersOfEveryKindGetTheSameBytes() throws Exception {
    byte[] content = new byte[1_000_000];
    new Random(1).nextBytes(content);
    VfsPath path = TestFiles.path("/f");
    try (OpenFile file = fs.open(path, OpenOptions.READ_WRITE.withCreate(), 0600)) {
      ByteBuffer direct = ByteBuffer.allocateDirect(content.length).put(content).flip();
      assertThat(file.write(ByteBuffer.wrap(content).asReadOnlyBuffer(), 0)).isEqualTo(1_000_000);
      assertThat(file.write(direct.asReadOnlyBuffer().position(500_001), 500_001))
          .isEqualTo(499_999);
      for (int size : new int[] {1_000_000, 999_983, 65_537, 65_536, 4_097, 509}) {
        for (ByteBuffer buffer :
            List.of(
                ByteBuffer.allocate(size),
                ByteBuffer.allocateDirect(size),
                ByteBuffer.allocate(size + 7).slice(3, size),
                ByteBuffer.allocateDirect(size + 7).slice(5, size))) {
          check(file, content, buffer);
          if (test.isInMemory()) {
            check(file.nonBlocking(), content, buffer);
          }
        }
      }
    }
  }

  private static void check(OpenFile file, byte[] content, ByteBuffer buffer) throws FsException {
    int offset = 0;
    while (true) {
      buffer.clear();
      int n = file.read(buffer, offset);
      assertThat(n).isEqualTo(Math.min(buffer.capacity(), content.length - offset));
      assertThat(buffer.position()).isEqualTo(n);
      if (n == 0) {
        return;
      }
      assertThat(buffer.flip()).isEqualTo(ByteBuffer.wrap(content, offset, n));
      offset += n;
    }
  }

  @Test
  void attributesAreThoseOfTheKernel() throws Exception {
    VfsPath path = TestFiles.path("/f");
    TestFiles.write(fs, path, "content");
    Path file = test.path().resolve("f");
    FileAttributes attributes = fs.stat(path);
    assertThat(attributes.fileId()).isEqualTo(Files.getAttribute(file, "unix:ino"));
    assertThat(attributes.mode()).isEqualTo(Files.getAttribute(file, "unix:mode"));
    assertThat(attributes.uid()).isEqualTo(Files.getAttribute(file, "unix:uid"));
    assertThat(attributes.gid()).isEqualTo(Files.getAttribute(file, "unix:gid"));
    assertThat(attributes.modifyTime()).isEqualTo(Files.getLastModifiedTime(file).toInstant());
    assertThat(attributes.birthSeconds()).isPositive();
    assertThat(attributes.version()).isNotZero();
    assertThat(fs.statfs(path).maxNameLength()).isEqualTo(255);
    assertThat(fs.statfs(path).blocks() * fs.statfs(path).blockSize())
        .isEqualTo(Files.getFileStore(file).getTotalSpace());
  }

  @Test
  void theUmaskOfTheHostIsNotTheCallers() throws Exception {
    VfsPath file = TestFiles.path("/f");
    VfsPath directory = TestFiles.path("/d");
    VfsPath fifo = TestFiles.path("/p");
    fs.open(file, OpenOptions.REPLACE, 0666).close();
    fs.mkdir(directory, 01777);
    fs.mknod(fifo, 0010777, 0, 0);
    assertThat(fs.stat(file).permissions()).isEqualTo(0666);
    assertThat(fs.stat(directory).permissions()).isEqualTo(01777);
    assertThat(fs.stat(fifo).permissions()).isEqualTo(0777);
  }

  @Test
  void valuesOfAttributesAreBounded() throws Exception {
    try (TestDirectory disk = TestDirectory.onDisk();
        FileSystem onDisk = LinuxLocalfs.open(disk.path(), false, false)) {
      VfsPath file = TestFiles.path("/f");
      TestFiles.write(onDisk, file, "x");
      onDisk.setXattr(file, "user.x", new byte[] {1, 0, 2}, XattrMode.SET);
      assertThat(onDisk.getXattr(file, "user.x")).containsExactly(1, 0, 2);
      fails(Errno.E2BIG, () -> onDisk.setXattr(file, "user.y", new byte[65_537], XattrMode.SET));
      fails(
          Errno.ERANGE,
          () -> onDisk.setXattr(file, "user." + "y".repeat(251), new byte[1], XattrMode.SET));
      fails(
          Errno.ERANGE,
          () -> onDisk.setXattr(file, "user." + "y".repeat(9_999), new byte[1], XattrMode.SET));
      fails(Errno.EOPNOTSUPP, () -> onDisk.setXattr(file, "x", new byte[1], XattrMode.SET));
      assertThat(onDisk.listXattrs(file)).contains("user.x").doesNotContain("user.y");
    }
  }

  /** Calls on the mount's threads, requested by a virtual thread and by a platform thread. */
  @Test
  void longCallsAnswerEveryKindOfThread() throws Exception {
    VfsPath path = TestFiles.path("/f");
    TestFiles.write(fs, path, "content");
    try (OpenFile file = fs.open(path, OpenOptions.READ, 0);
        OpenFile copy = fs.open(TestFiles.path("/g"), OpenOptions.REPLACE, 0600);
        OpenDirectory directory = fs.openDirectory(VfsPath.ROOT)) {
      Callable<Long> work =
          () -> {
            file.sync(true);
            file.sync(false);
            directory.sync();
            copy.truncate(0);
            return file.copyTo(3, 100, copy, 1);
          };
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        assertThat(threads.submit(work).get()).isEqualTo(4);
      }
      assertThat(TestFiles.readText(fs, TestFiles.path("/g"))).isEqualTo("\0tent");
      assertThat(work.call()).isEqualTo(4);
      assertThat(TestFiles.readText(fs, TestFiles.path("/g"))).isEqualTo("\0tent");
    }
  }

  @Test
  void aReadOnlyFileSystemRefusesEveryChange() throws Exception {
    VfsPath file = TestFiles.path("/f");
    VfsPath missing = TestFiles.path("/missing");
    TestFiles.write(fs, file, "content");
    fs.mkdir(TestFiles.path("/d"), 0755);
    try (FileSystem readOnly = LinuxLocalfs.open(test.path(), true, false)) {
      assertThat(TestFiles.readText(readOnly, file)).isEqualTo("content");
      AttributeChanges change = AttributeChanges.NONE.withTimes(TimeChange.NOW, TimeChange.NOW);
      for (FileSystem each : List.of(readOnly, readOnly.as(Caller.HOST))) {
        fails(Errno.EROFS, () -> each.open(file, OpenOptions.READ_WRITE, 0));
        fails(Errno.EROFS, () -> each.open(missing, OpenOptions.READ.withCreate(), 0));
        fails(Errno.ENOENT, () -> each.open(missing, OpenOptions.READ, 0));
        fails(Errno.EROFS, () -> each.mkdir(missing, 0755));
        fails(Errno.EROFS, () -> each.unlink(file));
        fails(Errno.EROFS, () -> each.rmdir(TestFiles.path("/d")));
        fails(Errno.EROFS, () -> each.rename(file, missing, true));
        fails(Errno.EROFS, () -> each.link(file, missing));
        fails(Errno.EROFS, () -> each.symlink("x", missing));
        fails(Errno.EROFS, () -> each.mknod(missing, 0100644, 0, 0));
        fails(Errno.EROFS, () -> each.setAttributes(file, change));
        fails(Errno.EROFS, () -> each.setXattr(file, "user.x", new byte[1], XattrMode.SET));
        fails(Errno.EROFS, () -> each.removeXattr(file, "user.x"));
      }
      try (OpenFile open = readOnly.open(file, OpenOptions.READ, 0);
          OpenDirectory directory = readOnly.openDirectory(VfsPath.ROOT)) {
        fails(Errno.EROFS, () -> open.setAttributes(change));
        fails(Errno.EROFS, () -> open.truncate(0));
        fails(Errno.EROFS, () -> directory.setAttributes(change));
        fails(Errno.EBADF, () -> open.write(ByteBuffer.allocate(1), 0));
      }
    }
    assertThat(TestFiles.names(fs, VfsPath.ROOT)).containsExactlyInAnyOrder("f", "d");
  }

  private interface Attempt {
    void run() throws FsException;
  }

  private static void fails(Errno errno, Attempt attempt) {
    assertThatThrownBy(attempt::run)
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }
}
