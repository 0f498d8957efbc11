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
