package dev.warren.memfs;

import static dev.warren.testkit.TestFiles.path;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Caller;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.testkit.TestFiles;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The owners of files, and when their set-uid and set-gid bits are cleared. */
class OwnershipTest {
  private static final VfsPath FILE = path("/file");

  private final MemoryFileSystem fs = new MemoryFileSystem();

  private void create(String octal) throws FsException {
    fs.open(FILE, OpenOptions.REPLACE, 0).close();
    fs.setAttributes(FILE, AttributeChanges.NONE.withPermissions(Integer.parseInt(octal, 8)));
  }

  private String permissions(VfsPath path) throws FsException {
    return Integer.toOctalString(fs.stat(path).permissions());
  }

  @ParameterizedTest
  @CsvSource({"6755, 755", "6745, 2745", "4755, 755", "2644, 2644", "1777, 1777"})
  void writeTruncateAndChownClearBits(String before, String after) throws Exception {
    create(before);
    try (OpenFile file = fs.open(FILE, OpenOptions.WRITE, 0)) {
      file.write(ByteBuffer.allocate(0), 0);
      assertThat(permissions(FILE)).isEqualTo(before);
      file.write(ByteBuffer.allocate(1), 0);
      assertThat(permissions(FILE)).isEqualTo(after);
    }
    create(before);
    fs.setAttributes(FILE, AttributeChanges.NONE.withSize(3));
    assertThat(permissions(FILE)).isEqualTo(after);
    create(before);
    fs.setAttributes(FILE, AttributeChanges.NONE.withOwner(7, null));
    assertThat(permissions(FILE)).isEqualTo(after);
    create(before);
    fs.open(FILE, OpenOptions.WRITE.withTruncate(), 0).close();
    assertThat(permissions(FILE)).isEqualTo(after);
  }

  @Test
  void aDirectoryKeepsItsBitsAtAChown() throws Exception {
    VfsPath directory = path("/d");
    fs.mkdir(directory, 0755);
    fs.setAttributes(directory, AttributeChanges.NONE.withPermissions(06755));
    fs.setAttributes(directory, AttributeChanges.NONE.withOwner(3, 4));
    assertThat(permissions(directory)).isEqualTo("6755");
  }

  @Test
  void minusOneKeepsAnOwner() throws Exception {
    create("644");
    fs.setAttributes(FILE, AttributeChanges.NONE.withOwner(5, 6));
    fs.setAttributes(FILE, AttributeChanges.NONE.withOwner(-1, 8));
    assertThat(fs.stat(FILE).uid()).isEqualTo(5);
    assertThat(fs.stat(FILE).gid()).isEqualTo(8);
  }

  @Test
  void aSetGidDirectoryPassesItsGroupOn() throws Exception {
    VfsPath directory = path("/d");
    fs.mkdir(directory, 02755);
    assertThat(permissions(directory)).as("mkdir(2) ignores set-gid").isEqualTo("755");
    fs.setAttributes(directory, AttributeChanges.NONE.withPermissions(02755));
    fs.setAttributes(directory, AttributeChanges.NONE.withOwner(null, 77));
    fs.mkdir(path("/d/sub"), 04700);
    assertThat(permissions(path("/d/sub"))).isEqualTo("2700");
    TestFiles.write(fs, path("/d/file"), "");
    fs.symlink("x", path("/d/link"));
    for (String name : TestFiles.names(fs, directory)) {
      assertThat(fs.stat(directory.resolve(name)).gid()).as(name).isEqualTo(77);
    }
  }

  @Test
  void newFilesBelongToTheCaller() throws Exception {
    Caller caller = new Caller("ann", 1000, -1, List.of(), "test", null, true);
    FileSystem theirs = fs.as(caller);
    TestFiles.write(theirs, path("/hers"), "");
    TestFiles.write(theirs.as(caller.withGid(50)), path("/group"), "");
    TestFiles.write(theirs.as(caller.withGid(-2)), path("/nobody"), "");
    TestFiles.write(fs, path("/mine"), "");
    assertOwner(theirs.stat(path("/hers")), 1000, 0);
    assertOwner(theirs.stat(path("/group")), 1000, 50);
    assertOwner(theirs.stat(path("/nobody")), 1000, -2);
    assertOwner(theirs.stat(path("/mine")), 0, 0);
    assertThat(theirs.nonBlocking()).isSameAs(theirs);
  }

  private static void assertOwner(FileAttributes file, int uid, int gid) {
    assertThat(List.of(file.uid(), file.gid())).containsExactly(uid, gid);
  }
}
