package dev.warren.localfs;

import static dev.warren.testkit.TestFiles.path;

import dev.warren.api.FileSystem;
import dev.warren.api.VfsPath;
import dev.warren.localfs.linux.LinuxLocalfs;
import dev.warren.localfs.portable.PortableLocalfs;
import dev.warren.testkit.NonBlockingFirstFileSystem;
import dev.warren.testkit.ReadOnlyFileSystemContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The contract for read-only file systems, with {@code read_only: true}. */
class ReadOnlyContractTest {
  abstract static class Served extends ReadOnlyFileSystemContract {
    @TempDir private Path directory;

    @BeforeEach
    void fill() throws IOException {
      Files.writeString(directory.resolve("one"), "first");
      Files.writeString(directory.resolve("two"), "second");
      Files.createDirectory(directory.resolve("empty"));
    }

    Path directory() {
      return directory;
    }

    @Override
    protected VfsPath existingFile() {
      return path("/one");
    }

    @Override
    protected VfsPath otherFile() {
      return path("/two");
    }

    @Override
    protected VfsPath emptyDirectory() {
      return path("/empty");
    }
  }

  @Nested
  class ByLinux extends Served {
    @Override
    protected FileSystem createFileSystem() throws IOException {
      return LinuxLocalfs.open(directory(), true, false);
    }
  }

  @Nested
  class WithoutWaiting extends Served {
    @Override
    protected FileSystem createFileSystem() throws IOException {
      FileSystem fs = LinuxLocalfs.open(directory(), true, false);
      Objects.requireNonNull(fs.nonBlocking());
      return new NonBlockingFirstFileSystem(fs);
    }
  }

  @Nested
  class ByJava extends Served {
    @Override
    protected FileSystem createFileSystem() throws IOException {
      return PortableLocalfs.open(directory(), true);
    }
  }
}
