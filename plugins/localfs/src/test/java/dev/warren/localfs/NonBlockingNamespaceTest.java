package dev.warren.localfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.AttributesBuffer;
import dev.warren.api.FileNames;
import dev.warren.api.FileSystem;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.localfs.linux.LinuxLocalfs;
import dev.warren.testkit.TestFiles;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The methods that fill buffers return the same results as the others. */
class NonBlockingNamespaceTest {
  private static final VfsPath FILE = TestFiles.path("/file");

  private record Listed(String name, Object type, long fileId, long cookie) {}

  @Test
  void attributes() throws Exception {
    try (TestDirectory test = TestDirectory.inMemory();
        FileSystem fs = LinuxLocalfs.open(test.path(), false, false)) {
      TestFiles.write(fs, FILE, "content");
      VfsPath link = TestFiles.path("/link");
      fs.symlink("file", link);
      AttributesBuffer buffer = new AttributesBuffer();
      for (VfsPath path : List.of(VfsPath.ROOT, FILE, link)) {
        fs.stat(path, buffer);
        assertThat(buffer.toAttributes()).isEqualTo(fs.stat(path));
      }
      try (OpenFile file = fs.open(FILE, OpenOptions.READ, 0);
          OpenDirectory directory = fs.openDirectory(VfsPath.ROOT)) {
        file.stat(buffer);
        assertThat(buffer.toAttributes()).isEqualTo(file.stat());
        directory.stat(buffer);
        assertThat(buffer.toAttributes()).isEqualTo(directory.stat());
      }
    }
  }

  /** Including listings from each cookie, and names that are not text. */
  @Test
  void listings() throws Exception {
    try (TestDirectory test = TestDirectory.inMemory();
        FileSystem fs = LinuxLocalfs.open(test.path(), false, false)) {
      fs.mkdir(TestFiles.path("/directory"), 0755);
      fs.symlink("nowhere", TestFiles.path("/link"));
      for (int i = 0; i < 40; i++) {
        TestFiles.write(fs, TestFiles.path("/a name " + "x".repeat(i) + "\udcff\u00e4"), "");
      }
      try (OpenDirectory directory = fs.openDirectory(VfsPath.ROOT)) {
        List<Listed> all = entries(directory, 0);
        assertThat(all).hasSize(42);
        assertThat(names(directory, 0)).isEqualTo(all);
        for (int i = 0; i < all.size(); i++) {
          assertThat(names(directory, all.get(i).cookie()))
              .isEqualTo(all.subList(i + 1, all.size()));
        }
      }
    }
  }

  /** A refused entry is offered again. */
  @Test
  void aListingByNamesContinuesAtTheDeclinedName() throws Exception {
    try (TestDirectory test = TestDirectory.inMemory();
        FileSystem fs = LinuxLocalfs.open(test.path(), false, false)) {
      for (int i = 0; i < 10; i++) {
        TestFiles.write(fs, TestFiles.path("/f" + i), "");
      }
      try (OpenDirectory directory = fs.openDirectory(VfsPath.ROOT)) {
        List<Listed> all = entries(directory, 0);
        List<Listed> seen = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
          long after = seen.isEmpty() ? 0 : seen.getLast().cookie();
          int most = seen.size() + 1;
          directory.readNames(
              after,
              (name, start, length, type, fileId, cookie) ->
                  seen.size() < most
                      && seen.add(
                          new Listed(FileNames.decode(name, start, length), type, fileId, cookie)));
        }
        assertThat(seen).isEqualTo(all);
      }
    }
  }

  @Test
  void onlyInMemoryAWrittenFileClosesWithoutBlocking() throws Exception {
    try (TestDirectory test = TestDirectory.inMemory();
        FileSystem fs = LinuxLocalfs.open(test.path(), false, false);
        OpenFile file = fs.open(FILE, OpenOptions.REPLACE, 0644)) {
      OpenFile view = file.nonBlocking();
      assertThat(view != null && view.isCloseNonBlocking()).isEqualTo(test.isInMemory());
    }
  }

  private static List<Listed> entries(OpenDirectory directory, long from) throws Exception {
    List<Listed> found = new ArrayList<>();
    directory.read(
        from, false, e -> found.add(new Listed(e.name(), e.type(), e.fileId(), e.cookie())));
    return found;
  }

  private static List<Listed> names(OpenDirectory directory, long from) throws Exception {
    List<Listed> found = new ArrayList<>();
    directory.readNames(
        from,
        (name, start, length, type, fileId, cookie) ->
            found.add(new Listed(FileNames.decode(name, start, length), type, fileId, cookie)));
    return found;
  }
}
