package dev.warren.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Cancellation;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.Operation;
import dev.warren.api.VfsPath;
import dev.warren.api.WouldBlockException;
import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BlockingFileSystemTest {
  private static final VfsPath F = TestFiles.path("/f");

  private final FlatFileSystem flat = new FlatFileSystem();
  private final BlockingFileSystem fs = new BlockingFileSystem(flat);

  @BeforeEach
  void write() throws FsException {
    TestFiles.write(fs, F, "content");
  }

  private static <T> CompletableFuture<T> start(Callable<T> call) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                result.complete(call.call());
              } catch (Exception e) {
                result.completeExceptionally(e);
              }
            });
    return result;
  }

  private static <T> T get(CompletableFuture<T> result) throws Exception {
    return result.get(Waiting.LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  private static void checkFails(CompletableFuture<?> result, Errno errno) {
    assertThatThrownBy(() -> get(result))
        .cause()
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }

  @Test
  void aCallWaitsUntilItsGateOpens() throws Exception {
    CallBarrier barrier = fs.hold(Operation.STAT, F);
    CompletableFuture<Long> size = start(() -> fs.stat(F).size());
    barrier.awaitWaiting(1);
    assertThat(size).isNotDone();
    barrier.open();
    assertThat(get(size)).isEqualTo(7);
    assertThat(fs.stat(F).size()).isEqualTo(7);
    assertThat(barrier.arrived()).isEqualTo(1);
  }

  @Test
  void otherCallsPass() throws Exception {
    CallBarrier barrier = fs.hold(Operation.UNLINK, F);
    assertThat(TestFiles.readText(fs, F)).isEqualTo("content");
    assertThat(barrier.arrived()).isZero();
  }

  @Test
  void openingOnceReleasesOnlyWaitingCalls() throws Exception {
    CallBarrier barrier = fs.hold(Operation.STAT, F);
    CompletableFuture<Long> first = start(() -> fs.stat(F).size());
    barrier.awaitWaiting(1);
    barrier.openOnce();
    assertThat(get(first)).isEqualTo(7);
    CompletableFuture<Long> second = start(() -> fs.stat(F).size());
    barrier.awaitWaiting(1);
    barrier.open();
    assertThat(get(second)).isEqualTo(7);
  }

  @Test
  void aCancelledCallEndsWithEintr() throws Exception {
    CallBarrier barrier = fs.hold(Operation.STAT, F);
    Cancellation cancellation = new Cancellation();
    CompletableFuture<Long> size = start(() -> cancellation.call(() -> fs.stat(F).size()));
    barrier.awaitWaiting(1);
    cancellation.cancel();
    checkFails(size, Errno.EINTR);
    assertThat(barrier.waiting()).isZero();
  }

  @Test
  void aReadEndsWithEbadfWhenItsFileIsAborted() throws Exception {
    CallBarrier barrier = fs.hold(Operation.READ, F);
    OpenFile file = fs.open(F, OpenOptions.READ, 0);
    OpenFile other = fs.open(F, OpenOptions.READ, 0);
    CompletableFuture<Integer> aborted = start(() -> file.read(ByteBuffer.allocate(9), 0));
    CompletableFuture<Integer> going = start(() -> other.read(ByteBuffer.allocate(9), 0));
    barrier.awaitWaiting(2);
    file.abort(new FsException(Errno.EIO));
    checkFails(aborted, Errno.EBADF);
    assertThat(going).isNotDone();
    barrier.open();
    assertThat(get(going)).isEqualTo(7);
  }

  @Test
  void closingTheFileSystemEndsWhatWaits() throws Exception {
    CallBarrier barrier = fs.hold(call -> call.operation() != Operation.CLOSE);
    CompletableFuture<Long> size = start(() -> fs.stat(F).size());
    barrier.awaitWaiting(1);
    fs.close();
    checkFails(size, Errno.EIO);
    assertThat(flat.isClosed()).isTrue();
  }

  @Test
  void theNonBlockingViewThrowsWouldBlock() throws Exception {
    fs.hold(Operation.READ, F);
    try (OpenFile file = fs.open(F, OpenOptions.READ, 0)) {
      assertThat(file.nonBlocking().stat().size()).isEqualTo(7);
      assertThatThrownBy(() -> file.nonBlocking().read(ByteBuffer.allocate(9), 0))
          .isInstanceOf(WouldBlockException.class);
    }
  }
}
