package dev.warren.testkit;

import static dev.warren.api.Errno.EBADF;
import static dev.warren.api.Errno.ENOENT;
import static dev.warren.api.Errno.ENOTDIR;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.AttributeChanges;
import dev.warren.api.AttributesBuffer;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.TimeChange;
import dev.warren.api.VfsPath;
import org.junit.jupiter.api.Test;

/** The variant of stat that fills a reusable buffer; it returns the same values as stat. */
interface BufferedStatCases extends ContractCases {
  /** Returns a buffer whose fields all differ from those of any file in these cases. */
  private static AttributesBuffer used() {
    AttributesBuffer buffer = new AttributesBuffer();
    buffer.setFile(FileType.CHARACTER_DEVICE, 07777, 77);
    buffer.setOwner(77, 78);
    buffer.setSize(1L << 40, 1L << 31, 77);
    buffer.setDevice(7, 8);
    buffer.setAccessTime(71, 1);
    buffer.setModifyTime(72, 2);
    buffer.setChangeTime(73, 3);
    buffer.setBirthTime(74, 4);
    buffer.setFileId(75);
    buffer.setVersion(76);
    return buffer;
  }

  private void check(VfsPath path) throws FsException {
    AttributesBuffer buffer = used();
    fs().stat(path, buffer);
    assertThat(buffer.toAttributes()).as(path.toString()).isEqualTo(fs().stat(path));
  }

  @Test
  default void aBufferHoldsAllThatStatTells() throws Exception {
    file("f", "content");
    directory("d");
    check(at("f"));
    check(at("d"));
    check(VfsPath.ROOT);
    if (!lacks(Gap.SYMBOLIC_LINKS)) {
      fs().symlink("target", at("l"));
      check(at("l"));
    }
    if (!lacks(Gap.SPECIAL_FILES)) {
      fs().mknod(at("p"), FileType.FIFO.modeBits() | 0600, 0, 0);
      check(at("p"));
    }
    if (!lacks(Gap.SET_ATTRIBUTES)) {
      fs().setAttributes(
              at("f"),
              AttributeChanges.NONE
                  .withPermissions(0640)
                  .withTimes(TimeChange.to(OLD_SECONDS, 0), TimeChange.to(OLD_SECONDS, 0)));
      check(at("f"));
    }
  }

  @Test
  default void aBufferHoldsWhatAnOpenFileTells() throws Exception {
    try (OpenFile file = fs().open(at("f"), OpenOptions.READ_WRITE.withCreate(), 0644)) {
      TestFiles.writeAll(file, bytes("some content"), 0);
      AttributesBuffer buffer = used();
      file.stat(buffer);
      FileAttributes expected = file.stat();
      assertThat(buffer.toAttributes()).isEqualTo(expected);
      assertThat(buffer.toAttributes().size()).isEqualTo(12);
    }
  }

  @Test
  default void aBufferHoldsWhatAnOpenDirectoryTells() throws Exception {
    directory("d");
    try (OpenDirectory open = fs().openDirectory(at("d"))) {
      AttributesBuffer buffer = used();
      open.stat(buffer);
      assertThat(buffer.toAttributes()).isEqualTo(open.stat());
    }
  }

  @Test
  default void aBufferGetsNothingWhereStatFails() throws Exception {
    file("f", "");
    AttributesBuffer buffer = used();
    fails(() -> fs().stat(at("none"), buffer), ENOENT);
    fails(() -> fs().stat(at("f/none"), buffer), ENOTDIR);
    OpenFile file = fs().open(at("f"), OpenOptions.READ, 0);
    file.close();
    fails(() -> file.stat(buffer), EBADF);
    OpenDirectory open = fs().openDirectory(dir());
    open.close();
    fails(() -> open.stat(buffer), EBADF);
    assertThat(buffer.toAttributes()).isEqualTo(used().toAttributes());
  }
}
