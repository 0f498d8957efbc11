package dev.warren.testkit;

import static dev.warren.api.Errno.EEXIST;
import static dev.warren.api.Errno.EILSEQ;
import static dev.warren.api.Errno.EINVAL;
import static dev.warren.api.Errno.ELOOP;
import static dev.warren.api.Errno.ENAMETOOLONG;
import static dev.warren.api.Errno.ENOENT;
import static dev.warren.api.Errno.ENOTDIR;
import static dev.warren.api.Errno.EOPNOTSUPP;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FileNames;
import dev.warren.api.FileType;
import dev.warren.api.OpenOptions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** symlink and readlink, and links within paths. */
interface SymbolicLinkCases extends ContractCases {

  private boolean noLinks() {
    if (lacks(Gap.SYMBOLIC_LINKS)) {
      fails(() -> fs().symlink("target", at("probe")), EOPNOTSUPP);
      return true;
    }
    return false;
  }

  /** Targets of links, which are not checked. */
  static Stream<String> targets() {
    return Stream.of(
        "f",
        "nowhere",
        "/",
        "/etc/passwd",
        "..",
        "../../../../../..",
        "./a/../b//c/",
        "with space\nand newline",
        "caf\u00e9",
        "x".repeat(255),
        "x/".repeat(500),
        "x".repeat(4095));
  }

  @ParameterizedTest
  @MethodSource("dev.warren.testkit.SymbolicLinkCases#targets")
  default void theTextOfALinkIsKeptAsItIs(String target) throws Exception {
    if (noLinks()) {
      return;
    }
    fs().symlink(target, at("l"));
    assertThat(fs().readlink(at("l"))).isEqualTo(target);
    assertThat(fs().stat(at("l")).size()).isEqualTo(target.getBytes(UTF_8).length);
    assertThat(fs().stat(at("l")).type()).isEqualTo(FileType.SYMBOLIC_LINK);
  }

  @Test
  default void aTextThatIsNotUtf8IsKeptByteForByte() throws Exception {
    if (noLinks()) {
      return;
    }
    String target = FileNames.decode(new byte[] {'a', (byte) 0xff, '/', (byte) 0x80});
    if (lacks(Gap.INVALID_UTF8_NAMES)) {
      fails(() -> fs().symlink(target, at("l")), EILSEQ, EINVAL);
      return;
    }
    fs().symlink(target, at("l"));
    assertThat(fs().readlink(at("l"))).isEqualTo(target);
    assertThat(fs().stat(at("l")).size()).isEqualTo(4);
  }

  @Test
  default void anEmptyTextIsRefused() {
    if (!noLinks()) {
      fails(() -> fs().symlink("", at("l")), ENOENT, EINVAL);
    }
  }

  @Test
  default void aTextOf4096BytesIsEnametoolong() throws Exception {
    if (!noLinks()) {
      fails(() -> fs().symlink("x".repeat(4096), at("l")), ENAMETOOLONG);
      assertThat(exists("l")).isFalse();
    }
  }

  @Test
  default void aLinkOverAnExistingNameIsEexist() throws Exception {
    if (noLinks()) {
      return;
    }
    file("f", "kept");
    directory("d");
    fs().symlink("nowhere", at("l"));
    fails(() -> fs().symlink("x", at("f")), EEXIST);
    fails(() -> fs().symlink("x", at("d")), EEXIST);
    fails(() -> fs().symlink("x", at("l")), EEXIST);
    assertThat(fs().readlink(at("l"))).isEqualTo("nowhere");
  }

  @Test
  default void aLinkInAMissingDirectoryIsEnoent() throws Exception {
    if (noLinks()) {
      return;
    }
    file("f", "");
    fails(() -> fs().symlink("x", at("none/l")), ENOENT);
    fails(() -> fs().symlink("x", at("f/l")), ENOTDIR);
  }

  @Test
  default void readlinkOfWhatIsNoLinkIsEinval() throws Exception {
    file("f", "");
    directory("d");
    fails(() -> fs().readlink(at("f")), EINVAL);
    fails(() -> fs().readlink(at("d")), EINVAL);
    if (!noLinks()) {
      fails(() -> fs().readlink(at("none")), ENOENT);
      fails(() -> fs().readlink(at("f/x")), ENOTDIR);
    }
  }

  @Test
  default void aLinkOnTheWayIsNotFollowed() throws Exception {
    if (noLinks()) {
      return;
    }
    directory("d");
    file("d/f", "content");
    fs().symlink("d", at("l"));
    List<FsCall> calls =
        List.of(
            () -> fs().stat(at("l/f")),
            () -> fs().open(at("l/f"), OpenOptions.READ, 0),
            () -> fs().open(at("l/new"), OpenOptions.REPLACE, 0644),
            () -> fs().openDirectory(at("l/f")),
            () -> fs().mkdir(at("l/new"), 0755),
            () -> fs().unlink(at("l/f")),
            () -> fs().rmdir(at("l/f")),
            () -> fs().rename(at("l/f"), at("g"), true),
            () -> fs().rename(at("d/f"), at("l/g"), true),
            () -> fs().readlink(at("l/f")),
            () -> fs().symlink("x", at("l/new")),
            () -> fs().statfs(at("l/f")));
    for (FsCall call : calls) {
      fails(call, ELOOP, ENOTDIR);
    }
    assertThat(TestFiles.names(fs(), at("d"))).containsExactly("f");
    assertThat(text("d/f")).isEqualTo("content");
  }

  @Test
  default void linksThatPointOutLeadNowhere() throws Exception {
    if (noLinks()) {
      return;
    }
    fs().symlink("/", at("absolute"));
    fs().symlink("../../../../../../..", at("relative"));
    for (String link : List.of("absolute", "relative")) {
      fails(() -> fs().stat(at(link + "/etc")), ELOOP, ENOTDIR);
      fails(() -> fs().openDirectory(at(link)), ENOTDIR, ELOOP);
      fails(() -> fs().open(at(link + "/new"), OpenOptions.REPLACE, 0644), ELOOP, ENOTDIR);
    }
  }

  @Test
  default void linksThatLoopCanBeUsedAsLinks() throws Exception {
    if (noLinks()) {
      return;
    }
    fs().symlink("self", at("self"));
    fs().symlink("b", at("a"));
    fs().symlink("a", at("b"));
    assertThat(fs().readlink(at("self"))).isEqualTo("self");
    fails(() -> fs().open(at("self"), OpenOptions.READ, 0), ELOOP);
    fails(() -> fs().stat(at("a/x")), ELOOP, ENOTDIR);
    fs().unlink(at("self"));
    fs().unlink(at("a"));
    fs().unlink(at("b"));
    assertThat(TestFiles.names(fs(), dir())).isEmpty();
  }

  @Test
  default void unlinkRemovesTheLinkOnly() throws Exception {
    if (noLinks()) {
      return;
    }
    directory("d");
    file("f", "kept");
    fs().symlink("f", at("l"));
    fs().symlink("d", at("m"));
    fs().unlink(at("l"));
    fs().unlink(at("m"));
    assertThat(text("f")).isEqualTo("kept");
    assertThat(exists("d")).isTrue();
  }

  @Test
  default void openDirectoryOfALinkIsEnotdir() throws Exception {
    if (noLinks()) {
      return;
    }
    directory("d");
    fs().symlink("d", at("l"));
    fails(() -> fs().openDirectory(at("l")), ENOTDIR);
  }
}
