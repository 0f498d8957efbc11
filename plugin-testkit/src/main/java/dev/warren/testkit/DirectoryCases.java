package dev.warren.testkit;

import static dev.warren.api.Errno.EBUSY;
import static dev.warren.api.Errno.EEXIST;
import static dev.warren.api.Errno.ENOENT;
import static dev.warren.api.Errno.ENOTDIR;
import static dev.warren.api.Errno.ENOTEMPTY;
import static dev.warren.api.Errno.EOPNOTSUPP;
import static dev.warren.api.Errno.EPERM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FileType;
import dev.warren.api.VfsPath;
import java.util.List;
import org.junit.jupiter.api.Test;

/** mkdir and rmdir. */
interface DirectoryCases extends ContractCases {

  @Test
  default void mkdirMakesAnEmptyDirectory() throws Exception {
    fs().mkdir(at("d"), 0750);
    assertThat(fs().stat(at("d")).type()).isEqualTo(FileType.DIRECTORY);
    assertThat(TestFiles.names(fs(), at("d"))).isEmpty();
  }

  @Test
  default void mkdirSetsExactlyThePermissionsThatItWasGiven() throws Exception {
    fs().mkdir(at("open"), 0777);
    fs().mkdir(at("closed"), 0700);
    assertThat(fs().stat(at("open")).permissions()).isEqualTo(0777);
    assertThat(fs().stat(at("closed")).permissions()).isEqualTo(0700);
  }

  @Test
  default void mkdirOfAnExistingNameIsEexistWhateverItIs() throws Exception {
    directory("d");
    file("f", "");
    fails(() -> fs().mkdir(at("d"), 0755), EEXIST);
    fails(() -> fs().mkdir(at("f"), 0755), EEXIST);
    if (!lacks(Gap.SYMBOLIC_LINKS)) {
      fs().symlink("nowhere", at("l"));
      fails(() -> fs().mkdir(at("l"), 0755), EEXIST);
    }
  }

  @Test
  default void mkdirInAMissingDirectoryIsEnoent() {
    fails(() -> fs().mkdir(at("none/d"), 0755), ENOENT);
  }

  @Test
  default void mkdirBelowAFileIsEnotdir() throws Exception {
    file("f", "");
    fails(() -> fs().mkdir(at("f/d"), 0755), ENOTDIR);
  }

  @Test
  default void mkdirOfTheRootIsEexist() {
    fails(() -> fs().mkdir(VfsPath.ROOT, 0755), EEXIST);
  }

  @Test
  default void rmdirRemovesAnEmptyDirectory() throws Exception {
    directory("d");
    fs().rmdir(at("d"));
    assertThat(exists("d")).isFalse();
    assertThat(TestFiles.names(fs(), dir())).isEmpty();
  }

  @Test
  default void rmdirOfADirectoryWithEntriesIsEnotempty() throws Exception {
    directory("d");
    file("d/f", "kept");
    fails(() -> fs().rmdir(at("d")), ENOTEMPTY);
    assertThat(text("d/f")).isEqualTo("kept");
  }

  @Test
  default void rmdirOfAFileIsEnotdir() throws Exception {
    file("f", "kept");
    fails(() -> fs().rmdir(at("f")), ENOTDIR);
    assertThat(text("f")).isEqualTo("kept");
  }

  @Test
  default void rmdirOfALinkToADirectoryIsEnotdir() throws Exception {
    directory("d");
    if (lacks(Gap.SYMBOLIC_LINKS)) {
      fails(() -> fs().symlink("d", at("l")), EOPNOTSUPP);
      return;
    }
    fs().symlink("d", at("l"));
    fails(() -> fs().rmdir(at("l")), ENOTDIR);
    assertThat(exists("d")).isTrue();
  }

  @Test
  default void rmdirOfAMissingNameIsEnoent() {
    fails(() -> fs().rmdir(at("none")), ENOENT);
    fails(() -> fs().rmdir(at("none/d")), ENOENT);
  }

  @Test
  default void rmdirBelowAFileIsEnotdir() throws Exception {
    file("f", "");
    fails(() -> fs().rmdir(at("f/d")), ENOTDIR);
  }

  @Test
  default void rmdirOfTheRootIsEbusy() {
    fails(() -> fs().rmdir(VfsPath.ROOT), EBUSY);
  }

  @Test
  default void aDirectoryThatWasEmptiedCanBeRemoved() throws Exception {
    directory("d");
    file("d/f", "");
    directory("d/e");
    fs().unlink(at("d/f"));
    fs().rmdir(at("d/e"));
    fs().rmdir(at("d"));
    assertThat(exists("d")).isFalse();
  }

  @Test
  default void aNameCanBeUsedAgainAsAnotherType() throws Exception {
    directory("n");
    fs().rmdir(at("n"));
    file("n", "now a file");
    assertThat(text("n")).isEqualTo("now a file");
    fs().unlink(at("n"));
    directory("n");
    assertThat(fs().stat(at("n")).isDirectory()).isTrue();
  }

  @Test
  default void directoriesNestDeeply() throws Exception {
    VfsPath path = dir();
    for (int depth = 0; depth < 100; depth++) {
      path = path.resolve("d" + depth);
      fs().mkdir(path, 0755);
    }
    TestFiles.write(fs(), path.resolve("f"), "deep");
    assertThat(TestFiles.readText(fs(), path.resolve("f"))).isEqualTo("deep");
  }

  @Test
  default void aDirectoryCountsItsSubdirectoriesAsLinks() throws Exception {
    directory("d");
    int empty = fs().stat(at("d")).linkCount();
    directory("d/e");
    file("d/f", "");
    int one = fs().stat(at("d")).linkCount();
    fs().rmdir(at("d/e"));
    assertThat(fs().stat(at("d")).linkCount()).isEqualTo(empty);
    // ext4 and tmpfs count from 2; file systems that do not count report 1, as btrfs does
    assertThat(one).isEqualTo(empty == 1 ? 1 : empty + 1);
  }

  @Test
  default void makingAndRemovingEntriesChangesTheTimeOfTheDirectory() throws Exception {
    if (lacks(Gap.SET_ATTRIBUTES)) {
      directory("d");
      fails(() -> fs().setAttributes(at("d"), OLD), EOPNOTSUPP, EPERM);
      return;
    }
    directory("d");
    for (FsCall change :
        List.<FsCall>of(
            () -> file("d/f", ""),
            () -> fs().rename(at("d/f"), at("d/g"), true),
            () -> fs().unlink(at("d/g")),
            () -> fs().mkdir(at("d/e"), 0755),
            () -> fs().rmdir(at("d/e")))) {
      fs().setAttributes(at("d"), OLD);
      change.run();
      assertThat(fs().stat(at("d")).modifySeconds()).isGreaterThan(OLD_SECONDS);
    }
  }
}
