package dev.warren.localfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.AttributeChanges;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.localfs.linux.LinuxLocalfs;
import dev.warren.testkit.Race;
import dev.warren.testkit.TestFiles;
import org.junit.jupiter.api.Test;

/** Copies for which the bytes do not pass through this process. */
class KernelCopyTest {
  private static final int SIZE = 64 << 20;

  /**
   * If the bits were dropped later, a local user could run a new program with another user's rights
   * while it is copied.
   */
  @Test
  void privilegeBitsAreDroppedBeforeTheFirstByte() throws Exception {
    try (TestDirectory test = TestDirectory.inMemory();
        FileSystem fs = LinuxLocalfs.open(test.path(), false, false)) {
      VfsPath source = TestFiles.path("/source");
      VfsPath target = TestFiles.path("/target");
      TestFiles.write(fs, source, "");
      fs.setAttributes(source, AttributeChanges.NONE.withSize(SIZE)); // a hole takes no memory
      TestFiles.write(fs, target, "");
      fs.setAttributes(target, AttributeChanges.NONE.withPermissions(06755));
      try (OpenFile from = fs.open(source, OpenOptions.READ, 0);
          OpenFile to = fs.open(target, OpenOptions.WRITE, 0)) {
        Race.run(
            2,
            index -> {
              if (index == 0) {
                assertThat(from.copyTo(0, SIZE, to, 0)).isEqualTo(SIZE);
              } else {
                assertThat(firstWithContent(to).permissions()).isEqualTo(0755);
              }
            });
      }
    }
  }

  /** The attributes at the moment when the first bytes have been copied. */
  private static FileAttributes firstWithContent(OpenFile file) throws Exception {
    FileAttributes seen = file.stat();
    while (seen.size() == 0) {
      seen = file.stat();
    }
    return seen;
  }
}
