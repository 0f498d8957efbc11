package dev.warren.namespace;

import static dev.warren.testkit.TestFiles.path;
import static dev.warren.testkit.TestFiles.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.memfs.MemoryFileSystem;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The file ids of several mounts. */
class MountFileIdsTest extends NamespaceFixture {
  @Test
  void fileIdsOfDifferentMountsDiffer() throws FsException {
    Set<Long> seen = new HashSet<>();
    seen.add(namespace.stat(VfsPath.ROOT).fileId());
    for (int i = 0; i < 200; i++) {
      String at = "/m/" + i;
      mount(at);
      write(namespace, path(at + "/f"), "x");
      assertThat(seen.add(namespace.stat(path(at)).fileId())).isTrue();
      FileAttributes file = namespace.stat(path(at + "/f"));
      assertThat(file.fileId()).isPositive();
      assertThat(seen.add(file.fileId())).isTrue();
      assertThat(file.fileId()).isLessThan(1L << 53);
      try (OpenFile open = namespace.open(path(at + "/f"), OpenOptions.READ, 0)) {
        assertThat(open.stat()).isEqualTo(file);
        assertThat(Objects.requireNonNull(open.nonBlocking()).stat()).isEqualTo(file);
      }
      try (OpenDirectory open = namespace.openDirectory(path(at))) {
        assertThat(open.stat()).isEqualTo(namespace.stat(path(at)));
      }
    }
  }

  @Test
  void fileIdsAreTheSameAfterARestart() throws FsException {
    List<Long> first = ids();
    assertThat(ids()).isEqualTo(first);
  }

  private static List<Long> ids() throws FsException {
    List<Long> ids = new ArrayList<>();
    try (Namespace started = new Namespace()) {
      for (String path : List.of("/a/b", "/c", "/d", "/")) {
        started.mount(path(path), new MemoryFileSystem(), MEMFS);
      }
      for (String path : List.of("/", "/a", "/a/b", "/c", "/d")) {
        ids.add(started.stat(path(path)).fileId());
      }
    }
    return ids;
  }

  /** Simulates a host that mounts and unmounts for years. */
  @Test
  void pathsThatAreNotMountedAnyMoreAreForgotten() throws FsException {
    MountNumbers numbers = new MountNumbers();
    try (Namespace busy = new Namespace(InstantSource.system(), numbers)) {
      busy.mount(path("/stays/here"), new MemoryFileSystem(), MEMFS);
      long before = busy.stat(path("/stays")).fileId();
      for (int i = 0; i < 100; i++) {
        VfsPath at = path("/user-" + i + "/project/scratch");
        busy.mount(at, new MemoryFileSystem(), MEMFS);
        busy.unmount(at, Duration.ZERO);
      }
      assertThat(numbers.remembered()).isEqualTo(3); // including the root
      assertThat(busy.stat(path("/stays")).fileId()).isEqualTo(before);
    }
  }

  @Test
  void aMountsNumberIsNotGivenToTheNextOne() throws FsException {
    Set<Long> seen = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      mount("/m");
      assertThat(seen.add(namespace.stat(path("/m")).fileId())).isTrue();
      namespace.unmount(path("/m"), Duration.ZERO);
    }
  }
}
