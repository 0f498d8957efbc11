package dev.warren.namespace;

import dev.warren.api.FileSystem;
import dev.warren.localfs.linux.LinuxLocalfs;
import dev.warren.testkit.Gap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A directory on the disk that contains the checkout, deleted afterwards: the temporary directory
 * of many machines is in memory, but disks have other cookies and inode numbers.
 */
record DiskDirectory(Path path) implements AutoCloseable {
  static DiskDirectory create() throws IOException {
    Path target = Files.createDirectories(Path.of("target").toAbsolutePath());
    return new DiskDirectory(Files.createTempDirectory(target, "disk-"));
  }

  FileSystem open() throws IOException {
    return LinuxLocalfs.open(path, false, false);
  }

  static Set<Gap> gaps() {
    return LinuxLocalfs.isRoot() ? Set.of() : Set.of(Gap.OWNERSHIP);
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> below = Files.walk(path)) {
      below.sorted(Comparator.reverseOrder()).forEach(DiskDirectory::delete);
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
