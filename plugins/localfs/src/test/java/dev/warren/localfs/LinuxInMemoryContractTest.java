package dev.warren.localfs;

import dev.warren.api.FileSystem;
import dev.warren.localfs.linux.LinuxLocalfs;
import dev.warren.testkit.FileSystemContract;
import dev.warren.testkit.Gap;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract on tmpfs, with Linux system calls. */
class LinuxInMemoryContractTest extends FileSystemContract {
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
  protected FileSystem createFileSystem() throws IOException {
    return LinuxLocalfs.open(directory.path(), false, false);
  }

  @Override
  public Set<Gap> gaps() {
    return LinuxLocalfs.isRoot() ? Set.of() : Set.of(Gap.OWNERSHIP);
  }
}
