package dev.warren.localfs.linux;

import static dev.warren.testkit.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.AttributesBuffer;
import dev.warren.api.FileHandle;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.localfs.TestDirectory;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/**
 * The last use of a file may end on an event loop, where freeing much memory would take too long.
 */
class SlowClosesTest {
  private final CountDownLatch mayClose = new CountDownLatch(1);
  private final SlowCloses slowCloses =
      new SlowCloses(
          run ->
              new Thread(
                  () -> {
                    try {
                      mayClose.await();
                    } catch (InterruptedException e) {
                      throw new IllegalStateException(e);
                    }
                    run.run();
                  }));

  private FileSystem open(Path directory) throws FsException {
    return new LinuxFileSystem(TestRoot.inMemory(directory, slowCloses), caller -> Identity.HOST);
  }

  private static FileHandle find(FileSystem files, String name) throws Exception {
    FileHandle handle = files.find(VfsPath.parse(name), new AttributesBuffer());
    assertThat(handle).isNotNull();
    return handle;
  }

  private static Path file(TestDirectory directory, String name, int mebibytes) throws Exception {
    Path path = directory.path().resolve(name);
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength((long) mebibytes << 20);
    }
    return path;
  }

  @Test
  void aCloseThatFreesMuchIsMadeByAnotherThread() throws Exception {
    try (TestDirectory directory = TestDirectory.inMemory();
        FileSystem files = open(directory.path())) {
      file(directory, "named", 32);
      FileHandle named = find(files, "/named");
      Path small = file(directory, "small", 1);
      FileHandle smallFile = find(files, "/small");
      Path large = file(directory, "large", 32);
      FileHandle largeFile = find(files, "/large");
      Files.delete(small);
      Files.delete(large);

      named.close();
      smallFile.close();
      assertThat(slowCloses.waiting()).isZero();
      largeFile.close();
      assertThat(slowCloses.waiting()).isOne();

      mayClose.countDown();
      await().until(() -> slowCloses.waiting() == 0);
    }
  }

  @Test
  void nothingIsCachedWhileTooManyWaitToBeClosed() throws Exception {
    try (TestDirectory directory = TestDirectory.inMemory();
        FileSystem files = open(directory.path())) {
      file(directory, "other", 1);
      for (int i = 0; i <= SlowCloses.MOST; i++) {
        FoundFile other = (FoundFile) find(files, "/other");
        assertThat(other.descriptor()).isNotNull();
        other.close();
        Path large = file(directory, "large", 32);
        FileHandle handle = find(files, "/large");
        Files.delete(large);
        handle.close();
      }
      assertThat(slowCloses.waiting()).isEqualTo(SlowCloses.MOST + 1);
      FoundFile other = (FoundFile) find(files, "/other");
      assertThat(other.descriptor()).isNull();
      assertThat(files.stat(VfsPath.parse("/other").at(other)).size()).isEqualTo(1 << 20);
      other.close();

      mayClose.countDown();
      await().until(() -> slowCloses.waiting() == 0);
      FoundFile again = (FoundFile) find(files, "/other");
      assertThat(again.descriptor()).isNotNull();
      again.close();
    }
  }
}
