package dev.warren.localfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.AttributeChanges;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.api.WouldBlockException;
import dev.warren.localfs.linux.LinuxLocalfs;
import dev.warren.testkit.TestFiles;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Which operations complete without blocking, and which report that they would block. */
class NonBlockingTest {
  private static final VfsPath FILE = TestFiles.path("/f");

  @Test
  void inMemoryNothingBlocks() throws Exception {
    try (TestDirectory test = TestDirectory.inMemory();
        FileSystem fs = LinuxLocalfs.open(test.path(), false, false)) {
      FileSystem view = fs.nonBlocking();
      if (!test.isInMemory()) {
        // If the machine has no file system in memory, there is no view that permits changes.
        assertThat(changesAtOnce(view)).isFalse();
        return;
      }
      assertThat(view).isNotNull().isSameAs(fs.nonBlocking()).isSameAs(view.nonBlocking());
      view.mkdir(TestFiles.path("/d"), 0755);
      TestFiles.write(view, FILE, "content");
      view.rename(FILE, TestFiles.path("/d/g"), false);
      try (OpenFile file = view.open(TestFiles.path("/d/g"), OpenOptions.READ, 0);
          OpenDirectory directory = view.openDirectory(VfsPath.ROOT)) {
        assertThat(file.nonBlocking()).isSameAs(file);
        assertThat(directory.nonBlocking()).isSameAs(directory);
      }
    }
  }

  @Test
  void onADiskChangesBlock() throws Exception {
    try (TestDirectory test = TestDirectory.onDisk();
        FileSystem fs = LinuxLocalfs.open(test.path(), false, false)) {
      FileSystem view = fs.nonBlocking();
      if (view == null || test.isInMemory()) {
        // The directory for temporary files is not on a local disk.
        assertThat(changesAtOnce(view)).isEqualTo(test.isInMemory());
        return;
      }
      TestFiles.write(fs, FILE, "content");
      VfsPath other = TestFiles.path("/g");
      waits(() -> view.mkdir(other, 0755));
      waits(() -> view.unlink(FILE));
      waits(() -> view.rename(FILE, other, true));
      waits(() -> view.symlink("x", other));
      waits(() -> view.setAttributes(FILE, AttributeChanges.NONE.withPermissions(0)));
      waits(() -> view.open(FILE, OpenOptions.REPLACE, 0644));
      waits(() -> view.open(FILE, OpenOptions.WRITE.withTruncate(), 0));
      waits(() -> view.open(other, OpenOptions.WRITE.withExclusive(), 0644));
      assertThat(TestFiles.readText(fs, FILE)).isEqualTo("content");
      assertThat(view.stat(FILE)).isEqualTo(fs.stat(FILE));
      assertThat(view.statfs(FILE).type()).isEqualTo(fs.statfs(FILE).type());
      assertThat(TestFiles.names(fs, VfsPath.ROOT)).containsExactly("f");
    }
  }

  /** A name that has not been looked up yet is not in the kernel's cache. */
  @Test
  void aNameThatIsNotCachedIsFoundByAThreadThatMayBlock() throws Exception {
    try (TestDirectory test = TestDirectory.onDisk();
        FileSystem fs = LinuxLocalfs.open(test.path(), false, false)) {
      FileSystem view = fs.nonBlocking();
      if (view == null || test.isInMemory()) {
        assertThat(changesAtOnce(view)).isEqualTo(test.isInMemory());
        return;
      }
      VfsPath unknown = TestFiles.path("/never-asked-for");
      waits(() -> view.stat(unknown));
      assertThat(TestFiles.exists(fs, unknown)).isFalse();
      assertThat(TestFiles.exists(view, unknown)).isFalse();
    }
  }

  @Test
  void aReadIsWholeOrNotAtAll() throws Exception {
    byte[] content = new byte[4 << 20];
    new Random(2).nextBytes(content);
    try (TestDirectory test = TestDirectory.onDisk();
        FileSystem fs = LinuxLocalfs.open(test.path(), false, false)) {
      TestFiles.write(fs, FILE, content);
      // dd without blocks to copy removes the file from the page cache.
      ChildProcess.run(
          "dd",
          "of=" + test.path().resolve("f"),
          "oflag=nocache",
          "conv=notrunc,fdatasync",
          "count=0");
      try (OpenFile file = fs.open(FILE, OpenOptions.READ, 0)) {
        OpenFile view = file.nonBlocking();
        if (view == null) {
          assertThat(fs.nonBlocking()).isNull();
          return;
        }
        ByteBuffer first = ByteBuffer.allocateDirect(4096);
        file.read(first, 1 << 20); // the kernel also reads ahead
        ByteBuffer all = ByteBuffer.allocateDirect(content.length + 1);
        try {
          assertThat(view.read(all, 0)).isEqualTo(content.length);
        } catch (WouldBlockException e) {
          assertThat(all.position()).isZero();
        }
        all.clear();
        assertThat(file.read(all, 0)).isEqualTo(content.length);
        all.clear();
        int n;
        try {
          n = view.read(all, 0);
        } catch (WouldBlockException e) {
          n = file.read(all, 0); // the file system never reads from its cache
        }
        assertThat(n).isEqualTo(content.length);
        assertThat(all.flip()).isEqualTo(ByteBuffer.wrap(content));
        ByteBuffer end = ByteBuffer.allocate(100);
        assertThat(file.read(end, content.length - 10)).isEqualTo(10);
        assertThat(Arrays.copyOf(end.array(), 10))
            .isEqualTo(Arrays.copyOfRange(content, content.length - 10, content.length));
      }
    }
  }

  @Test
  void aWriteThatWouldBlockChangesNothing() throws Exception {
    try (TestDirectory test = TestDirectory.onDisk();
        FileSystem fs = LinuxLocalfs.open(test.path(), false, false);
        OpenFile file = fs.open(FILE, OpenOptions.READ_WRITE.withCreate(), 0644)) {
      OpenFile view = file.nonBlocking();
      if (view == null) {
        assertThat(fs.nonBlocking()).isNull();
        return;
      }
      ByteBuffer bytes = ByteBuffer.wrap(new byte[] {1, 2, 3});
      int written;
      try {
        written = view.write(bytes, 0);
      } catch (WouldBlockException e) {
        written = 0;
      }
      assertThat(bytes.position()).isEqualTo(written);
      assertThat(Files.size(test.path().resolve("f"))).isEqualTo(written);
    }
  }

  /**
   * A write would block on a disk that is frozen for a snapshot, which cannot be detected
   * beforehand.
   */
  @Test
  void onADiskEveryWriteMayBlock() throws Exception {
    try (TestDirectory test = TestDirectory.onDisk();
        FileSystem fs = LinuxLocalfs.open(test.path(), false, false);
        OpenFile file = fs.open(FILE, OpenOptions.READ_WRITE.withCreate(), 0644)) {
      OpenFile view = file.nonBlocking();
      if (view == null || test.isInMemory()) {
        assertThat(view == null || test.isInMemory()).isTrue();
        return;
      }
      waits(() -> view.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 0));
      assertThat(file.stat().size()).isZero();
    }
  }

  private static boolean changesAtOnce(FileSystem view) throws FsException {
    if (view == null) {
      return false;
    }
    try {
      view.mkdir(TestFiles.path("/made"), 0755);
      return true;
    } catch (WouldBlockException e) {
      return false;
    }
  }

  private interface Attempt {
    void run() throws FsException;
  }

  private static void waits(Attempt attempt) {
    assertThatThrownBy(attempt::run).isInstanceOf(WouldBlockException.class);
  }
}
