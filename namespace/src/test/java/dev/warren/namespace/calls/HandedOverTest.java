package dev.warren.namespace.calls;

import static dev.warren.testkit.TestFiles.path;
import static dev.warren.testkit.TestFiles.readText;
import static dev.warren.testkit.TestFiles.write;
import static dev.warren.testkit.Waiting.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Cancellation;
import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.ForwardingFileSystem;
import dev.warren.api.ForwardingOpenFile;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.memfs.MemoryFileSystem;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What happens to a requester's buffers, and to what its call opened, when it stops waiting. */
class HandedOverTest {
  private static final VfsPath FILE = path("/f");

  private final MemoryFileSystem memory = new MemoryFileSystem();
  private final StuckFileSystem disk = new StuckFileSystem(memory);
  private final CallPool pool = new CallPool("test at /t");
  private final FileSystem fs = pool.around(disk);
  private final ExecutorService requesters = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void close() {
    disk.thaw();
    requesters.close();
    pool.close();
  }

  /** Cancels a request whose system call hangs. */
  private void giveUp(Callable<?> request) throws Exception {
    Cancellation cancellation = new Cancellation();
    await().until(() -> pool.blocked().running().isEmpty());
    Future<?> asked = requesters.submit(() -> cancellation.call(request));
    await().until(() -> disk.waiting.get() == 1);
    cancellation.cancel();
    assertThatThrownBy(() -> asked.get(30, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINTR));
  }

  private void thaw() throws Exception {
    disk.thaw();
    await().until(() -> pool.blocked().running().isEmpty());
  }

  @Test
  void aFileWhoseRequesterIsGoneIsClosed() throws Exception {
    write(memory, FILE, "content");
    disk.freeze();
    giveUp(() -> fs.open(FILE, OpenOptions.READ, 0));
    thaw();
    assertThat(disk.open).hasValue(0);
  }

  @Test
  void aReadDoesNotTouchTheBufferOfARequesterThatIsGone() throws Exception {
    write(memory, FILE, "content");
    for (ByteBuffer buffer :
        new ByteBuffer[] {ByteBuffer.allocate(7), ByteBuffer.allocateDirect(7)}) {
      try (OpenFile file = fs.open(FILE, OpenOptions.READ, 0)) {
        assertThat(file.read(buffer, 0)).isEqualTo(7);
        assertThat(UTF_8.decode(buffer.flip()).toString()).isEqualTo("content");
      }
    }
    OpenFile file = fs.open(FILE, OpenOptions.READ, 0);
    ByteBuffer used = ByteBuffer.allocateDirect(7);
    disk.freeze();
    giveUp(() -> file.read(used, 0));
    used.put("another".getBytes(UTF_8)).flip();
    thaw();
    assertThat(UTF_8.decode(used).toString()).isEqualTo("another");
    assertThat(used.position()).isEqualTo(7);
  }

  @Test
  void aWriteUsesTheContentThatTheBufferHadWhenItBegan() throws Exception {
    OpenFile file = fs.open(FILE, OpenOptions.WRITE.withCreate(), 0644);
    ByteBuffer used = ByteBuffer.allocateDirect(7).put("content".getBytes(UTF_8)).flip();
    disk.freeze();
    giveUp(() -> file.write(used, 0));
    used.clear().put("another".getBytes(UTF_8)).flip();
    thaw();
    assertThat(used.remaining()).isEqualTo(7);
    assertThat(readText(memory, FILE)).isEqualTo("content");
  }

  @Test
  void aListingDoesNotCallTheVisitorOfARequesterThatIsGone() throws Exception {
    write(memory, FILE, "");
    AtomicInteger visited = new AtomicInteger();
    OpenDirectory directory = fs.openDirectory(VfsPath.ROOT);
    disk.freeze();
    giveUp(
        () -> {
          directory.read(0, false, entry -> visited.incrementAndGet() > 0);
          return null;
        });
    thaw();
    assertThat(visited).hasValue(0);
    directory.read(0, false, entry -> visited.incrementAndGet() > 0);
    assertThat(visited).hasValue(1);
  }

  @Test
  void abortDoesNotWait() throws Exception {
    OpenFile file = fs.open(FILE, OpenOptions.WRITE.withCreate(), 0644);
    disk.freeze();
    file.abort(new FsException(Errno.ECONNRESET));
    assertThatThrownBy(() -> file.write(ByteBuffer.allocate(1), 0))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBADF));
    assertThat(disk.open).hasValue(1);
    disk.thaw();
    await().until(() -> disk.open.get() == 0);
  }

  @Test
  void contentOfAnySizeArrivesComplete() throws Exception {
    byte[] content = new byte[3_000_001];
    new Random(4).nextBytes(content);
    for (boolean direct : new boolean[] {true, false}) {
      ByteBuffer written =
          (direct ? ByteBuffer.allocateDirect(content.length) : ByteBuffer.allocate(content.length))
              .put(content)
              .flip();
      ByteBuffer read =
          direct
              ? ByteBuffer.allocateDirect(content.length + 9)
              : ByteBuffer.allocate(content.length + 9);
      try (OpenFile file = fs.open(FILE, OpenOptions.READ_WRITE.withCreate(), 0644)) {
        assertThat(file.write(written, 0)).isEqualTo(content.length);
        assertThat(written.hasRemaining()).isFalse();
        assertThat(file.read(read, 0)).isEqualTo(content.length);
      }
      assertThat(read.flip()).isEqualTo(ByteBuffer.wrap(content));
    }
  }

  @Test
  void aCopyToAnotherMountOccupiesNoThreadOfEither() throws Exception {
    write(memory, FILE, "content");
    StuckFileSystem otherDisk = new StuckFileSystem(new MemoryFileSystem());
    try (CallPool otherPool = new CallPool("other at /o")) {
      FileSystem other = otherPool.around(otherDisk);
      OpenFile from = fs.open(FILE, OpenOptions.READ, 0);
      OpenFile to = other.open(FILE, OpenOptions.WRITE.withCreate(), 0644);
      otherDisk.freeze();
      Future<Long> copying = requesters.submit(() -> from.copyTo(0, 7, to, 0));
      await().until(() -> otherPool.blocked().running().size() == 1);
      assertThat(pool.blocked().running()).isEmpty();
      otherDisk.thaw();
      assertThat(copying.get(30, TimeUnit.SECONDS)).isEqualTo(7);
    }
  }

  /**
   * Reading and writing a file in memory never blocks, but closing or truncating a large one takes
   * long.
   */
  @Test
  void aFileOfWhichOnlyTheCloseBlocksIsClosedOnTheMountsThreads() throws Exception {
    AtomicBoolean large = new AtomicBoolean();
    BlockingQueue<String> where = new LinkedBlockingQueue<>();
    FileSystem inMemory =
        pool.around(
            new ForwardingFileSystem(memory) {
              @Override
              public OpenFile open(VfsPath path, OpenOptions options, int permissions)
                  throws FsException {
                return new Ending(super.open(path, options, permissions), large, where);
              }
            });
    for (boolean nonBlocking : new boolean[] {true, false}) {
      large.set(!nonBlocking);
      requesters
          .submit(
              () -> {
                OpenFile file = inMemory.open(FILE, OpenOptions.REPLACE, 0644);
                file.truncate(0);
                file.close();
                return true;
              })
          .get(30, TimeUnit.SECONDS);
      assertThat(where.take()).startsWith("test at /t"); // the truncation
      assertThat(where.take().startsWith("test at /t")).isEqualTo(!nonBlocking);
    }
  }

  /** Records the threads on which it was closed. */
  private static final class Ending extends ForwardingOpenFile {
    private final AtomicBoolean large;
    private final BlockingQueue<String> where;

    Ending(OpenFile file, AtomicBoolean large, BlockingQueue<String> where) {
      super(file);
      this.large = large;
      this.where = where;
    }

    @Override
    public OpenFile nonBlocking() {
      return this;
    }

    @Override
    public boolean isCloseNonBlocking() {
      return !large.get();
    }

    @Override
    public void truncate(long size) throws FsException {
      where.add(Thread.currentThread().getName());
      super.truncate(size);
    }

    @Override
    public void close() throws FsException {
      where.add(Thread.currentThread().getName());
      super.close();
    }
  }
}
