package dev.warren.ninep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.Operation;
import dev.warren.api.VfsPath;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.ninep.client.Fids;
import dev.warren.ninep.client.Frame;
import dev.warren.ninep.client.Reply;
import dev.warren.ninep.codec.MessageType;
import dev.warren.testkit.BlockingFileSystem;
import dev.warren.testkit.RecordingFileSystem;
import dev.warren.testkit.TestFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tflush: in order, at once, and as if the request had not been sent. */
class FlushTest {
  private static final int ROOT = 1;
  private static final int TAG = 61_000;

  @TempDir Path directory;
  private HeldFileSystem held;
  private RecordingFileSystem records;
  private TestServer server;
  private Fids fids;

  @BeforeEach
  void attach() throws Exception {
    MemoryFileSystem memory = new MemoryFileSystem();
    TestFiles.write(memory, VfsPath.parse("/never"), "text");
    TestFiles.write(memory, VfsPath.parse("/slow"), "text");
    BlockingFileSystem stuck = new BlockingFileSystem(memory);
    stuck.hold(Operation.READ, VfsPath.parse("/never"));
    records = new RecordingFileSystem(memory);
    held = new HeldFileSystem(records, "slow");
    server =
        new TestServer()
            .mount("/stuck", stuck)
            .mount("/held", held)
            .mount("/files", new MemoryFileSystem());
    fids = new Fids(server.session());
    fids.attach(ROOT, "", -1);
  }

  @AfterEach
  void stop() throws Exception {
    held.release();
    fids.client().close();
    server.close();
  }

  @Test
  void aReadThatHangsIsFlushedAtOnceAndNeverAnswered() throws Exception {
    fids.walk(ROOT, 2, "stuck", "never");
    fids.open(2, Fids.READ_ONLY);
    CompletableFuture<Reply> read = fids.send(TAG, Fids.read(2, 0, 10L));
    fids.flush(TAG);
    assertThat(read).isNotDone();
    // The tag is free again. The client would take a late reply for the new request's.
    fids.client().waiting().remove(TAG);
    assertThat(fids.client().call(TAG, MessageType.TGETATTR, getattr(ROOT)).remaining())
        .isEqualTo(153);
    fids.clunk(2);
    assertThat(fids.walk(ROOT, 2, "files")).hasSize(1);
  }

  private static Frame getattr(int fid) {
    return Frame.of(MessageType.TGETATTR).u32(fid).u64(0x7FF);
  }

  @Test
  void flushesOfNothingAreAnsweredToo() throws Exception {
    fids.flush(12_345);
    fids.client().call(TAG, MessageType.TFLUSH, Frame.of(MessageType.TFLUSH).u16(TAG));
    fids.client().call(TAG, MessageType.TFLUSH, Frame.of(MessageType.TFLUSH));
  }

  @Test
  void severalFlushesOfOneTagAreAnsweredInOrder() throws Exception {
    fids.walk(ROOT, 2, "stuck", "never");
    fids.open(2, Fids.READ_ONLY);
    var _ = fids.send(TAG, Fids.read(2, 0, 10L));
    CompletableFuture<Reply> first = fids.send(TAG + 1, Frame.of(MessageType.TFLUSH).u16(TAG));
    CompletableFuture<Reply> second = fids.send(TAG + 2, Frame.of(MessageType.TFLUSH).u16(TAG));
    assertThat(second.get().type()).isEqualTo(MessageType.TFLUSH + 1);
    assertThat(first).isDone();
  }

  /**
   * The tag is reused as soon as the Rflush arrives: a later reply to the old request would be
   * taken for the new one's. No read in progress is interrupted, because that would close the file.
   */
  @Test
  void aReplyComesBeforeItsRflushOrNotAtAll() throws Exception {
    Files.writeString(directory.resolve("f"), "text");
    BlockingFileSystem disk = new BlockingFileSystem(TestServer.localfs(directory));
    disk.hold(
        call -> call.operation() == Operation.READ && !call.mayBlock()); // never on the event loop
    server.mount("/disk", disk);
    fids.walk(ROOT, 2, "disk", "f");
    fids.open(2, Fids.READ_ONLY);
    for (int i = 0; i < 2_000; i++) {
      CompletableFuture<Reply> read = fids.send(TAG, Fids.read(2, 0, 10L));
      fids.flush(TAG);
      if (read.isDone()) {
        assertThat(read.get().error()).isZero();
      }
      fids.client().waiting().remove(TAG);
      fids.client().call(TAG, MessageType.TGETATTR, getattr(2));
    }
    assertThat(fids.read(2, 0, 10)).isEqualTo("text");
  }

  @Test
  void theFidOfAFlushedWalkIsFreeAtOnce() throws Exception {
    fids.walk(ROOT, 2, "held");
    fids.mkdir(2, "d");
    var _ = fids.send(TAG, Frame.of(MessageType.TWALK).u32(2).u32(9).u16(1).name("slow"));
    held.awaitHeld();
    assertThatCode(() -> fids.stat(9)).isInstanceOf(FsException.class);
    assertThatCode(() -> fids.walk(2, 9, "d")).isInstanceOf(FsException.class);
    fids.flush(TAG);
    assertThat(fids.walk(2, 9, "d")).hasSize(1);
    held.release();
    assertThat(fids.walk(2, 10, "slow")).hasSize(1);
    assertThat(fids.stat(9).isDirectory()).isTrue();
  }

  @Test
  void theFidOfAFlushedCreateIsUnchangedAndTheFileIsAborted() throws Exception {
    fids.walk(ROOT, 2, "held");
    var _ =
        fids.send(TAG, Frame.of(MessageType.TLCREATE).u32(2).name("slow").u32(2).u32(0644).u32(-1));
    held.awaitHeld();
    fids.flush(TAG);
    held.release();
    records.awaitCount(Operation.ABORT, VfsPath.parse("/slow"), 1);
    assertThat(fids.walk(2, 3, "slow")).hasSize(1);
    assertThatCode(() -> fids.read(2, 0, 1))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBADF));
    fids.open(2, Fids.READ_ONLY);
  }
}
