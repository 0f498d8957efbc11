package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.FileNames;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.gptfs.publish.Names;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.testkit.FileSystemContract;
import dev.warren.testkit.Gap;
import dev.warren.testkit.TestFiles;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The inbox behaves like any other directory. No file settles here, because the clock does not
 * move.
 */
class InboxContractTest extends FileSystemContract {
  @Override
  protected FileSystem createFileSystem() throws Exception {
    Map<String, Object> config = Mount.config("http://127.0.0.1:1/v1/chat/completions");
    config.put("max_queued", 1_000_000);
    return Mount.owning(new MemoryFileSystem(), new ManualTimers(), config);
  }

  @Override
  protected VfsPath baseDirectory() {
    return Mount.path("inbox");
  }

  /** A link could make a job read a file outside the inbox; holes would be sent as zeros. */
  @Override
  public Set<Gap> gaps() {
    return EnumSet.of(
        Gap.HARD_LINKS,
        Gap.SYMBOLIC_LINKS,
        Gap.SPECIAL_FILES,
        Gap.INVALID_UTF8_NAMES,
        Gap.SPARSE_FILES,
        Gap.FILE_HANDLES);
  }

  @Override
  public int manyEntries() {
    return 10_000;
  }

  /** Names are refused if the names of their answers would be too long. */
  @Override
  @ParameterizedTest
  @MethodSource("dev.warren.testkit.NameCases#validNames")
  public void aNameIsKeptAsItIs(String name) throws Exception {
    boolean control = name.chars().anyMatch(c -> c < ' ' || c == 0x7F);
    boolean isLong = FileNames.encodedLength(name) > Names.MAX_SOURCE_BYTES;
    if (control || isLong) {
      assertThatThrownBy(() -> TestFiles.write(fs(), dir().resolve(name), "content"))
          .isInstanceOfSatisfying(
              FsException.class,
              e -> assertThat(e.errno()).isEqualTo(control ? Errno.EINVAL : Errno.ENAMETOOLONG));
    } else {
      super.aNameIsKeptAsItIs(name);
    }
  }
}
