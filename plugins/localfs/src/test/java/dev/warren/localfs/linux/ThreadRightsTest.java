package dev.warren.localfs.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Caller;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.localfs.TestDirectory;
import dev.warren.testkit.TestFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rights of the process's threads when operations act for callers. A thread permanently keeps
 * the rights that its creator had when it was created, which may be while the creator acted for a
 * caller. Requires root; for other users, acting for callers is refused.
 */
class ThreadRightsTest {
  private static final int STRANGER = 1001;
  private static final int ROUNDS = 200;

  /**
   * The thread gets rights as if it had been created during an operation for a caller, or for the
   * host's user with another group.
   */
  @ParameterizedTest
  @ValueSource(ints = {STRANGER, 0})
  void aThreadWithACallersRightsGetsTheHostsBack(int user) throws Exception {
    try (TestDirectory test = TestDirectory.inMemory()) {
      if (refused(test.path())) {
        return;
      }
      try (FileSystem fs = LinuxLocalfs.open(test.path(), false, true)) {
        Files.setAttribute(test.path(), "unix:mode", 0700);
        FileSystem root = fs.as(caller(0));
        List<String> before = rights("self");
        for (FileSystem acting : List.of(fs, root)) {
          CompletableFuture<List<String>> after = new CompletableFuture<>();
          Thread born =
              new Thread(() -> after.completeAsync(() -> actAs(acting, user), Runnable::run));
          born.start();
          assertThat(after.get()).isEqualTo(before);
        }
        assertThat(Files.getAttribute(test.path().resolve("made"), "unix:uid")).isEqualTo(0);
        assertThat(Files.getAttribute(test.path().resolve("made"), "unix:gid")).isEqualTo(0);
      }
    }
  }

  private static List<String> actAs(FileSystem fs, int user) {
    Scratch s = Scratch.take();
    try {
      HostIds.setFileGroup(STRANGER);
      assertThat(HostIds.setFileUser(user)).isTrue();
      TestFiles.write(fs, TestFiles.path("/made"), "x");
      return rights("thread-self");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      s.release();
    }
  }

  /**
   * The test creates threads all the time: carriers of virtual threads, of pools, of the compiler.
   */
  @Test
  void noThreadIsLeftWithACallersRights() throws Exception {
    try (TestDirectory test = TestDirectory.inMemory()) {
      if (refused(test.path())) {
        return;
      }
      try (FileSystem fs = LinuxLocalfs.open(test.path(), false, true)) {
        Files.setAttribute(test.path(), "unix:mode", 01777);
        List<String> host = rights("self");
        try (ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor();
            ExecutorService platform = Executors.newCachedThreadPool()) {
          List<Future<?>> workers = new ArrayList<>();
          for (int i = 0; i < 8; i++) {
            FileSystem theirs = fs.as(caller(STRANGER + i % 3));
            String name = "/" + i;
            workers.add(virtual.submit(() -> work(theirs, name + "v", virtual)));
            workers.add(platform.submit(() -> work(theirs, name + "p", platform)));
          }
          for (Future<?> worker : workers) {
            worker.get();
          }
        }
        assertThat(rightsOfAll()).isEqualTo(Set.of(host));
      }
    }
  }

  private static boolean work(FileSystem fs, String name, ExecutorService others) throws Exception {
    VfsPath file = TestFiles.path(name);
    for (int i = 0; i < ROUNDS; i++) {
      fs.open(file, OpenOptions.REPLACE, 0600).close();
      Future<VfsPath> other = others.submit(() -> VfsPath.parse("/by-another-thread"));
      assertThatThrownBy(() -> fs.rmdir(file)).isInstanceOf(FsException.class);
      fs.unlink(file);
      other.get();
      if (i == ROUNDS / 2) {
        System.gc();
      }
    }
    return true;
  }

  /** Returns the distinct rights of all threads. */
  private static Set<List<String>> rightsOfAll() throws IOException {
    try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
      return tasks
          .map(task -> "self/task/" + task.getFileName())
          .map(ThreadRightsTest::rightsIfThere)
          .filter(rights -> !rights.isEmpty())
          .collect(Collectors.toSet());
    }
  }

  private static List<String> rightsIfThere(String thread) {
    try {
      return rights(thread);
    } catch (IOException e) {
      if (Files.exists(Path.of("/proc", thread))) {
        throw new UncheckedIOException(e);
      }
      return List.of(); // the thread has ended
    }
  }

  private static List<String> rights(String thread) throws IOException {
    return new ArrayList<>(
        new TreeSet<>(
            Files.readAllLines(Path.of("/proc", thread, "status")).stream()
                .filter(line -> line.matches("(Uid|Gid|Groups|Cap(Eff|Prm)):.*"))
                .toList()));
  }

  private static boolean refused(Path directory) {
    if (LinuxLocalfs.isRoot()) {
      return false;
    }
    assertThatThrownBy(() -> LinuxLocalfs.open(directory, false, true))
        .isInstanceOf(IOException.class);
    return true;
  }

  private static Caller caller(int uid) {
    return new Caller("user" + uid, uid, uid, List.of(7), "9p", null, true);
  }
}
