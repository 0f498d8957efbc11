package dev.warren.testkit;

import static dev.warren.api.Errno.EBUSY;
import static dev.warren.api.Errno.EEXIST;
import static dev.warren.api.Errno.EINVAL;
import static dev.warren.api.Errno.EISDIR;
import static dev.warren.api.Errno.ENOENT;
import static dev.warren.api.Errno.ENOTDIR;
import static dev.warren.api.Errno.ENOTEMPTY;
import static dev.warren.api.Errno.EOPNOTSUPP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.VfsPath;
import java.util.List;
import org.junit.jupiter.api.Test;

/** rename, with all kinds of targets. */
interface RenameCases extends ContractCases {

  @Test
  default void renameMovesAFile() throws Exception {
    file("f", "content");
    directory("d");
    fs().rename(at("f"), at("g"), true);
    assertThat(exists("f")).isFalse();
    assertThat(text("g")).isEqualTo("content");
    fs().rename(at("g"), at("d/h"), true);
    assertThat(exists("g")).isFalse();
    assertThat(text("d/h")).isEqualTo("content");
  }

  @Test
  default void renameMovesADirectoryWithAllBelowIt() throws Exception {
    directory("d");
    directory("d/e");
    file("d/e/f", "content");
    directory("other");
    fs().rename(at("d"), at("other/n"), true);
    assertThat(text("other/n/e/f")).isEqualTo("content");
    assertThat(exists("d")).isFalse();
    fails(() -> fs().stat(at("d/e/f")), ENOENT);
  }

  @Test
  default void renameReplacesAFileByAFile() throws Exception {
    file("f", "new");
    file("g", "old");
    fs().rename(at("f"), at("g"), true);
    assertThat(text("g")).isEqualTo("new");
    assertThat(TestFiles.names(fs(), dir())).containsExactly("g");
  }

  @Test
  default void renameReplacesAnEmptyDirectoryByADirectory() throws Exception {
    directory("d");
    file("d/f", "content");
    directory("e");
    fs().rename(at("d"), at("e"), true);
    assertThat(text("e/f")).isEqualTo("content");
    assertThat(TestFiles.names(fs(), dir())).containsExactly("e");
  }

  @Test
  default void renameOverADirectoryWithEntriesIsEnotempty() throws Exception {
    directory("d");
    directory("full");
    file("full/f", "kept");
    fails(() -> fs().rename(at("d"), at("full"), true), ENOTEMPTY);
    assertThat(text("full/f")).isEqualTo("kept");
    assertThat(exists("d")).isTrue();
  }

  @Test
  default void renameOfAFileOverADirectoryIsEisdir() throws Exception {
    file("f", "kept");
    directory("d");
    directory("full");
    file("full/x", "");
    fails(() -> fs().rename(at("f"), at("d"), true), EISDIR);
    fails(() -> fs().rename(at("f"), at("full"), true), EISDIR);
    assertThat(text("f")).isEqualTo("kept");
  }

  @Test
  default void renameOfADirectoryOverAFileIsEnotdir() throws Exception {
    directory("d");
    file("f", "kept");
    fails(() -> fs().rename(at("d"), at("f"), true), ENOTDIR);
    assertThat(text("f")).isEqualTo("kept");
    assertThat(exists("d")).isTrue();
  }

  @Test
  default void renameIntoItsOwnSubtreeIsEinval() throws Exception {
    directory("d");
    directory("d/e");
    fails(() -> fs().rename(at("d"), at("d/x"), true), EINVAL);
    fails(() -> fs().rename(at("d"), at("d/e/x"), true), EINVAL);
    fails(() -> fs().rename(at("d"), at("d/e"), true), EINVAL);
    fails(() -> fs().rename(at("d/e"), at("d/e/x"), true), EINVAL);
    assertThat(exists("d/e")).isTrue();
  }

  @Test
  default void renameIntoASiblingWhoseNameBeginsAlikeWorks() throws Exception {
    directory("d");
    directory("d2");
    fs().rename(at("d"), at("d2/d"), true);
    assertThat(exists("d2/d")).isTrue();
  }

  @Test
  default void renameOverItsOwnParentIsEnotempty() throws Exception {
    directory("d");
    directory("d/e");
    file("d/f", "kept");
    fails(() -> fs().rename(at("d/e"), at("d"), true), ENOTEMPTY);
    // the kernel detects the ancestor before it compares the types
    fails(() -> fs().rename(at("d/f"), at("d"), true), ENOTEMPTY, EISDIR);
    assertThat(text("d/f")).isEqualTo("kept");
  }

  @Test
  default void renameToTheSameNameChangesNothing() throws Exception {
    file("f", "content");
    directory("d");
    file("d/x", "below");
    fs().rename(at("f"), at("f"), true);
    fs().rename(at("d"), at("d"), true);
    assertThat(text("f")).isEqualTo("content");
    assertThat(text("d/x")).isEqualTo("below");
  }

  @Test
  default void renameBetweenTwoNamesOfOneFileChangesNothing() throws Exception {
    file("f", "content");
    if (lacks(Gap.HARD_LINKS)) {
      fails(() -> fs().link(at("f"), at("g")), EOPNOTSUPP);
      return;
    }
    fs().link(at("f"), at("g"));
    fs().rename(at("f"), at("g"), true);
    assertThat(text("f")).isEqualTo("content");
    assertThat(text("g")).isEqualTo("content");
  }

  @Test
  default void renameOfAMissingNameIsEnoent() throws Exception {
    file("f", "kept");
    fails(() -> fs().rename(at("none"), at("f"), true), ENOENT);
    fails(() -> fs().rename(at("none"), at("g"), true), ENOENT);
    fails(() -> fs().rename(at("none"), at("none"), true), ENOENT);
    fails(() -> fs().rename(at("none/x"), at("g"), true), ENOENT);
    assertThat(text("f")).isEqualTo("kept");
  }

  @Test
  default void renameIntoAMissingDirectoryIsEnoent() throws Exception {
    file("f", "kept");
    directory("d");
    fails(() -> fs().rename(at("f"), at("none/f"), true), ENOENT);
    fails(() -> fs().rename(at("d"), at("d/none/x"), true), ENOENT);
    assertThat(text("f")).isEqualTo("kept");
  }

  @Test
  default void renameBelowAFileIsEnotdir() throws Exception {
    file("f", "kept");
    file("g", "kept");
    fails(() -> fs().rename(at("f"), at("g/x"), true), ENOTDIR);
    fails(() -> fs().rename(at("g/x"), at("f"), true), ENOTDIR);
    fails(() -> fs().rename(at("none"), at("g/x"), true), ENOTDIR, ENOENT);
    fails(() -> fs().rename(at("f"), at("f/x"), true), ENOTDIR);
  }

  @Test
  default void renameOfTheRootIsEbusy() throws Exception {
    directory("d");
    fails(() -> fs().rename(VfsPath.ROOT, at("d/root"), true), EBUSY);
    fails(() -> fs().rename(at("d"), VfsPath.ROOT, true), EBUSY);
  }

  @Test
  default void renameWithoutReplacingMovesToAFreeName() throws Exception {
    file("f", "content");
    if (lacks(Gap.RENAME_NOREPLACE)) {
      fails(() -> fs().rename(at("f"), at("g"), false), EOPNOTSUPP);
      return;
    }
    fs().rename(at("f"), at("g"), false);
    assertThat(text("g")).isEqualTo("content");
    assertThat(exists("f")).isFalse();
    directory("d");
    fs().rename(at("d"), at("e"), false);
    assertThat(TestFiles.names(fs(), dir())).containsExactlyInAnyOrder("g", "e");
  }

  @Test
  default void renameWithoutReplacingIsEexistOverEverything() throws Exception {
    file("f", "kept f");
    file("g", "kept g");
    directory("d");
    directory("e");
    if (lacks(Gap.RENAME_NOREPLACE)) {
      fails(() -> fs().rename(at("f"), at("g"), false), EOPNOTSUPP);
      return;
    }
    for (String from : List.of("f", "d")) {
      for (String to : List.of("f", "g", "d", "e")) {
        fails(() -> fs().rename(at(from), at(to), false), EEXIST);
      }
    }
    assertThat(text("f")).isEqualTo("kept f");
    assertThat(text("g")).isEqualTo("kept g");
  }

  @Test
  default void renameWithoutReplacingIsEexistOverADanglingLink() throws Exception {
    file("f", "kept");
    if (lacks(Gap.SYMBOLIC_LINKS)) {
      fails(() -> fs().symlink("nowhere", at("l")), EOPNOTSUPP);
      return;
    }
    fs().symlink("nowhere", at("l"));
    Errno expected = lacks(Gap.RENAME_NOREPLACE) ? EOPNOTSUPP : EEXIST;
    fails(() -> fs().rename(at("f"), at("l"), false), expected);
    assertThat(fs().readlink(at("l"))).isEqualTo("nowhere");
  }

  @Test
  default void renameWithoutReplacingOfAMissingNameIsEnoent() throws Exception {
    file("f", "kept");
    if (lacks(Gap.RENAME_NOREPLACE)) {
      fails(() -> fs().rename(at("none"), at("g"), false), EOPNOTSUPP, ENOENT);
      return;
    }
    fails(() -> fs().rename(at("none"), at("f"), false), ENOENT);
    fails(() -> fs().rename(at("none"), at("g"), false), ENOENT);
  }

  @Test
  default void renameMovesALinkItself() throws Exception {
    file("f", "content");
    if (lacks(Gap.SYMBOLIC_LINKS)) {
      fails(() -> fs().symlink("f", at("l")), EOPNOTSUPP);
      return;
    }
    fs().symlink("f", at("l"));
    fs().rename(at("l"), at("m"), true);
    assertThat(fs().readlink(at("m"))).isEqualTo("f");
    file("g", "other");
    fs().rename(at("g"), at("m"), true);
    assertThat(text("m")).isEqualTo("other");
    assertThat(text("f")).isEqualTo("content");
  }

  @Test
  default void renameOfADirectoryOverALinkToADirectoryIsEnotdir() throws Exception {
    directory("d");
    directory("e");
    if (lacks(Gap.SYMBOLIC_LINKS)) {
      fails(() -> fs().symlink("e", at("l")), EOPNOTSUPP);
      return;
    }
    fs().symlink("e", at("l"));
    fails(() -> fs().rename(at("d"), at("l"), true), ENOTDIR);
    fails(() -> fs().rename(at("l"), at("d"), true), EISDIR);
    assertThat(fs().readlink(at("l"))).isEqualTo("e");
  }

  @Test
  default void renameKeepsAttributesAndContent() throws Exception {
    byte[] content = ReadWriteCases.pattern(100_000);
    TestFiles.write(fs(), at("f"), content);
    directory("d");
    FileAttributes before = fs().stat(at("f"));
    fs().rename(at("f"), at("d/g"), true);
    FileAttributes after = fs().stat(at("d/g"));
    assertThat(after.permissions()).isEqualTo(before.permissions());
    assertThat(after.size()).isEqualTo(before.size());
    assertThat(after.modifyTime()).isEqualTo(before.modifyTime());
    assertThat(after.linkCount()).isEqualTo(before.linkCount());
    assertThat(TestFiles.read(fs(), at("d/g"))).isEqualTo(content);
  }

  @Test
  default void aMovedSubdirectoryIsCountedWhereItIs() throws Exception {
    directory("a");
    directory("b");
    directory("a/d");
    int empty = fs().stat(at("b")).linkCount();
    fs().rename(at("a/d"), at("b/d"), true);
    int counted = lacks(Gap.LINK_COUNT) || empty == 1 ? empty : empty + 1;
    assertThat(fs().stat(at("a")).linkCount()).isEqualTo(empty);
    assertThat(fs().stat(at("b")).linkCount()).isEqualTo(counted);
  }
}
