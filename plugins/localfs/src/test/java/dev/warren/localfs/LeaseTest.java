package dev.warren.localfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.AttributeChanges;
import dev.warren.api.AttributesBuffer;
import dev.warren.api.FileHandle;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.api.WouldBlockException;
import dev.warren.localfs.linux.LinuxLocalfs;
import dev.warren.testkit.TestFiles;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Files on which another process of the host holds a lease: opening them waits for its end. */
class LeaseTest {
  private static final VfsPath FILE = TestFiles.path("/f");

  private TestDirectory test;
  private FileSystem fs;
  private Path file;

  @BeforeEach
  void open() throws Exception {
    test = TestDirectory.onDisk();
    fs = LinuxLocalfs.open(test.path(), false, false);
    TestFiles.write(fs, FILE, "text");
    file = test.path().resolve("f");
  }

  @AfterEach
  void close() throws Exception {
    fs.close();
    test.close();
  }

  private interface Step {
    void run() throws FsException;
  }

  private void waitsForTheLease(Step step) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Lease lease = Lease.take(file)) {
      Future<?> opening =
          threads.submit(
              () -> {
                step.run();
                return null;
              });
      lease.awaitWanted();
      lease.giveUp();
      opening.get();
    }
  }

  @Test
  void openingByPath() throws Exception {
    waitsForTheLease(() -> assertThat(TestFiles.readText(fs, FILE)).isEqualTo("text"));
    waitsForTheLease(() -> fs.open(FILE, OpenOptions.REPLACE, 0644).close());
    assertThat(fs.stat(FILE).size()).isZero();
  }

  @Test
  void truncatingByPath() throws Exception {
    waitsForTheLease(() -> fs.setAttributes(FILE, AttributeChanges.NONE.withSize(1)));
    assertThat(TestFiles.readText(fs, FILE)).isEqualTo("t");
  }

  @Test
  void openingByHandle() throws Exception {
    try (FileHandle handle = fs.find(FILE, new AttributesBuffer())) {
      VfsPath found = FILE.at(handle);
      waitsForTheLease(() -> assertThat(TestFiles.readText(fs, found)).isEqualTo("text"));
    }
  }

  /** An event loop must not wait. */
  @Test
  void theNonBlockingViewDoesNotWait() throws Exception {
    try (Lease _ = Lease.take(file);
        FileHandle handle = fs.find(FILE, new AttributesBuffer())) {
      for (VfsPath path : new VfsPath[] {FILE, FILE.at(handle)}) {
        assertThatThrownBy(() -> fs.nonBlocking().open(path, OpenOptions.READ, 0))
            .isInstanceOf(WouldBlockException.class);
      }
    }
  }
}
