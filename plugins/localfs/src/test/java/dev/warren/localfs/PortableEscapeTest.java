package dev.warren.localfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.localfs.portable.PortableLocalfs;
import dev.warren.testkit.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Existing links do not lead out of the directory through java.nio.file either. */
class PortableEscapeTest {
  @TempDir private Path temporary;

  @Test
  void linksAreNotFollowed() throws Exception {
    Path outside = Files.createDirectory(temporary.resolve("outside"));
    Path inside = Files.createDirectory(temporary.resolve("inside"));
    Files.writeString(outside.resolve("file"), "secret");
    Files.createSymbolicLink(inside.resolve("file"), outside.resolve("file"));
    Files.createSymbolicLink(inside.resolve("directory"), Path.of("../outside"));
    Files.createSymbolicLink(inside.resolve("proc"), Path.of("/proc/self/root"));
    Files.writeString(inside.resolve("mine"), "mine");

    try (FileSystem fs = PortableLocalfs.open(inside, false)) {
      VfsPath link = TestFiles.path("/file");
      fails(Errno.ELOOP, () -> fs.open(link, OpenOptions.READ, 0));
      fails(Errno.ELOOP, () -> fs.open(link, OpenOptions.REPLACE, 0644));
      fails(Errno.ENOTDIR, () -> fs.openDirectory(TestFiles.path("/directory")));
      assertThat(fs.stat(link).type()).isEqualTo(FileType.SYMBOLIC_LINK);
      for (String name : new String[] {"/directory/file", "/directory/new", "/proc/etc/passwd"}) {
        VfsPath path = TestFiles.path(name);
        fails(Errno.ELOOP, () -> fs.stat(path));
        fails(Errno.ELOOP, () -> fs.open(path, OpenOptions.READ, 0));
        fails(Errno.ELOOP, () -> fs.open(path, OpenOptions.REPLACE, 0644));
        fails(Errno.ELOOP, () -> fs.mkdir(path, 0755));
        fails(Errno.ELOOP, () -> fs.unlink(path));
        fails(Errno.ELOOP, () -> fs.rename(TestFiles.path("/mine"), path, true));
        fails(Errno.ELOOP, () -> fs.link(TestFiles.path("/mine"), path));
      }
    }
    assertThat(outside.toFile().list()).containsExactly("file");
    assertThat(outside.resolve("file")).hasContent("secret");
  }

  private interface Attempt {
    void run() throws IOException;
  }

  private static void fails(Errno errno, Attempt attempt) {
    assertThatThrownBy(attempt::run)
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }
}
