package dev.warren.localfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.localfs.linux.LinuxLocalfs;
import dev.warren.testkit.TestFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Another process repeatedly replaces a directory by a link to outside while files in it are
 * opened.
 */
@Tag("slow")
@Timeout(300) // must not hang the build if no swap is ever observed
class SwapRaceTest {
  private static final int OPENS = 100_000;

  @Test
  void aSwappedLinkNeverLeadsOut() throws Exception {
    try (TestDirectory test = TestDirectory.inMemory()) {
      Path outside = Files.createDirectories(test.path().resolve("outside"));
      Path inside = Files.createDirectories(test.path().resolve("inside"));
      Files.writeString(outside.resolve("file"), "S");
      Files.writeString(Files.createDirectory(inside.resolve("directory")).resolve("file"), "I");
      Files.createSymbolicLink(inside.resolve("link"), outside);

      Process swapper = ChildProcess.start(List.of(), Swapper.class, inside.toString());
      try (FileSystem fs = LinuxLocalfs.open(inside, false, false)) {
        assertThat(swapper.getInputStream().read()).isEqualTo('+'); // it has started
        Map<Errno, Integer> errors = new EnumMap<>(Errno.class);
        int opened = 0;
        // At least this many, and until both outcomes have been observed.
        for (int i = 0; i < OPENS || opened == 0 || errors.get(Errno.ELOOP) == null; i++) {
          try {
            assertThat(content(fs)).isEqualTo('I');
            opened++;
          } catch (FsException e) {
            errors.merge(e.errno(), 1, Integer::sum);
          }
          assertThat(swapper.isAlive()).isTrue();
        }
        assertThat(errors.keySet()).isSubsetOf(Errno.ELOOP, Errno.ENOENT, Errno.ENOTDIR);
        assertThat(outside.resolve("file")).hasContent("S");
      } finally {
        swapper.destroyForcibly().waitFor();
      }
    }
  }

  private static char content(FileSystem fs) throws FsException {
    VfsPath path = TestFiles.path("/name/file");
    ByteBuffer buffer = ByteBuffer.allocateDirect(1);
    try (OpenFile file = fs.open(path, OpenOptions.READ_WRITE, 0)) {
      assertThat(file.read(buffer, 0)).isEqualTo(1);
    }
    return (char) buffer.get(0);
  }

  /** Alternately gives one name to a directory and to a link, until it is ended. */
  static final class Swapper {
    private Swapper() {}

    public static void main(String[] arguments) throws IOException {
      Path inside = Path.of(arguments[0]);
      Path name = inside.resolve("name");
      for (long i = 0; ; i++) {
        Path from = inside.resolve(i % 2 == 0 ? "directory" : "link");
        Files.move(from, name, StandardCopyOption.ATOMIC_MOVE);
        Files.move(name, from, StandardCopyOption.ATOMIC_MOVE);
        if (i == 100) {
          System.out.write('+');
          System.out.flush();
        }
      }
    }
  }
}
