package dev.warren.localfs;

import dev.warren.api.FileSystem;
import dev.warren.localfs.linux.LinuxLocalfs;
import dev.warren.namespace.calls.CallPool;
import dev.warren.testkit.FileSystemContract;
import dev.warren.testkit.Gap;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** The contract on a disk, with calls on the threads of a mount as in the host. */
@Tag("slow")
class HandedOverContractTest extends FileSystemContract {
  private static TestDirectory directory;
  private static CallPool pool;

  @BeforeAll
  static void make() throws IOException {
    directory = TestDirectory.onDisk();
    pool = new CallPool("localfs at /test");
  }

  @AfterAll
  static void remove() throws IOException {
    pool.close();
    directory.close();
  }

  @Override
  protected FileSystem createFileSystem() throws IOException {
    return pool.around(LinuxLocalfs.open(directory.path(), false, false));
  }

  @Override
  public Set<Gap> gaps() {
    return LinuxLocalfs.isRoot() ? Set.of() : Set.of(Gap.OWNERSHIP);
  }
}
