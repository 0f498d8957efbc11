package dev.warren.namespace;

import dev.warren.api.FileSystem;
import dev.warren.namespace.calls.CallPool;
import dev.warren.testkit.FileSystemContract;
import dev.warren.testkit.Gap;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** The contract on a disk, with calls on the mount's threads as in the host. */
@Tag("slow")
class HandedOverDiskContractTest extends FileSystemContract {
  private static DiskDirectory directory;
  private static CallPool pool;

  @BeforeAll
  static void make() throws IOException {
    directory = DiskDirectory.create();
    pool = new CallPool("localfs at /test");
  }

  @AfterAll
  static void remove() throws IOException {
    pool.close();
    directory.close();
  }

  @Override
  protected FileSystem createFileSystem() throws IOException {
    return pool.around(directory.open());
  }

  @Override
  public Set<Gap> gaps() {
    return DiskDirectory.gaps();
  }
}
