package dev.warren.localfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.localfs.linux.LinuxLocalfs;
import dev.warren.localfs.portable.PortableLocalfs;
import dev.warren.testkit.FileSystemContract;
import dev.warren.testkit.Gap;
import dev.warren.testkit.TestFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract through java.nio.file. */
@Tag("slow")
class PortableContractTest extends FileSystemContract {
  private static TestDirectory directory;

  @BeforeAll
  static void make() throws IOException {
    directory = TestDirectory.inMemory();
  }

  @AfterAll
  static void remove() throws IOException {
    directory.close();
  }

  @Override
  protected FileSystem createFileSystem() throws IOException {
    return PortableLocalfs.open(directory.path(), false);
  }

  @Override
  public Set<Gap> gaps() {
    Set<Gap> gaps =
        EnumSet.of(
            Gap.SPECIAL_FILES,
            Gap.XATTRS,
            Gap.INVALID_UTF8_NAMES,
            Gap.TIMES_OUTSIDE_32_BITS,
            Gap.UNLINKED_ATTRIBUTES,
            Gap.DIRECTORY_HANDLES,
            Gap.FILE_HANDLES);
    // Root's writes retain set-uid bits; other users may not change owners.
    gaps.add(LinuxLocalfs.isRoot() ? Gap.SET_ID_CLEARING : Gap.OWNERSHIP);
    return gaps;
  }

  /** Java does not report the allocated space of a file; it is assumed to have no holes. */
  @Override
  @ParameterizedTest
  @ValueSource(longs = {(1L << 31) - 2, (1L << 40) + 12_345})
  public void offsetsAreOf64Bits(long offset) throws Exception {
    try (OpenFile file = fs().open(at("f"), OpenOptions.READ_WRITE.withCreate(), 0644)) {
      assertThat(file.write(ByteBuffer.wrap(new byte[] {1, 2}), offset)).isEqualTo(2);
      assertThat(file.stat().size()).isEqualTo(offset + 2);
      assertThat(file.stat().blocks()).isEqualTo((offset + 2 + 511) / 512);
      assertThat(TestFiles.read(file, offset - 1, 100)).containsExactly(0, 1, 2);
      file.truncate(0);
    }
  }

  /** Java would write "a/b" for "a//b/": such a text is refused rather than changed. */
  @Override
  @ParameterizedTest
  @MethodSource("dev.warren.testkit.SymbolicLinkCases#targets")
  public void theTextOfALinkIsKeptAsItIs(String target) throws Exception {
    if (!Path.of(target).toString().equals(target)) {
      assertThatThrownBy(() -> fs().symlink(target, at("l")))
          .isInstanceOfSatisfying(
              FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
      assertThat(TestFiles.exists(fs(), at("l"))).isFalse();
      return;
    }
    fs().symlink(target, at("l"));
    assertThat(fs().readlink(at("l"))).isEqualTo(target);
    assertThat(fs().stat(at("l")).type()).isEqualTo(FileType.SYMBOLIC_LINK);
  }
}
