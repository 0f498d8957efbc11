package dev.warren.testkit;

import static dev.warren.api.Errno.ENOENT;
import static dev.warren.api.Errno.ENOTDIR;
import static dev.warren.api.Errno.EOPNOTSUPP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.Caller;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.FileSystemStats;
import dev.warren.api.FileType;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** stat, and how paths are looked up. */
interface LookupCases extends ContractCases {

  @Test
  default void theRootIsADirectory() throws Exception {
    assertThat(fs().stat(VfsPath.ROOT).isDirectory()).isTrue();
  }

  @Test
  default void statTellsOfARegularFile() throws Exception {
    try (OpenFile file = fs().open(at("f"), OpenOptions.WRITE.withCreate(), 0640)) {
      file.write(ByteBuffer.wrap(new byte[1000]), 0);
    }
    FileAttributes attributes = fs().stat(at("f"));
    assertThat(attributes.type()).isEqualTo(FileType.REGULAR);
    assertThat(attributes.permissions()).isEqualTo(0640);
    assertThat(attributes.size()).isEqualTo(1000);
    assertThat(attributes.linkCount()).isEqualTo(1);
  }

  @Test
  default void statOfAMissingNameIsEnoent() {
    fails(() -> fs().stat(at("none")), ENOENT);
  }

  @Test
  default void statInAMissingDirectoryIsEnoent() {
    fails(() -> fs().stat(at("none/f")), ENOENT);
    fails(() -> fs().stat(at("none/deeper/f")), ENOENT);
  }

  @Test
  default void statBelowAFileIsEnotdir() throws Exception {
    file("f", "");
    fails(() -> fs().stat(at("f/x")), ENOTDIR);
    fails(() -> fs().stat(at("f/x/y")), ENOTDIR);
  }

  @Test
  default void statOfALinkTellsOfTheLink() throws Exception {
    file("f", "0123456789");
    if (lacks(Gap.SYMBOLIC_LINKS)) {
      fails(() -> fs().symlink("f", at("l")), EOPNOTSUPP);
      return;
    }
    fs().symlink("some/target", at("l"));
    FileAttributes attributes = fs().stat(at("l"));
    assertThat(attributes.type()).isEqualTo(FileType.SYMBOLIC_LINK);
    assertThat(attributes.size()).isEqualTo("some/target".length());
  }

  @Test
  default void allNamesOfALookupAreFoundInTheirDirectories() throws Exception {
    directory("a");
    directory("a/b");
    directory("b");
    file("a/b/f", "below a");
    file("b/f", "below b");
    assertThat(text("a/b/f")).isEqualTo("below a");
    assertThat(text("b/f")).isEqualTo("below b");
    fails(() -> fs().stat(at("a/f")), ENOENT);
  }

  @Test
  default void everyFileHasANumberOfItsOwn() throws Exception {
    file("f", "");
    file("g", "");
    directory("d");
    List<Long> ids = new ArrayList<>();
    for (String name : List.of("f", "g", "d")) {
      ids.add(fs().stat(at(name)).fileId());
    }
    if (lacks(Gap.FILE_ID)) {
      return;
    }
    assertThat(ids).doesNotHaveDuplicates();
    assertThat(fs().stat(at("f")).fileId()).isEqualTo(ids.getFirst());
  }

  @Test
  default void theNumberOfAFileStaysOverARename() throws Exception {
    file("f", "");
    directory("d");
    directory("e");
    long file = fs().stat(at("f")).fileId();
    long directory = fs().stat(at("d")).fileId();
    fs().rename(at("f"), at("e/g"), true);
    fs().rename(at("d"), at("e/d"), true);
    assertThat(exists("e/g") && exists("e/d")).isTrue();
    if (!lacks(Gap.FILE_ID)) {
      assertThat(fs().stat(at("e/g")).fileId()).isEqualTo(file);
      assertThat(fs().stat(at("e/d")).fileId()).isEqualTo(directory);
    }
  }

  @Test
  default void theVersionChangesWithTheContent() throws Exception {
    file("f", "one");
    List<Long> versions = new ArrayList<>();
    versions.add(fs().stat(at("f")).version());
    for (String content : List.of("two", "three", "four")) {
      try (OpenFile file = fs().open(at("f"), OpenOptions.WRITE, 0)) {
        file.write(bytes(content), 0);
        versions.add(file.stat().version());
      }
    }
    if (!lacks(Gap.VERSION)) {
      assertThat(versions).doesNotContain(0L).doesNotHaveDuplicates();
    }
  }

  @Test
  default void theVersionStaysWhileTheContentDoes() throws Exception {
    file("f", "one");
    long version = fs().stat(at("f")).version();
    assertThat(text("f")).isEqualTo("one");
    assertThat(fs().stat(at("f")).version()).isEqualTo(version);
  }

  @Test
  default void statfsTellsPlausibleNumbers() throws Exception {
    file("f", "");
    FileSystemStats stats = fs().statfs(at("f"));
    if (lacks(Gap.STATFS)) {
      assertThat(stats).isEqualTo(FileSystemStats.EMPTY);
      return;
    }
    assertThat(stats.blockSize()).isPositive();
    assertThat(stats.blocks()).isPositive();
    assertThat(stats.freeBlocks()).isBetween(0L, stats.blocks());
    assertThat(stats.availableBlocks()).isBetween(0L, stats.freeBlocks());
    assertThat(stats.freeFiles()).isBetween(0L, Math.max(stats.files(), stats.freeFiles()));
    assertThat(stats.maxNameLength()).isBetween(1, 255);
  }

  @Test
  default void statfsOfAMissingNameIsEnoent() {
    fails(() -> fs().statfs(at("none")), ENOENT);
  }

  @Test
  default void aViewForACallerShowsTheSameTree() throws Exception {
    file("f", "shared");
    FileSystem view = fs().as(Caller.HOST);
    assertThat(TestFiles.readText(view, at("f"))).isEqualTo("shared");
  }
}
