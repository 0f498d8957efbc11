package dev.warren.namespace;

import static dev.warren.testkit.TestFiles.names;
import static dev.warren.testkit.TestFiles.path;
import static dev.warren.testkit.TestFiles.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Cancellation;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.Operation;
import dev.warren.api.WouldBlockException;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.testkit.BlockingFileSystem;
import dev.warren.testkit.CallBarrier;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Slow renames, and concurrent operations. */
class SlowRenameTest extends NamespaceFixture {
  @Test
  void aRenameThatHasToWaitDoesNotBlockAnEventLoop() throws Exception {
    BlockingFileSystem blocking = new BlockingFileSystem(new MemoryFileSystem());
    namespace.mount(path("/m"), blocking, MEMFS);
    write(namespace, path("/m/a"), "x");
    write(namespace, path("/m/c"), "x");
    var tracked = namespace.track(path("/m/a"));
    var gate = blocking.hold(Operation.RENAME, path("/a"));
    Thread renaming =
        Thread.startVirtualThread(
            () -> {
              try {
                namespace.rename(path("/m/a"), path("/m/b"), true);
              } catch (FsException e) {
                throw new IllegalStateException(e);
              }
            });
    gate.awaitWaiting(1);
    assertThat(tracked.isMoving()).isTrue();
    assertThat(tracked.path()).isEqualTo(path("/m/a"));
    assertThatThrownBy(() -> namespace.nonBlocking().rename(path("/m/b"), path("/m/d"), true))
        .isInstanceOf(WouldBlockException.class);
    namespace.rename(path("/m/c"), path("/m/d"), true); // does not conflict
    gate.open();
    assertThat(tracked.settled()).isEqualTo(path("/m/b"));
    renaming.join();
    assertThat(tracked.isMoving()).isFalse();
    assertThat(tracked.path()).isEqualTo(path("/m/b"));
  }

  /** If it did not wait, a fid would keep the path of a file that another request removes. */
  @Test
  void aRenameWaitsForARemoval() throws Exception {
    BlockingFileSystem blocking = new BlockingFileSystem(new MemoryFileSystem());
    namespace.mount(path("/m"), blocking, MEMFS);
    write(namespace, path("/m/f"), "x");
    write(namespace, path("/m/g"), "x");
    write(namespace, path("/m/other"), "x");
    var removed = namespace.track(path("/m/f"));
    var moved = namespace.track(path("/m/g"));
    var gate = blocking.hold(Operation.UNLINK, path("/f"));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> removing =
          threads.submit(
              () -> {
                namespace.unlink(path("/m/f"));
                return null;
              });
      gate.awaitWaiting(1);
      try (var _ = openedAtTheEnd(gate)) {
        assertThat(removed.isMoving()).isFalse();
        assertThatThrownBy(() -> namespace.nonBlocking().rename(path("/m/g"), path("/m/f"), true))
            .isInstanceOf(WouldBlockException.class);
        namespace.rename(path("/m/other"), path("/m/elsewhere"), true); // does not conflict
        namespace.nonBlocking().unlink(path("/m/elsewhere"));
      }
      removing.get(30, TimeUnit.SECONDS);
    }
    namespace.rename(path("/m/g"), path("/m/f"), true);
    assertThat(removed.isStale()).isTrue();
    assertThat(moved.isStale()).isFalse();
    assertThat(moved.path()).isEqualTo(path("/m/f"));
  }

  @Test
  void aRemovalWaitsForARename() throws Exception {
    BlockingFileSystem blocking = new BlockingFileSystem(new MemoryFileSystem());
    namespace.mount(path("/m"), blocking, MEMFS);
    write(namespace, path("/m/a"), "x");
    write(namespace, path("/m/b"), "x");
    var moved = namespace.track(path("/m/a"));
    var replaced = namespace.track(path("/m/b"));
    var gate = blocking.hold(Operation.RENAME, path("/a"));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> renaming =
          threads.submit(
              () -> {
                namespace.rename(path("/m/a"), path("/m/b"), true);
                return null;
              });
      gate.awaitWaiting(1);
      try (var _ = openedAtTheEnd(gate)) {
        assertThatThrownBy(() -> namespace.nonBlocking().unlink(path("/m/b")))
            .isInstanceOf(WouldBlockException.class);
      }
      renaming.get(30, TimeUnit.SECONDS);
    }
    assertThat(replaced.isStale()).isTrue();
    assertThat(moved.path()).isEqualTo(path("/m/b"));
    namespace.nonBlocking().unlink(path("/m/b"));
    assertThat(moved.isStale()).isTrue();
  }

  private interface Opened extends AutoCloseable {
    @Override
    void close();
  }

  /** Releases the waiting threads at the end, even if the test fails. */
  private static Opened openedAtTheEnd(CallBarrier gate) {
    return gate::open;
  }

  /**
   * A path that is tracked at the new name during a rename follows later renames like all others.
   */
  @Test
  void pathsTrackedAtTheNewNameMeanwhileAreMergedWithThoseThatMove() throws Exception {
    BlockingFileSystem blocking = new BlockingFileSystem(new MemoryFileSystem());
    namespace.mount(path("/m"), blocking, MEMFS);
    namespace.mkdir(path("/m/a"), 0755);
    namespace.mkdir(path("/m/a/deep"), 0755);
    write(namespace, path("/m/a/deep/f"), "x");
    write(namespace, path("/m/a/only"), "x");
    var directory = namespace.track(path("/m/a"));
    var file = namespace.track(path("/m/a/deep/f"));
    var only = namespace.track(path("/m/a/only"));
    var gate = blocking.hold(Operation.RENAME, path("/a"));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> renaming =
          threads.submit(
              () -> {
                namespace.rename(path("/m/a"), path("/m/b"), true);
                return null;
              });
      gate.awaitWaiting(1);
      var early = namespace.track(path("/m/b/deep/f"));
      var missing = namespace.track(path("/m/b/missing"));
      gate.open();
      renaming.get(30, TimeUnit.SECONDS);
      assertThat(List.of(directory.path(), file.path(), early.path(), only.path()))
          .containsExactly(
              path("/m/b"), path("/m/b/deep/f"), path("/m/b/deep/f"), path("/m/b/only"));
      early.close();
      namespace.rename(path("/m/b"), path("/m/c"), true);
      assertThat(List.of(directory.path(), file.path(), only.path(), missing.path()))
          .containsExactly(
              path("/m/c"), path("/m/c/deep/f"), path("/m/c/only"), path("/m/c/missing"));
      assertThat(early.path()).as("where it was closed").isEqualTo(path("/m/b/deep/f"));
    }
  }

  @Test
  void aRenameThatWaitsForAnotherCanBeCancelled() throws Exception {
    BlockingFileSystem blocking = new BlockingFileSystem(new MemoryFileSystem());
    namespace.mount(path("/m"), blocking, MEMFS);
    write(namespace, path("/m/a"), "x");
    var gate = blocking.hold(Operation.RENAME, path("/a"));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> first =
          threads.submit(
              () -> {
                namespace.rename(path("/m/a"), path("/m/b"), true);
                return null;
              });
      gate.awaitWaiting(1);
      Cancellation cancellation = new Cancellation();
      Future<?> second =
          threads.submit(
              () ->
                  cancellation.call(
                      () -> {
                        namespace.rename(path("/m/b"), path("/m/c"), true);
                        return null;
                      }));
      cancellation.cancel();
      assertThatThrownBy(() -> second.get(30, TimeUnit.SECONDS))
          .cause()
          .isInstanceOfSatisfying(
              FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINTR));
      gate.open();
      first.get(30, TimeUnit.SECONDS);
    }
    assertThat(names(namespace, path("/m"))).containsExactly("b");
  }
}
