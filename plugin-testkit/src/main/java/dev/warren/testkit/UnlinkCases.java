package dev.warren.testkit;

import static dev.warren.api.Errno.EBUSY;
import static dev.warren.api.Errno.EISDIR;
import static dev.warren.api.Errno.ENOENT;
import static dev.warren.api.Errno.ENOTDIR;
import static dev.warren.api.Errno.EOPNOTSUPP;
import static dev.warren.api.Errno.EPERM;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.AttributeChanges;
import dev.warren.api.FileSystemStats;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** unlink, and open files without a name. */
interface UnlinkCases extends ContractCases {

  @Test
  default void unlinkRemovesAFile() throws Exception {
    file("f", "gone");
    file("g", "stays");
    fs().unlink(at("f"));
    assertThat(exists("f")).isFalse();
    assertThat(TestFiles.names(fs(), dir())).containsExactly("g");
  }

  @Test
  default void unlinkOfADirectoryIsEisdir() throws Exception {
    directory("d");
    fails(() -> fs().unlink(at("d")), EISDIR);
    assertThat(exists("d")).isTrue();
  }

  @Test
  default void unlinkOfTheRootFails() {
    fails(() -> fs().unlink(VfsPath.ROOT), EISDIR, EBUSY);
  }

  @Test
  default void unlinkOfAMissingNameIsEnoent() {
    fails(() -> fs().unlink(at("none")), ENOENT);
    fails(() -> fs().unlink(at("none/f")), ENOENT);
  }

  @Test
  default void unlinkBelowAFileIsEnotdir() throws Exception {
    file("f", "");
    fails(() -> fs().unlink(at("f/x")), ENOTDIR);
  }

  @Test
  default void unlinkTwiceIsEnoent() throws Exception {
    file("f", "");
    fs().unlink(at("f"));
    fails(() -> fs().unlink(at("f")), ENOENT);
  }

  @Test
  default void anUnlinkedFileGoesOnWorking() throws Exception {
    file("f", "content");
    try (OpenFile file = fs().open(at("f"), OpenOptions.READ_WRITE, 0)) {
      fs().unlink(at("f"));
      assertThat(new String(TestFiles.read(file), UTF_8)).isEqualTo("content");
      file.write(bytes("CON"), 0);
      file.write(bytes("!"), 7);
      assertThat(new String(TestFiles.read(file), UTF_8)).isEqualTo("CONtent!");
      file.truncate(3);
      file.sync(false);
      assertThat(new String(TestFiles.read(file), UTF_8)).isEqualTo("CON");
    }
    assertThat(exists("f")).isFalse();
  }

  @Test
  default void anUnlinkedFileHasAttributes() throws Exception {
    file("f", "content");
    long id = fs().stat(at("f")).fileId();
    try (OpenFile file = fs().open(at("f"), OpenOptions.READ_WRITE, 0)) {
      fs().unlink(at("f"));
      if (lacks(Gap.UNLINKED_ATTRIBUTES)) {
        fails(file::stat, ENOENT);
        return;
      }
      assertThat(file.stat().size()).isEqualTo(7);
      if (!lacks(Gap.LINK_COUNT)) {
        assertThat(file.stat().linkCount()).isZero();
      }
      if (!lacks(Gap.FILE_ID)) {
        assertThat(file.stat().fileId()).isEqualTo(id);
      }
    }
  }

  @Test
  default void attributesOfAnUnlinkedFileCanBeChanged() throws Exception {
    file("f", "content");
    try (OpenFile file = fs().open(at("f"), OpenOptions.READ_WRITE, 0)) {
      fs().unlink(at("f"));
      AttributeChanges changes = OLD.withPermissions(0600);
      if (lacks(Gap.UNLINKED_ATTRIBUTES) || lacks(Gap.SET_ATTRIBUTES)) {
        fails(() -> file.setAttributes(changes), ENOENT, EOPNOTSUPP, EPERM);
        return;
      }
      file.setAttributes(changes);
      assertThat(file.stat().permissions()).isEqualTo(0600);
      assertThat(file.stat().modifySeconds()).isEqualTo(OLD_SECONDS);
    }
  }

  @Test
  default void aNewFileOfTheSameNameIsAnotherFile() throws Exception {
    file("f", "old");
    try (OpenFile old = fs().open(at("f"), OpenOptions.READ_WRITE, 0)) {
      fs().unlink(at("f"));
      file("f", "new content");
      old.write(bytes("OLD"), 0);
      assertThat(new String(TestFiles.read(old), UTF_8)).isEqualTo("OLD");
      assertThat(text("f")).isEqualTo("new content");
      if (!lacks(Gap.FILE_ID) && !lacks(Gap.UNLINKED_ATTRIBUTES)) {
        assertThat(fs().stat(at("f")).fileId()).isNotEqualTo(old.stat().fileId());
      }
    }
    assertThat(text("f")).isEqualTo("new content");
  }

  @Test
  default void anOpenFileFollowsItsRename() throws Exception {
    file("f", "content");
    directory("d");
    try (OpenFile file = fs().open(at("f"), OpenOptions.READ_WRITE, 0)) {
      fs().rename(at("f"), at("d/g"), true);
      file.write(bytes("C"), 0);
      assertThat(new String(TestFiles.read(file), UTF_8)).isEqualTo("Content");
    }
    assertThat(text("d/g")).isEqualTo("Content");
    assertThat(exists("f")).isFalse();
  }

  @Test
  default void aFileThatWasReplacedGoesOnWorking() throws Exception {
    file("f", "old");
    file("g", "new");
    try (OpenFile old = fs().open(at("f"), OpenOptions.READ_WRITE, 0)) {
      fs().rename(at("g"), at("f"), true);
      assertThat(new String(TestFiles.read(old), UTF_8)).isEqualTo("old");
      old.write(bytes("x"), 3);
    }
    assertThat(text("f")).isEqualTo("new");
  }

  @Test
  default void theSpaceOfAnUnlinkedFileComesBackWhenItIsClosed() throws Exception {
    if (lacks(Gap.STATFS)) {
      assertThat(fs().statfs(dir())).isEqualTo(FileSystemStats.EMPTY);
      return;
    }
    // a file system of limited size would be full after a few of these
    FileSystemStats stats = fs().statfs(dir());
    long capacity = stats.blocks() * stats.blockSize();
    long size = Math.min(capacity / 4, 4 << 20);
    byte[] content = new byte[(int) size];
    for (int round = 0; round < 24; round++) {
      try (OpenFile file = fs().open(at("f"), OpenOptions.REPLACE, 0644)) {
        fs().unlink(at("f"));
        TestFiles.writeAll(file, ByteBuffer.wrap(content), 0);
      }
    }
    assertThat(TestFiles.names(fs(), dir())).isEmpty();
  }
}
