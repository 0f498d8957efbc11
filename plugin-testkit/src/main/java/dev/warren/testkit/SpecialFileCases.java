package dev.warren.testkit;

import static dev.warren.api.Errno.EACCES;
import static dev.warren.api.Errno.EEXIST;
import static dev.warren.api.Errno.EINVAL;
import static dev.warren.api.Errno.ENOENT;
import static dev.warren.api.Errno.ENOTDIR;
import static dev.warren.api.Errno.ENXIO;
import static dev.warren.api.Errno.EOPNOTSUPP;
import static dev.warren.api.Errno.EPERM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FileAttributes;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.OpenOptions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** mknod, and files that cannot be opened. */
interface SpecialFileCases extends ContractCases {

  private boolean noSpecialFiles() {
    if (lacks(Gap.SPECIAL_FILES)) {
      fails(() -> fs().mknod(at("probe"), FileType.FIFO.modeBits() | 0644, 0, 0), EOPNOTSUPP);
      return true;
    }
    return false;
  }

  @ParameterizedTest
  @EnumSource(names = {"FIFO", "SOCKET", "REGULAR"})
  default void mknodMakesAFile(FileType type) throws Exception {
    if (noSpecialFiles()) {
      return;
    }
    fs().mknod(at("n"), type.modeBits() | 0620, 0, 0);
    FileAttributes attributes = fs().stat(at("n"));
    assertThat(attributes.type()).isEqualTo(type);
    assertThat(attributes.permissions()).isEqualTo(0620);
    assertThat(TestFiles.entries(fs(), dir(), false).getFirst().type()).isEqualTo(type);
    fs().unlink(at("n"));
    assertThat(exists("n")).isFalse();
  }

  @Test
  default void mknodOfAnExistingNameIsEexist() throws Exception {
    if (noSpecialFiles()) {
      return;
    }
    file("f", "kept");
    fails(() -> fs().mknod(at("f"), FileType.FIFO.modeBits() | 0644, 0, 0), EEXIST);
    fails(() -> fs().mknod(at("f"), FileType.REGULAR.modeBits() | 0644, 0, 0), EEXIST);
    assertThat(text("f")).isEqualTo("kept");
  }

  @Test
  default void mknodInAMissingDirectoryIsEnoent() throws Exception {
    if (noSpecialFiles()) {
      return;
    }
    file("f", "");
    fails(() -> fs().mknod(at("none/n"), FileType.FIFO.modeBits() | 0644, 0, 0), ENOENT);
    fails(() -> fs().mknod(at("f/n"), FileType.FIFO.modeBits() | 0644, 0, 0), ENOTDIR);
  }

  @Test
  default void mknodMakesNeitherDirectoriesNorLinks() throws Exception {
    if (noSpecialFiles()) {
      return;
    }
    int directory = FileType.DIRECTORY.modeBits() | 0755;
    int link = FileType.SYMBOLIC_LINK.modeBits() | 0777;
    fails(() -> fs().mknod(at("n"), directory, 0, 0), EPERM, EINVAL);
    fails(() -> fs().mknod(at("n"), link, 0, 0), EINVAL, EPERM);
    assertThat(exists("n")).isFalse();
  }

  @Test
  default void mknodWithoutATypeMakesARegularFile() throws Exception {
    if (noSpecialFiles()) {
      return;
    }
    fs().mknod(at("n"), 0640, 0, 0);
    assertThat(fs().stat(at("n")).type()).isEqualTo(FileType.REGULAR);
    assertThat(TestFiles.readText(fs(), at("n"))).isEmpty();
  }

  @Test
  default void devicesAreEitherMadeOrRefused() throws Exception {
    if (noSpecialFiles()) {
      return;
    }
    for (FileType type : List.of(FileType.CHARACTER_DEVICE, FileType.BLOCK_DEVICE)) {
      try {
        fs().mknod(at("n"), type.modeBits() | 0600, 1, 3);
      } catch (FsException e) {
        assertThat(e.errno()).isIn(visible(EPERM), visible(EOPNOTSUPP), visible(EINVAL));
        assertThat(exists("n")).isFalse();
        continue;
      }
      assertThat(fs().stat(at("n")).type()).isEqualTo(type);
      assertThat(fs().stat(at("n")).deviceMajor()).isEqualTo(1);
      assertThat(fs().stat(at("n")).deviceMinor()).isEqualTo(3);
      fs().unlink(at("n"));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FIFO", "SOCKET"})
  default void aSpecialFileCannotBeOpened(FileType type) throws Exception {
    if (noSpecialFiles()) {
      return;
    }
    fs().mknod(at("n"), type.modeBits() | 0644, 0, 0);
    for (OpenOptions options :
        List.of(OpenOptions.READ, OpenOptions.WRITE, OpenOptions.READ_WRITE, OpenOptions.REPLACE)) {
      fails(() -> fs().open(at("n"), options, 0644), ENXIO, EACCES);
    }
    fails(() -> fs().openDirectory(at("n")), ENOTDIR);
  }

  @Test
  default void aSpecialFileCanBeRenamedAndLinked() throws Exception {
    if (noSpecialFiles()) {
      return;
    }
    fs().mknod(at("n"), FileType.FIFO.modeBits() | 0644, 0, 0);
    fs().rename(at("n"), at("m"), true);
    assertThat(fs().stat(at("m")).type()).isEqualTo(FileType.FIFO);
    if (!lacks(Gap.HARD_LINKS)) {
      fs().link(at("m"), at("o"));
      assertThat(fs().stat(at("o")).type()).isEqualTo(FileType.FIFO);
    }
  }
}
