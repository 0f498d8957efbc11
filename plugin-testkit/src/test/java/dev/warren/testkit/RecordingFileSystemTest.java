package dev.warren.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.Operation;
import dev.warren.api.VfsPath;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class RecordingFileSystemTest {
  private static final VfsPath F = TestFiles.path("/f");
  private static final VfsPath G = TestFiles.path("/g");

  private final FlatFileSystem flat = new FlatFileSystem();
  private final RecordingFileSystem fs = new RecordingFileSystem(flat);

  @Test
  void callsAreRecordedInOrderWithTheirOutcomes() throws Exception {
    TestFiles.write(fs, F, "content");
    assertThatThrownBy(() -> fs.unlink(G)).isInstanceOf(FsException.class);
    fs.rename(F, G, true);
    assertThat(fs.calls())
        .extracting(RecordingFileSystem.Outcome::operation)
        .containsExactly(
            Operation.OPEN, Operation.WRITE, Operation.CLOSE, Operation.UNLINK, Operation.RENAME);
    assertThat(fs.calls(Operation.UNLINK).getFirst().errno()).isEqualTo(Errno.ENOENT);
    assertThat(fs.calls(Operation.RENAME).getFirst().call().target()).isEqualTo(G);
    assertThat(TestFiles.readText(fs, G)).isEqualTo("content");
  }

  @Test
  void closesAndAbortsAreDistinguished() throws Exception {
    fs.open(F, OpenOptions.REPLACE, 0644).close();
    fs.open(G, OpenOptions.REPLACE, 0644).abort(new FsException(Errno.EIO));
    assertThat(fs.closes(F)).isEqualTo(1);
    assertThat(fs.aborts(F)).isZero();
    assertThat(fs.closes(G)).isZero();
    assertThat(fs.aborts(G)).isEqualTo(1);
  }

  @Test
  void openFilesAreCounted() throws Exception {
    OpenFile a = fs.open(F, OpenOptions.REPLACE, 0644);
    OpenFile b = fs.open(F, OpenOptions.READ, 0);
    assertThat(fs.openHandles()).isEqualTo(2);
    a.close();
    a.close();
    assertThat(fs.openHandles()).isEqualTo(1);
    b.abort(new FsException(Errno.EIO));
    assertThat(fs.openHandles()).isZero();
  }

  @Test
  void theNonBlockingViewIsRecordedToo() throws Exception {
    TestFiles.write(fs, F, "content");
    fs.clear();
    assertThat(fs.nonBlocking()).isNotNull().isSameAs(fs.nonBlocking());
    fs.nonBlocking().stat(F);
    assertThat(fs.calls()).hasSize(1);
    assertThat(fs.calls().getFirst().call().mayBlock()).isFalse();
  }

  @Test
  void callsThatWouldBlockAreNotRecorded() throws Exception {
    BlockingFileSystem blocking = new BlockingFileSystem(flat);
    RecordingFileSystem recording = new RecordingFileSystem(blocking);
    TestFiles.write(recording, F, "content");
    recording.clear();
    blocking.hold(Operation.STAT, F);
    assertThatThrownBy(() -> recording.nonBlocking().stat(F)).isInstanceOf(FsException.class);
    assertThat(recording.calls()).isEmpty();
  }

  @Test
  void aTestCanWaitForCallsOfOtherThreads() throws Exception {
    Thread writer =
        Thread.ofVirtual()
            .start(
                () -> {
                  try (OpenFile file = fs.open(F, OpenOptions.REPLACE, 0644)) {
                    file.write(ByteBuffer.allocate(1), 0);
                  } catch (FsException e) {
                    throw new IllegalStateException(e);
                  }
                });
    fs.awaitCount(Operation.CLOSE, F, 1);
    assertThat(fs.count(Operation.WRITE, F)).isEqualTo(1);
    writer.join();
  }
}
