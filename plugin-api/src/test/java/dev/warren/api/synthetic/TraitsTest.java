package dev.warren.api.synthetic;

import static dev.warren.api.synthetic.Trees.FILE;
import static dev.warren.api.synthetic.Trees.assertErrno;
import static dev.warren.api.synthetic.Trees.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.DirectoryEntry;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.api.WouldBlockException;
import dev.warren.api.XattrMode;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Properties of nodes: times, sizes, extended attributes. */
class TraitsTest {
  private static final Instant LONG_AGO = Instant.ofEpochSecond(1_000_000_000, 5);

  private static FileAttributes listed(FileSystem fs) throws Exception {
    DirectoryEntry entry = Trees.list(fs, VfsPath.ROOT).getFirst();
    return Objects.requireNonNull(entry.attributes());
  }

  @Test
  void aComputedFileHasATimeAndASizeOfItsOwn() throws Exception {
    Instant[] time = {LONG_AGO};
    FileSystem fs =
        Trees.of(SyntheticFile.text(() -> "text").withModified(() -> time[0]).withSize(() -> 100));
    for (FileAttributes seen : new FileAttributes[] {fs.stat(FILE), listed(fs)}) {
      assertThat(seen.modifyTime()).isEqualTo(LONG_AGO);
      assertThat(seen.size()).isEqualTo(100);
      assertThat(seen.version()).as("not to be cached").isZero();
    }
    try (OpenFile file = open(fs, OpenOptions.READ)) {
      assertThat(file.stat().size()).as("what the reader gets").isEqualTo(4);
      assertThat(file.stat().modifyTime()).isEqualTo(LONG_AGO);
    }
    time[0] = LONG_AGO.plusSeconds(1);
    assertThat(fs.stat(FILE).modifyTime()).isEqualTo(LONG_AGO.plusSeconds(1));
  }

  @Test
  void aFileThatHasNotBeenReadHasTheDeclaredSize() throws Exception {
    FileSystem delivery =
        Trees.of(
            SyntheticFile.delivery(() -> Delivery.of(new byte[3]))
                .withSize(() -> 50)
                .nonBlocking()
                .withPermissions(0400));
    try (OpenFile file = open(delivery, OpenOptions.READ)) {
      assertThat(file.stat().size()).isEqualTo(50);
      Trees.read(file, 0);
      assertThat(file.stat().size()).isEqualTo(3);
      assertThat(file.stat().permissions()).isEqualTo(0400);
    }
  }

  @Test
  void constantsKnowTheirSizeThemselves() throws Exception {
    FileSystem fs = Trees.of(SyntheticFile.constant("four").withSize(() -> 9));
    assertThat(fs.stat(FILE).size()).isEqualTo(4);
  }

  @Test
  void aDirectoryHasATimeOfItsOwn() throws Exception {
    FileSystem fs =
        new SyntheticFileSystem(SyntheticDirectory.fixed().withModified(() -> LONG_AGO));
    assertThat(fs.stat(VfsPath.ROOT).modifyTime()).isEqualTo(LONG_AGO);
    assertThat(fs.stat(VfsPath.ROOT).linkCount()).as("does not count").isEqualTo(1);
  }

  @Test
  void anUnexpectedExceptionIsEio() {
    FileSystem fs =
        Trees.of(
            SyntheticFile.text(() -> "")
                .withSize(
                    () -> {
                      throw new IllegalStateException("no size");
                    }));
    assertErrno(Errno.EIO, () -> fs.stat(FILE));
  }

  @Test
  void nodesHaveNoExtendedAttributesUnlessTheySaySo() {
    FileSystem fs = Trees.of(SyntheticFile.constant(""));
    assertErrno(Errno.EOPNOTSUPP, () -> fs.listXattrs(FILE));
    assertErrno(Errno.EOPNOTSUPP, () -> fs.getXattr(FILE, "user.a"));
    assertErrno(Errno.EOPNOTSUPP, () -> fs.setXattr(FILE, "user.a", new byte[1], XattrMode.SET));
    assertErrno(Errno.EOPNOTSUPP, () -> fs.removeXattr(FILE, "user.a"));
    assertErrno(Errno.ENOENT, () -> fs.listXattrs(Trees.path("/none")));
  }

  @Test
  void extendedAttributesMayBeReadOnly() throws Exception {
    FileSystem fs =
        Trees.of(
            SyntheticFile.constant("")
                .withXattrs(() -> Map.of("user.mime_type", new byte[] {'t'})));
    assertThat(fs.listXattrs(FILE)).containsExactly("user.mime_type");
    assertThat(fs.getXattr(FILE, "user.mime_type")).containsExactly('t');
    assertErrno(Errno.ENODATA, () -> fs.getXattr(FILE, "user.none"));
    assertErrno(Errno.EPERM, () -> fs.setXattr(FILE, "user.a", new byte[1], XattrMode.SET));
    assertErrno(Errno.EPERM, () -> fs.removeXattr(FILE, "user.mime_type"));
    assertErrno(Errno.ENODATA, () -> fs.removeXattr(FILE, "user.none"));
  }

  @Test
  void extendedAttributesMayBeSet() throws Exception {
    Map<String, byte[]> values = new TreeMap<>();
    Xattrs xattrs =
        new Xattrs() {
          @Override
          public Map<String, byte[]> all() {
            return values;
          }

          @Override
          public void set(String name, byte[] value) {
            values.put(name, value);
          }

          @Override
          public void remove(String name) {
            values.remove(name);
          }
        };
    FileSystem fs =
        new SyntheticFileSystem(SyntheticDirectory.fixed().withXattrs(xattrs).nonBlocking());
    byte[] value = {1};
    fs.nonBlocking().setXattr(VfsPath.ROOT, "user.a", value, XattrMode.CREATE);
    value[0] = 2;
    assertThat(fs.getXattr(VfsPath.ROOT, "user.a")).as("a copy").containsExactly(1);
    assertErrno(Errno.EOPNOTSUPP, () -> fs.setXattr(VfsPath.ROOT, "user.", value, XattrMode.SET));
    assertErrno(Errno.EOPNOTSUPP, () -> fs.setXattr(VfsPath.ROOT, ".a", value, XattrMode.SET));
    fs.removeXattr(VfsPath.ROOT, "user.a");
    assertThat(values).isEmpty();
  }

  @Test
  void extendedAttributesMayBlock() {
    FileSystem fs = Trees.of(SyntheticFile.text(() -> "").withXattrs(Map::of));
    assertThatThrownBy(() -> fs.nonBlocking().listXattrs(FILE))
        .isSameAs(WouldBlockException.INSTANCE);
  }
}
