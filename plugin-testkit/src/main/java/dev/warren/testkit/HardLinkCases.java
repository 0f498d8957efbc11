package dev.warren.testkit;

import static dev.warren.api.Errno.EEXIST;
import static dev.warren.api.Errno.ENOENT;
import static dev.warren.api.Errno.ENOTDIR;
import static dev.warren.api.Errno.EOPNOTSUPP;
import static dev.warren.api.Errno.EPERM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FileAttributes;
import dev.warren.api.FileType;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import org.junit.jupiter.api.Test;

/** link: several names of one file. */
interface HardLinkCases extends ContractCases {

  private boolean noLinks() throws Exception {
    if (lacks(Gap.HARD_LINKS)) {
      file("probe", "");
      fails(() -> fs().link(at("probe"), at("probe2")), EOPNOTSUPP);
      assertThat(exists("probe2")).isFalse();
      fs().unlink(at("probe"));
      return true;
    }
    return false;
  }

  @Test
  default void aLinkIsTheSameFile() throws Exception {
    if (noLinks()) {
      return;
    }
    file("f", "content");
    directory("d");
    fs().link(at("f"), at("d/g"));
    try (OpenFile file = fs().open(at("d/g"), OpenOptions.WRITE, 0)) {
      file.write(bytes("C"), 0);
    }
    assertThat(text("f")).isEqualTo("Content");
    FileAttributes f = fs().stat(at("f"));
    FileAttributes g = fs().stat(at("d/g"));
    if (!lacks(Gap.LINK_COUNT)) {
      assertThat(f.linkCount()).isEqualTo(2);
      assertThat(g.linkCount()).isEqualTo(2);
    }
    if (!lacks(Gap.FILE_ID)) {
      assertThat(g.fileId()).isEqualTo(f.fileId());
    }
  }

  @Test
  default void aFileStaysWhileItHasAName() throws Exception {
    if (noLinks()) {
      return;
    }
    file("f", "content");
    fs().link(at("f"), at("g"));
    fs().link(at("g"), at("h"));
    fs().unlink(at("f"));
    fs().unlink(at("h"));
    assertThat(text("g")).isEqualTo("content");
    assertThat(fs().stat(at("g")).linkCount()).isEqualTo(1);
  }

  @Test
  default void linkOverAnExistingNameIsEexist() throws Exception {
    if (noLinks()) {
      return;
    }
    file("f", "f");
    file("g", "g");
    directory("d");
    fails(() -> fs().link(at("f"), at("g")), EEXIST);
    fails(() -> fs().link(at("f"), at("f")), EEXIST);
    fails(() -> fs().link(at("f"), at("d")), EEXIST);
    assertThat(text("g")).isEqualTo("g");
  }

  @Test
  default void linkToADirectoryIsEperm() throws Exception {
    if (noLinks()) {
      return;
    }
    directory("d");
    fails(() -> fs().link(at("d"), at("e")), EPERM);
    assertThat(exists("e")).isFalse();
  }

  @Test
  default void linkToAMissingFileIsEnoent() throws Exception {
    if (noLinks()) {
      return;
    }
    file("f", "");
    fails(() -> fs().link(at("none"), at("g")), ENOENT);
    fails(() -> fs().link(at("none"), at("f")), ENOENT, EEXIST);
    fails(() -> fs().link(at("f"), at("none/g")), ENOENT);
    fails(() -> fs().link(at("f"), at("f/g")), ENOTDIR);
    fails(() -> fs().link(at("f/x"), at("g")), ENOTDIR);
  }

  @Test
  default void linkToASymbolicLinkNamesTheLink() throws Exception {
    if (noLinks()) {
      return;
    }
    if (lacks(Gap.SYMBOLIC_LINKS)) {
      fails(() -> fs().symlink("f", at("l")), EOPNOTSUPP);
      return;
    }
    file("f", "content");
    fs().symlink("f", at("l"));
    fs().link(at("l"), at("m"));
    assertThat(fs().stat(at("m")).type()).isEqualTo(FileType.SYMBOLIC_LINK);
    assertThat(fs().readlink(at("m"))).isEqualTo("f");
  }

  @Test
  default void renameOverOneOfSeveralNamesKeepsTheOthers() throws Exception {
    if (noLinks()) {
      return;
    }
    file("f", "linked");
    fs().link(at("f"), at("g"));
    file("h", "new");
    fs().rename(at("h"), at("f"), true);
    assertThat(text("f")).isEqualTo("new");
    assertThat(text("g")).isEqualTo("linked");
    assertThat(fs().stat(at("g")).linkCount()).isEqualTo(1);
  }

  @Test
  default void linkChangesTheChangeTimeOnly() throws Exception {
    if (noLinks()) {
      return;
    }
    file("f", "content");
    FileAttributes before = fs().stat(at("f"));
    fs().link(at("f"), at("g"));
    FileAttributes after = fs().stat(at("f"));
    assertThat(after.modifyTime()).isEqualTo(before.modifyTime());
    assertThat(after.changeTime()).isAfterOrEqualTo(before.changeTime());
  }

  @Test
  default void manyNamesOfOneFileAreCounted() throws Exception {
    if (noLinks()) {
      return;
    }
    file("f", "content");
    for (int i = 0; i < 200; i++) {
      fs().link(at("f"), at("n" + i));
    }
    assertThat(fs().stat(at("n77")).linkCount()).isEqualTo(lacks(Gap.LINK_COUNT) ? 1 : 201);
  }
}
