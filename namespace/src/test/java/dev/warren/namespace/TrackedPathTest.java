package dev.warren.namespace;

import static dev.warren.testkit.TestFiles.names;
import static dev.warren.testkit.TestFiles.path;
import static dev.warren.testkit.TestFiles.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Caller;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.frontend.SharedFileSystem;
import dev.warren.frontend.SharedFileSystems;
import dev.warren.frontend.TrackedPath;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.namespace.track.PathTracker;
import dev.warren.testkit.Race;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class TrackedPathTest {
  private final Namespace namespace = new Namespace();
  private final SharedFileSystem view = namespace.as(Caller.HOST);

  @BeforeEach
  void mount() throws FsException {
    namespace.mount(VfsPath.ROOT, new MemoryFileSystem(), MountDescription.of("memfs"));
    namespace.mount(path("/m"), new MemoryFileSystem(), MountDescription.of("memfs"));
  }

  @AfterEach
  void close() {
    namespace.close();
  }

  private TrackedPath create(String text) throws FsException {
    write(namespace, path(text), text);
    return namespace.track(path(text));
  }

  @Test
  void aPathFollowsItsFileAndAllDirectoriesAboveIt() throws FsException {
    namespace.mkdir(path("/m/a"), 0755);
    namespace.mkdir(path("/m/a/b"), 0755);
    TrackedPath directory = namespace.track(path("/m/a"));
    TrackedPath file = create("/m/a/b/f");
    TrackedPath other = create("/m/a2");
    view.rename(path("/m/a"), path("/m/c"), true);
    assertThat(directory.path()).isEqualTo(path("/m/c"));
    assertThat(file.path()).isEqualTo(path("/m/c/b/f"));
    namespace.nonBlocking().rename(path("/m/c/b/f"), path("/m/g"), true);
    assertThat(file.path()).isEqualTo(path("/m/g"));
    view.rename(path("/m/c"), path("/m/a"), true);
    assertThat(directory.path()).isEqualTo(path("/m/a"));
    assertThat(file.path()).isEqualTo(path("/m/g"));
    assertThat(other.path()).isEqualTo(path("/m/a2"));
    assertThat(other.isStale()).isFalse();
  }

  @Test
  void aRenameThatFailsMovesNothing() throws FsException {
    TrackedPath file = create("/m/f");
    TrackedPath there = create("/m/there");
    assertThatThrownBy(() -> view.rename(path("/m/f"), path("/m/there"), false))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST));
    assertThat(file.path()).isEqualTo(path("/m/f"));
    assertThat(there.isStale()).isFalse();
  }

  @Test
  void aReplacedFileIsStaleAndKeepsItsPath() throws FsException {
    TrackedPath moved = create("/m/new");
    TrackedPath replaced = create("/m/f");
    view.rename(path("/m/new"), path("/m/f"), true);
    assertThat(replaced.isStale()).isTrue();
    assertThat(moved.isStale()).isFalse();
    assertThat(moved.path()).isEqualTo(path("/m/f"));
    view.rename(path("/m/f"), path("/m/g"), true);
    assertThat(moved.path()).isEqualTo(path("/m/g"));
    assertThat(replaced.path()).isEqualTo(path("/m/f"));
  }

  @Test
  void aRemovedFileIsStale() throws FsException {
    TrackedPath removed = create("/m/f");
    namespace.mkdir(path("/m/d"), 0755);
    TrackedPath directory = namespace.track(path("/m/d"));
    view.unlink(path("/m/f"));
    view.rmdir(path("/m/d"));
    TrackedPath again = create("/m/f");
    view.rename(path("/m/f"), path("/m/g"), true);
    assertThat(removed.isStale()).isTrue();
    assertThat(directory.isStale()).isTrue();
    assertThat(removed.path()).isEqualTo(path("/m/f"));
    assertThat(again.path()).isEqualTo(path("/m/g"));
  }

  @Test
  void twoNamesOfOneFileAreTrackedSeparately() throws FsException {
    TrackedPath one = create("/m/one");
    namespace.link(path("/m/one"), path("/m/two"));
    TrackedPath two = namespace.track(path("/m/two"));
    // POSIX: two names of one file, so nothing happens
    view.rename(path("/m/one"), path("/m/two"), true);
    assertThat(one.path()).isEqualTo(path("/m/one"));
    assertThat(two.isStale()).isFalse();
    assertThat(namespace.stat(one.path())).isEqualTo(namespace.stat(two.path()));
  }

  @Test
  void aClosedPathFollowsNoRename() throws FsException {
    TrackedPath closed = create("/m/f");
    closed.close();
    closed.close();
    view.rename(path("/m/f"), path("/m/g"), true);
    assertThat(closed.path()).isEqualTo(path("/m/f"));
    assertThat(closed.isStale()).isFalse();
  }

  @Test
  void aSubtreeShowsItsOwnPaths() throws FsException {
    namespace.mkdir(path("/m/home"), 0755);
    SharedFileSystem home = SharedFileSystems.subtree(namespace, path("/m/home"));
    write(home, path("/f"), "x");
    TrackedPath tracked = home.track(path("/f"));
    assertThat(tracked.path()).isEqualTo(path("/f"));
    namespace.rename(path("/m/home/f"), path("/m/home/g"), true);
    assertThat(tracked.path()).isEqualTo(path("/g")).isSameAs(tracked.path());
    namespace.rename(path("/m/home/g"), path("/m/away"), true);
    assertThat(tracked.path()).isEqualTo(path("/g"));
    assertThat(tracked.isStale()).isTrue();
  }

  @Test
  void aFileThatIsNowTooDeepForAPathIsStale() throws FsException {
    PathTracker tracker = new PathTracker();
    VfsPath deep = VfsPath.ROOT.resolve("a");
    while (deep.depth() < VfsPath.MAX_DEPTH) {
      deep = deep.resolve("x");
    }
    TrackedPath deepest = tracker.track(deep);
    TrackedPath above = tracker.track(deep.parentOrRoot());
    tracker.rename(path("/a"), path("/b/c"), true, () -> false, () -> {});
    assertThat(above.path().depth()).isEqualTo(VfsPath.MAX_DEPTH);
    assertThat(above.path().startsWith(path("/b/c"))).isTrue();
    assertThat(above.isStale()).isFalse();
    assertThat(deepest.isStale()).isTrue();
    assertThat(tracker.count()).isEqualTo(1);
    above.close();
    deepest.close();
    assertThat(tracker.count()).isZero();
  }

  /** The file id shows whether a tracked path still refers to the file for which it was created. */
  @RepeatedTest(10)
  void randomRenamesAgreeWithAModel(RepetitionInfo repetition) throws FsException {
    Random random = new Random(repetition.getCurrentRepetition());
    List<VfsPath> directories = new ArrayList<>(List.of(path("/m")));
    Map<TrackedPath, Long> live = new HashMap<>();
    for (int step = 0; step < 1500; step++) {
      VfsPath from = pick(random, directories).resolve("n" + random.nextInt(6));
      VfsPath to = pick(random, directories).resolve("n" + random.nextInt(6));
      try {
        switch (random.nextInt(8)) {
          case 0 -> {
            view.mkdir(from, 0755);
            directories.add(from);
          }
          case 1, 2 -> write(view, from, "x");
          case 3 -> view.unlink(from);
          case 4 -> view.rmdir(from);
          default -> view.rename(from, to, random.nextBoolean());
        }
      } catch (FsException e) {
        assertThat(e.errno()).isNotIn(Errno.EIO, Errno.EBUSY);
      }
      if (directories.size() > 40) {
        directories.subList(1, 20).clear();
      }
      VfsPath watched = pick(random, directories).resolve("n" + random.nextInt(6));
      Long id = fileId(watched);
      if (id != null) {
        live.put(namespace.track(watched), id);
      }
      live.entrySet().removeIf(entry -> entry.getKey().isStale());
      for (Map.Entry<TrackedPath, Long> entry : live.entrySet()) {
        assertThat(fileId(entry.getKey().path()))
            .as("seed %d step %d", repetition.getCurrentRepetition(), step)
            .isEqualTo(entry.getValue());
      }
      if (live.size() > 60) {
        live.keySet().forEach(TrackedPath::close);
        live.clear();
      }
    }
  }

  private @Nullable Long fileId(VfsPath path) {
    try {
      return view.stat(path).fileId();
    } catch (FsException e) {
      return null;
    }
  }

  private static VfsPath pick(Random random, List<VfsPath> list) {
    return list.get(random.nextInt(list.size()));
  }

  @Test
  void concurrentRenamesLeaveAllPathsCorrect() throws Exception {
    Map<TrackedPath, Long> tracked = new HashMap<>();
    for (String top : List.of("/m/a", "/m/b", "/m/c")) {
      namespace.mkdir(path(top), 0755);
      for (int i = 0; i < 50; i++) {
        TrackedPath file = create(top + "/" + i);
        tracked.put(file, namespace.stat(file.path()).fileId());
      }
    }
    Race.run(
        4,
        index -> {
          Random random = new Random(index);
          for (int i = 0; i < 2000; i++) {
            VfsPath from = path("/m/" + (char) ('a' + random.nextInt(5)));
            VfsPath to = path("/m/" + (char) ('a' + random.nextInt(5)));
            String name = "/" + random.nextInt(60);
            try {
              if (random.nextInt(3) == 0) {
                view.rename(from, to, false);
              } else {
                view.rename(path(from + name), path(to + "/" + random.nextInt(60)), false);
              }
            } catch (FsException e) {
              assertThat(e.errno()).isIn(Errno.ENOENT, Errno.EEXIST, Errno.ENOTEMPTY);
            }
          }
        });
    for (Map.Entry<TrackedPath, Long> entry : tracked.entrySet()) {
      assertThat(fileId(entry.getKey().path())).isEqualTo(entry.getValue());
    }
    tracked.keySet().forEach(TrackedPath::close);
  }

  /**
   * A name is removed while its file moves away and another file takes its place. Each round has
   * names of its own, because a later change of the same name could hide a wrong path.
   */
  @Test
  void concurrentRemovalsLeaveAllPathsCorrect() throws Exception {
    int rounds = 2000;
    Map<TrackedPath, Long> tracked = new HashMap<>();
    for (int i = 0; i < rounds; i++) {
      for (TrackedPath file : List.of(create("/m/x" + i), create("/m/y" + i))) {
        tracked.put(file, namespace.stat(file.path()).fileId());
      }
    }
    Race.rounds(
        4,
        rounds,
        (index, round) -> {
          VfsPath name = path("/m/x" + round);
          try {
            switch (index) {
              case 0 -> view.unlink(name);
              case 1 -> view.rename(path("/m/y" + round), name, true);
              case 2 -> view.rename(name, path("/m/z" + round), true);
              default -> write(view, name, "new");
            }
          } catch (FsException e) {
            assertThat(e.errno()).isEqualTo(Errno.ENOENT);
          }
        });
    Set<Long> existing = new HashSet<>();
    for (String name : names(view, path("/m"))) {
      existing.add(namespace.stat(path("/m/" + name)).fileId());
    }
    for (Map.Entry<TrackedPath, Long> entry : tracked.entrySet()) {
      TrackedPath path = entry.getKey();
      if (path.isStale()) {
        assertThat(existing).as("stale at %s", path.path()).doesNotContain(entry.getValue());
      } else {
        assertThat(fileId(path.path())).as("at %s", path.path()).isEqualTo(entry.getValue());
      }
      path.close();
    }
  }

  @Tag("slow")
  @Test
  void aRenameOfADirectoryMovesAHundredThousandPaths() throws FsException {
    namespace.mkdir(path("/m/a"), 0755);
    List<TrackedPath> tracked = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      tracked.add(namespace.track(path("/m/a/" + (i % 300) + "/" + i)));
    }
    view.rename(path("/m/a"), path("/m/b"), true);
    for (int i = 0; i < tracked.size(); i++) {
      assertThat(tracked.get(i).path()).hasToString("/m/b/%d/%d", i % 300, i);
    }
    tracked.forEach(TrackedPath::close);
  }
}
