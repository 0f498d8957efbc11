package dev.warren.localfs;

import dev.warren.api.FileSystem;
import dev.warren.localfs.linux.LinuxLocalfs;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.testkit.FileSystemModelTest;
import dev.warren.testkit.Gap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** Random operations on memfs and on localfs over tmpfs, which must agree. */
@Tag("slow")
class LinuxModelTest extends FileSystemModelTest {
  private static TestDirectory directory;

  @BeforeAll
  static void make() throws IOException {
    directory = TestDirectory.inMemory();
  }

  @AfterAll
  static void remove() throws IOException {
    directory.close();
  }

  @Override
  protected FileSystem createReference() {
    return new MemoryFileSystem();
  }

  @Override
  protected FileSystem createSubject() throws IOException {
    Path root = Files.createTempDirectory(directory.path(), "model");
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
    return LinuxLocalfs.open(root, false, false);
  }

  /** Only root may change the owner of files, whereas memfs permits it to everyone. */
  @Override
  protected Set<Gap> gaps() {
    return LinuxLocalfs.isRoot() ? Set.of() : Set.of(Gap.OWNERSHIP);
  }
}
