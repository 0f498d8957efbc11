package dev.warren.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.AttributesBuffer;
import dev.warren.api.Caller;
import dev.warren.api.Errno;
import dev.warren.api.FileNames;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.testkit.TestFiles;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The methods that fill buffers return the same results as the others, with the namespace's ids.
 */
class BufferedAnswersTest {
  private final Namespace namespace = new Namespace();
  private final AttributesBuffer buffer = new AttributesBuffer();
  private FileSystem view;

  @BeforeEach
  void mount() throws Exception {
    MemoryFileSystem files = new MemoryFileSystem();
    TestFiles.write(files, TestFiles.path("/file"), "content");
    files.mkdir(TestFiles.path("/directory"), 0755);
    namespace.mount(TestFiles.path("/a/b"), files, MountDescription.of("test"));
    namespace.mount(
        TestFiles.path("/a/b/inside"), new MemoryFileSystem(), MountDescription.of("test"));
    view = namespace.as(Caller.HOST);
  }

  @AfterEach
  void close() {
    namespace.close();
  }

  @Test
  void attributesOfPaths() throws Exception {
    for (String path : List.of("/", "/a", "/a/b", "/a/b/file", "/a/b/inside")) {
      for (FileSystem fs : List.of(namespace, view, view.nonBlocking())) {
        fs.stat(TestFiles.path(path), buffer);
        assertThat(buffer.toAttributes()).isEqualTo(fs.stat(TestFiles.path(path)));
      }
    }
    assertThatThrownBy(() -> view.stat(TestFiles.path("/a/none"), buffer))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
    assertThatThrownBy(() -> view.stat(TestFiles.path("/a/b/file/below"), buffer))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOTDIR));
  }

  @Test
  void attributesOfOpenFiles() throws Exception {
    try (OpenFile file = view.open(TestFiles.path("/a/b/file"), OpenOptions.READ, 0);
        OpenDirectory directory = view.openDirectory(TestFiles.path("/a/b/directory"))) {
      file.stat(buffer);
      assertThat(buffer.toAttributes()).isEqualTo(file.stat());
      directory.stat(buffer);
      assertThat(buffer.toAttributes()).isEqualTo(directory.stat());
    }
  }

  /** Lists directories with and without mounts in them. */
  @Test
  void listings() throws Exception {
    for (String path : List.of("/", "/a", "/a/b", "/a/b/inside")) {
      try (OpenDirectory directory = view.openDirectory(TestFiles.path(path))) {
        Map<String, Long> entries = new TreeMap<>();
        directory.read(0, false, e -> entries.put(e.name(), e.fileId()) == null);
        Map<String, Long> names = new TreeMap<>();
        directory.readNames(
            0,
            (name, start, length, type, fileId, cookie) ->
                names.put(FileNames.decode(name, start, length), fileId) == null);
        assertThat(names).isEqualTo(entries);
      }
    }
  }

  /** A file that commits when it is closed must not be closed on the event loop. */
  @Test
  void onlyFilesThatSaySoCloseWithoutBlocking() throws Exception {
    VfsPath path = TestFiles.path("/a/b/new");
    try (OpenFile file = view.open(path, OpenOptions.REPLACE, 0644)) {
      assertThat(file.nonBlocking()).isNotNull();
      assertThat(file.nonBlocking().isCloseNonBlocking()).isFalse();
    }
  }
}
