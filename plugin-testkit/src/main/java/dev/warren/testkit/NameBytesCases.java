package dev.warren.testkit;

import static dev.warren.api.Errno.EBADF;
import static dev.warren.api.Errno.EINVAL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.DirectoryEntry;
import dev.warren.api.FileNames;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenDirectory.BytesVisitor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code readNames}, which offers the same entries as {@code read}, with names as bytes. */
interface NameBytesCases extends ContractCases {
  /**
   * Returns the entries that {@code read} offers without attributes, in the form of {@code
   * readNames}.
   */
  private static List<Named> read(OpenDirectory open, long cookie) throws FsException {
    List<DirectoryEntry> entries = new ArrayList<>();
    open.read(cookie, false, entries::add);
    List<Named> named = new ArrayList<>();
    for (DirectoryEntry entry : entries) {
      named.add(
          new Named(
              Arrays.toString(FileNames.encode(entry.name())),
              entry.type(),
              entry.fileId(),
              entry.cookie()));
    }
    return named;
  }

  private static List<Named> readNames(OpenDirectory open, long cookie, int max)
      throws FsException {
    List<Named> taken = new ArrayList<>();
    BytesVisitor visitor =
        (buffer, start, length, type, fileId, next) -> {
          byte[] name = Arrays.copyOfRange(buffer, start, start + length);
          return taken.size() < max
              && taken.add(new Named(Arrays.toString(name), type, fileId, next));
        };
    open.readNames(cookie, visitor);
    return taken;
  }

  private void makeEntries() throws FsException {
    for (int i = 0; i < 70; i++) {
      file("entry-" + i, "");
    }
    directory("d");
    file("\u00e4\u4e16\ud83d\ude00", "");
    if (!lacks(Gap.INVALID_UTF8_NAMES)) {
      file("not-utf8-" + FileNames.decode(new byte[] {(byte) 0xff, (byte) 0xc3}), "");
    }
    if (!lacks(Gap.SYMBOLIC_LINKS)) {
      fs().symlink("x", at("l"));
    }
  }

  @Test
  default void namesAsBytesAreThoseOfTheListing() throws Exception {
    makeEntries();
    try (OpenDirectory open = fs().openDirectory(dir())) {
      assertThat(readNames(open, 0, Integer.MAX_VALUE))
          .hasSizeGreaterThan(70)
          .isEqualTo(read(open, 0));
    }
  }

  @Test
  default void namesAsBytesGoOnAfterAnyCookie() throws Exception {
    makeEntries();
    try (OpenDirectory open = fs().openDirectory(dir())) {
      List<Named> whole = read(open, 0);
      for (int i : new int[] {0, 40, 7, 63, whole.size() - 1, 64}) {
        List<Named> rest = readNames(open, whole.get(i).cookie(), 5);
        assertThat(rest).isEqualTo(whole.subList(i + 1, Math.min(i + 6, whole.size())));
        assertThat(read(open, whole.get(i).cookie())).isEqualTo(whole.subList(i + 1, whole.size()));
      }
      assertThat(readNames(open, 0, 0)).isEmpty();
      assertThat(readNames(open, 0, 1)).isEqualTo(whole.subList(0, 1));
    }
  }

  @Test
  default void namesAsBytesHaveTheSameErrors() throws Exception {
    file("f", "");
    OpenDirectory open = fs().openDirectory(dir());
    fails(() -> readNames(open, -1, 1), EINVAL);
    open.close();
    fails(() -> readNames(open, 0, 1), EBADF);
  }

  /** An entry as {@link BytesVisitor} sees it, with the bytes of its name as text. */
  record Named(String name, FileType type, long fileId, long cookie) {}
}
