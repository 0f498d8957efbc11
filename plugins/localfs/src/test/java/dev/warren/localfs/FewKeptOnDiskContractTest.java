package dev.warren.localfs;

import dev.warren.api.DescriptorBudget;
import dev.warren.api.FileSystem;
import dev.warren.localfs.linux.LinuxLocalfs;
import dev.warren.testkit.FileSystemContract;
import dev.warren.testkit.Gap;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** The contract with at most four cached descriptors of handles, on the disk of temporary files. */
@Tag("slow")
class FewKeptOnDiskContractTest extends FileSystemContract {
  private static TestDirectory directory;

  @BeforeAll
  static void make() throws IOException {
    directory = TestDirectory.onDisk();
  }

  @AfterAll
  static void remove() throws IOException {
    directory.close();
  }

  @Override
  protected FileSystem createFileSystem() throws IOException {
    return LinuxLocalfs.open(
        directory.path(),
        new LinuxLocalfs.Permits(false, LinuxLocalfs.Rights.HOST, false),
        new DescriptorBudget(1 << 20, 4, _ -> {}));
  }

  @Override
  public Set<Gap> gaps() {
    return LinuxLocalfs.isRoot() ? Set.of() : Set.of(Gap.OWNERSHIP);
  }
}
