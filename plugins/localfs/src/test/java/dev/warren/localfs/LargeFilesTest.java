package dev.warren.localfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.api.WouldBlockException;
import dev.warren.localfs.linux.LinuxLocalfs;
import dev.warren.testkit.TestFiles;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * In memory no operation blocks, but freeing the memory of a large file takes long: 3 GiB took 1.9
 * s, during which an event loop served no client. The files here have holes: only their size
 * matters.
 */
class LargeFilesTest {
  private static final long LARGE = (16L << 20) + 1;
  private static final VfsPath FILE = TestFiles.path("/large");
  private static final VfsPath SMALL = TestFiles.path("/small");

  private TestDirectory test;
  private FileSystem fs;

  /**
   * The view that an event loop uses; without a file system in memory, one that refuses changes.
   */
  private FileSystem view;

  @BeforeEach
  void open() throws Exception {
    test = TestDirectory.inMemory();
    fs = LinuxLocalfs.open(test.path(), false, false);
    FileSystem nonBlocking = fs.nonBlocking();
    view = nonBlocking == null ? fs : nonBlocking;
    TestFiles.write(fs, FILE, "x");
    fs.setAttributes(FILE, AttributeChanges.NONE.withSize(LARGE));
    TestFiles.write(fs, SMALL, "small");
  }

  @AfterEach
  void close() throws IOException {
    fs.close();
    test.close();
  }

  @Test
  void removal() throws Exception {
    isLeftAlone(() -> view.unlink(FILE));
    fs.setAttributes(FILE, AttributeChanges.NONE.withSize(LARGE - 1));
    if (test.isInMemory()) {
      view.unlink(FILE);
    }
  }

  @Test
  void replacement() throws Exception {
    isLeftAlone(() -> view.rename(SMALL, FILE, true));
    if (test.isInMemory()) {
      assertThat(TestFiles.readText(fs, SMALL)).isEqualTo("small");
      assertThatThrownBy(() -> view.rename(SMALL, FILE, false))
          .isInstanceOfSatisfying(
              FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST));
      view.rename(FILE, SMALL, true); // the large file is only moved
    }
  }

  @Test
  void truncationWhenOpened() throws Exception {
    isLeftAlone(() -> view.open(FILE, OpenOptions.WRITE.withTruncate(), 0).close());
    isLeftAlone(() -> view.open(FILE, OpenOptions.REPLACE, 0644).close());
    if (test.isInMemory()) {
      view.open(FILE, OpenOptions.READ_WRITE, 0).close();
      view.open(SMALL, OpenOptions.REPLACE, 0644).close();
      assertThat(fs.stat(SMALL).size()).isZero();
    }
  }

  @Test
  void truncationByName() throws Exception {
    isLeftAlone(() -> view.setAttributes(FILE, AttributeChanges.NONE.withSize(0)));
    if (test.isInMemory()) {
      view.setAttributes(FILE, AttributeChanges.NONE.withSize(LARGE / 2)); // frees 8 MiB
      view.setAttributes(FILE, AttributeChanges.NONE.withSize(4 * LARGE));
      assertThat(fs.stat(FILE).size()).isEqualTo(4 * LARGE);
      isLeftAlone(() -> view.setAttributes(FILE, AttributeChanges.NONE.withSize(2 * LARGE)));
    }
  }

  /** Memory that is allocated beyond the end, which the size does not show. */
  @Test
  void reservedSpaceCountsToo() throws Exception {
    ChildProcess.run("fallocate", "-n", "-l", "17M", test.path().resolve("small").toString());
    if (test.isInMemory()) {
      wouldBlock(() -> view.unlink(SMALL));
      assertThat(TestFiles.readText(fs, SMALL)).isEqualTo("small");
    }
  }

  /** If the name has been removed before, the close frees the file. */
  @Test
  void theLastClose() throws Exception {
    try (OpenFile writer = fs.open(SMALL, OpenOptions.READ_WRITE, 0);
        OpenFile reader = fs.open(SMALL, OpenOptions.READ, 0)) {
      OpenFile writing = writer.nonBlocking();
      OpenFile reading = reader.nonBlocking();
      if (writing == null || reading == null || !test.isInMemory()) {
        assertThat(writing == null || !writing.isCloseNonBlocking()).isTrue();
        return;
      }
      assertThat(writing.isCloseNonBlocking()).isTrue();
      assertThat(reading.isCloseNonBlocking()).isTrue();
      writer.truncate(LARGE); // the file grows after it was opened
      assertThat(writing.isCloseNonBlocking()).isFalse();
      assertThat(reading.isCloseNonBlocking()).isFalse();
      writer.truncate(LARGE - 1);
      assertThat(writing.isCloseNonBlocking()).isTrue();
    }
  }

  /** On a disk, the last close of a file without a name frees its blocks, which is a change. */
  @Test
  void theLastCloseOnADisk() throws Exception {
    try (TestDirectory disk = TestDirectory.onDisk();
        FileSystem files = LinuxLocalfs.open(disk.path(), false, false)) {
      TestFiles.write(files, SMALL, "small");
      try (OpenFile reader = files.open(SMALL, OpenOptions.READ, 0);
          OpenFile writer = files.open(SMALL, OpenOptions.WRITE, 0)) {
        OpenFile reading = reader.nonBlocking();
        OpenFile writing = writer.nonBlocking();
        if (reading == null || writing == null || disk.isInMemory()) {
          assertThat(reading == null || reading.isCloseNonBlocking()).isTrue();
          return;
        }
        assertThat(reading.isCloseNonBlocking()).isTrue();
        assertThat(writing.isCloseNonBlocking()).isFalse();
        files.unlink(SMALL);
        assertThat(reading.isCloseNonBlocking()).isFalse();
      }
    }
  }

  private interface Attempt {
    void run() throws FsException;
  }

  /** Checks that the operation would block and has changed nothing. */
  private void isLeftAlone(Attempt attempt) throws Exception {
    if (!test.isInMemory()) {
      assertThat(fs.stat(FILE).size()).isEqualTo(LARGE);
      return;
    }
    long before = fs.stat(FILE).size();
    wouldBlock(attempt);
    assertThat(fs.stat(FILE).size()).isEqualTo(before);
  }

  private static void wouldBlock(Attempt attempt) {
    assertThatThrownBy(attempt::run).isInstanceOf(WouldBlockException.class);
  }
}
