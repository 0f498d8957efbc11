package dev.warren.localfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.api.WouldBlockException;
import dev.warren.api.XattrMode;
import dev.warren.localfs.linux.LinuxLocalfs;
import dev.warren.testkit.TestFiles;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Descriptors are closed, once and not too early. */
class DescriptorsTest {
  private static final int OPERATIONS = 10_000;
  private static final String[] NAMES = {
    "/a",
    "/b",
    "/d",
    "/d/a",
    "/d/e",
    "/d/e/f",
    "/d/e/f/g/h",
    "/a/b",
    "/link",
    "/link/x",
    "/fifo",
    "/" + "n".repeat(255) + "/" + "m".repeat(255) + "/x",
    "/"
  };

  @Test
  void noOperationLeaksOne() throws Exception {
    try (TestDirectory test = TestDirectory.inMemory()) {
      mixed(test, 500); // opens what classes and pools open only once
      long before = openBelow(test.path());
      mixed(test, OPERATIONS);
      assertThat(openBelow(test.path())).isEqualTo(before);
    }
  }

  private static void mixed(TestDirectory test, int operations) throws FsException, Exception {
    Random random = new Random(1);
    int failures = 0;
    FileSystem whole = LinuxLocalfs.open(test.path(), false, false);
    FileSystem view = whole.nonBlocking();
    for (int i = 0; i < operations; i++) {
      FileSystem fs = i % 3 == 0 && view != null ? view : whole;
      try {
        operate(fs, random, i);
      } catch (FsException e) {
        failures++;
      }
    }
    assertThat(failures).isBetween(operations / 10, operations * 9 / 10);
    // Some files remain open until the file system is closed.
    TestFiles.write(whole, TestFiles.path("/last"), "x");
    OpenFile left = whole.open(TestFiles.path("/last"), OpenOptions.READ, 0);
    OpenDirectory leftToo = whole.openDirectory(VfsPath.ROOT);
    whole.close();
    assertThat(errno(() -> left.read(ByteBuffer.allocate(1), 0))).isEqualTo(Errno.EBADF);
    assertThat(errno(leftToo::stat)).isEqualTo(Errno.EBADF);
    assertThat(errno(() -> whole.stat(VfsPath.ROOT))).isEqualTo(Errno.EBADF);
  }

  private static void operate(FileSystem fs, Random random, int i) throws FsException {
    VfsPath path = TestFiles.path(NAMES[random.nextInt(NAMES.length)]);
    VfsPath other = TestFiles.path(NAMES[random.nextInt(NAMES.length)]);
    switch (random.nextInt(18)) {
      case 0 -> fs.stat(path);
      case 1 -> fs.open(path, OpenOptions.READ, 0).close();
      case 2 -> {
        try (OpenFile file = fs.open(path, OpenOptions.REPLACE, 0644)) {
          file.write(ByteBuffer.allocate(i % 100), i);
          file.truncate(i % 7 - 1);
        }
      }
      case 3 -> fs.open(path, OpenOptions.WRITE.withExclusive(), 0666).close();
      case 4 -> {
        try (OpenDirectory directory = fs.openDirectory(path)) {
          directory.read(0, i % 2 == 0, entry -> true);
          directory.sync();
        }
      }
      case 5, 6 -> fs.mkdir(path, 0777);
      case 7 -> fs.unlink(path);
      case 8 -> fs.rmdir(path);
      case 9 -> fs.rename(path, other, i % 2 == 0);
      case 10 -> fs.link(path, other);
      case 11 -> fs.symlink("/etc", TestFiles.path("/link"));
      case 12 -> fs.readlink(path);
      case 13 -> fs.mknod(TestFiles.path("/fifo"), 0010644, 0, 0);
      case 14 ->
          fs.setAttributes(path, AttributeChanges.NONE.withPermissions(0755).withSize(i % 9 - 1));
      case 15 -> fs.setXattr(path, "user.x", new byte[i % 10], XattrMode.CREATE);
      case 16 -> fs.getXattr(path, "user.x");
      default -> fs.statfs(path);
    }
  }

  /**
   * The number of a closed descriptor is soon reused for another file, which a concurrent read must
   * not see.
   */
  @Test
  void afterACloseNoReadSeesAnotherFile() throws Exception {
    try (TestDirectory test = TestDirectory.inMemory();
        FileSystem fs = LinuxLocalfs.open(test.path(), false, false);
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      VfsPath a = TestFiles.path("/a");
      VfsPath b = TestFiles.path("/b");
      TestFiles.write(fs, a, "a".repeat(4096));
      TestFiles.write(fs, b, "b".repeat(4096));
      long before = openBelow(test.path());
      AtomicBoolean done = new AtomicBoolean();
      Future<Integer> opener = threads.submit(() -> openUntil(fs, b, done));
      int closedUnder = 0;
      for (int i = 0; i < 2_000; i++) {
        OpenFile file = fs.open(a, OpenOptions.READ, 0);
        List<Future<Boolean>> readers = new ArrayList<>();
        for (int r = 0; r < 2; r++) {
          readers.add(threads.submit(() -> readUntilClosed(file)));
        }
        file.read(ByteBuffer.allocate(10), 0);
        file.close();
        for (Future<Boolean> reader : readers) {
          closedUnder += reader.get() ? 1 : 0;
        }
      }
      done.set(true);
      assertThat(opener.get()).isPositive();
      assertThat(closedUnder).isEqualTo(4_000);
      assertThat(openBelow(test.path())).isEqualTo(before);
    }
  }

  private static int openUntil(FileSystem fs, VfsPath path, AtomicBoolean done) throws FsException {
    int opened = 0;
    while (!done.get()) {
      fs.open(path, OpenOptions.READ, 0).close();
      opened++;
    }
    return opened;
  }

  private static boolean readUntilClosed(OpenFile file) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(4096);
    try {
      while (true) {
        buffer.clear();
        if (file.read(buffer, 0) != 4096 || buffer.get(0) != 'a' || buffer.get(4095) != 'a') {
          return false;
        }
      }
    } catch (FsException e) {
      return e.errno() == Errno.EBADF;
    }
  }

  /**
   * Counts only files below a directory, not all of the process: pipes to child processes of other
   * tests may close at any time.
   */
  private static long openBelow(Path directory) {
    return Arrays.stream(new File("/proc/self/fd").list())
        .filter(number -> isBelow(Path.of("/proc/self/fd", number), directory))
        .count();
  }

  private static boolean isBelow(Path link, Path directory) {
    try {
      return Files.readSymbolicLink(link).startsWith(directory);
    } catch (NoSuchFileException e) {
      return false; // for example, the descriptor of the list itself
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private interface Attempt {
    void run() throws FsException;
  }

  private static Errno errno(Attempt attempt) {
    try {
      attempt.run();
      return null;
    } catch (WouldBlockException e) {
      return Errno.EAGAIN;
    } catch (FsException e) {
      return e.errno();
    }
  }
}
