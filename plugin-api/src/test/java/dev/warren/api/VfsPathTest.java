package dev.warren.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VfsPathTest {
  @ParameterizedTest
  @CsvSource({
    "/, /",
    "//, /",
    "/a, /a",
    "/a/, /a",
    "/a//b/., /a/b",
    "/a/../b, /b",
    "/../.., /",
    "/../a, /a"
  })
  void parsingNormalises(String text, String expected) throws FsException {
    assertThat(VfsPath.parse(text)).hasToString(expected);
    assertThat(VfsPath.parse(text)).isEqualTo(VfsPath.parse(expected));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a/b", "/", "a\0b"})
  void invalidNamesAreRefused(String name) {
    assertThatThrownBy(() -> VfsPath.ROOT.resolve(name))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
  }

  @Test
  void namesAreMeasuredInBytes() throws FsException {
    assertThat(VfsPath.ROOT.resolve("ä".repeat(127) + "a").depth()).isEqualTo(1);
    assertThatThrownBy(() -> VfsPath.ROOT.resolve("ä".repeat(128)))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENAMETOOLONG));
  }

  @Test
  void prefixesConsistOfWholeNames() throws FsException {
    VfsPath data = VfsPath.parse("/data");
    assertThat(VfsPath.parse("/data/users").startsWith(data)).isTrue();
    assertThat(data.startsWith(data)).isTrue();
    assertThat(VfsPath.parse("/data2").startsWith(data)).isFalse();
    assertThat(VfsPath.ROOT.startsWith(data)).isFalse();
  }

  @Test
  void rebaseKeepsEqualityAndHash() throws FsException {
    VfsPath moved = VfsPath.parse("/a/b/c").rebase(VfsPath.parse("/a"), VfsPath.parse("/x/y"));
    assertThat(moved).isEqualTo(VfsPath.parse("/x/y/b/c"));
    assertThat(moved).hasSameHashCodeAs(VfsPath.parse("/x/y/b/c"));
  }

  @Test
  void theCacheOfRebaseReturnsNoWrongPath() throws FsException {
    VfsPath mount = VfsPath.parse("/mnt");
    VfsPath other = VfsPath.parse("/other");
    VfsPath directory = VfsPath.parse("/mnt/a/b");
    VfsPath file = directory.resolve("c");
    for (int round = 0; round < 2; round++) {
      assertThat(directory.rebase(mount, VfsPath.ROOT)).hasToString("/a/b");
      assertThat(file.rebase(mount, VfsPath.ROOT)).isEqualTo(VfsPath.parse("/a/b/c"));
      assertThat(file.rebase(mount, other)).isEqualTo(VfsPath.parse("/other/a/b/c"));
      assertThat(file.rebase(VfsPath.ROOT, other)).hasToString("/other/mnt/a/b/c");
      assertThat(file.rebase(file, other)).isSameAs(other);
    }
    assertThat(file.rebase(mount, VfsPath.ROOT)).isSameAs(file.rebase(mount, VfsPath.ROOT));
    assertThatThrownBy(() -> file.rebase(other, mount))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "/a/b, c, /a/b/c",
    "/a/b, ../c, /a/c",
    "/a/b, ../../../c, /c",
    "/a/b, /c, /c",
    "/a/b, ., /a/b",
    "/a/b, '', /a/b",
    "/, .., /"
  })
  void textIsResolvedAgainstAPath(String path, String text, String expected) throws FsException {
    assertThat(VfsPath.parse(path).resolveText(text)).isEqualTo(VfsPath.parse(expected));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "./a"})
  void onlyAbsolutePathsAreParsed(String text) {
    assertErrno(Errno.EINVAL, () -> VfsPath.parse(text));
  }

  @Test
  void invalidTextIsRefused() {
    assertErrno(Errno.EILSEQ, () -> VfsPath.parse("/a\ud800"));
    assertErrno(Errno.EINVAL, () -> VfsPath.parse("/a\0"));
  }

  @Test
  void theDepthOfAPathIsLimited() throws FsException {
    VfsPath deep = VfsPath.parse("/a".repeat(VfsPath.MAX_DEPTH));
    assertThat(deep.depth()).isEqualTo(VfsPath.MAX_DEPTH);
    assertThat(deep).isEqualTo(VfsPath.parse("/a".repeat(VfsPath.MAX_DEPTH)));
    assertErrno(Errno.ENAMETOOLONG, () -> deep.resolve("a"));
  }

  @Test
  void aPathKnowsItsParts() throws FsException {
    VfsPath path = VfsPath.parse("/a/b/c");
    assertThat(path.names()).containsExactly("a", "b", "c");
    assertThat(path.name()).isEqualTo("c");
    assertThat(path.parent()).isEqualTo(VfsPath.parse("/a/b")).isEqualTo(path.parentOrRoot());
    assertThat(path.ancestor(1)).isEqualTo(VfsPath.parse("/a"));
    assertThat(path.ancestor(0)).isSameAs(VfsPath.ROOT);
    assertThat(path.ancestor(3)).isSameAs(path);
    assertThat(VfsPath.ROOT.parent()).isNull();
    assertThat(VfsPath.ROOT.parentOrRoot()).isSameAs(VfsPath.ROOT);
    assertThat(VfsPath.ROOT.names()).isEmpty();
    assertThat(VfsPath.ROOT.isRoot()).isTrue();
    assertThatThrownBy(() -> path.ancestor(4)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> path.ancestor(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aDirectorySortsImmediatelyBeforeItsEntries() throws FsException {
    List<VfsPath> sorted = new ArrayList<>();
    for (String text : List.of("/", "/a", "/a/b", "/a/b/c", "/a/c", "/a b", "/a-b", "/b")) {
      sorted.add(VfsPath.parse(text));
    }
    List<VfsPath> shuffled = new ArrayList<>(sorted);
    Collections.shuffle(shuffled, new Random(7));
    Collections.sort(shuffled);
    assertThat(shuffled).isEqualTo(sorted);
    assertThat(sorted.get(2)).isEqualByComparingTo(VfsPath.parse("/a/b"));
  }

  @Test
  void rebaseMovesOnlyPathsBelow() throws FsException {
    VfsPath mount = VfsPath.parse("/m");
    VfsPath path = VfsPath.parse("/m/x/y");
    assertThat(path.rebase(mount, VfsPath.ROOT)).isEqualTo(VfsPath.parse("/x/y"));
    assertThat(mount.rebase(mount, VfsPath.ROOT)).isEqualTo(VfsPath.ROOT);
    assertThat(path.rebase(mount, mount)).isSameAs(path);
    assertThatThrownBy(() -> VfsPath.parse("/mm/x").rebase(mount, VfsPath.ROOT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/mm/x");
  }

  /** The cached result must not be returned for other arguments. */
  @Test
  void rebaseIsCachedForItsArgumentsOnly() throws FsException {
    VfsPath mount = VfsPath.parse("/m");
    VfsPath one = VfsPath.parse("/one");
    VfsPath two = VfsPath.parse("/two/deeper");
    VfsPath directory = VfsPath.parse("/m/d");
    for (int i = 0; i < 3; i++) {
      VfsPath child = directory.resolve("f" + i);
      assertThat(child.rebase(mount, one)).isEqualTo(VfsPath.parse("/one/d/f" + i));
      assertThat(child.rebase(mount, two)).isEqualTo(VfsPath.parse("/two/deeper/d/f" + i));
      assertThat(child.rebase(directory, one)).isEqualTo(VfsPath.parse("/one/f" + i));
      assertThat(directory.rebase(mount, one)).isEqualTo(VfsPath.parse("/one/d"));
      assertThat(child.rebase(mount, one).rebase(one, mount)).isEqualTo(child);
    }
  }

  @Test
  void pathsWithDifferentNamesAreDifferent() throws FsException {
    assertThat(VfsPath.parse("/a/b")).isNotEqualTo(VfsPath.parse("/b/a"));
    assertThat(VfsPath.parse("/Aa")).as("same hash").isNotEqualTo(VfsPath.parse("/BB"));
    assertThat(VfsPath.parse("/Aa")).hasSameHashCodeAs(VfsPath.parse("/BB"));
    assertThat(VfsPath.parse("/a")).isNotEqualTo(VfsPath.ROOT).isNotEqualTo("/a");
  }

  @Test
  void handlesDoNotAffectTheEqualityOfPaths() throws FsException {
    FileHandle file = () -> {};
    assertThat(VfsPath.ROOT.at(file)).isEqualTo(VfsPath.ROOT).hasSameHashCodeAs(VfsPath.ROOT);
    assertThat(VfsPath.ROOT.at(file)).isEqualTo(VfsPath.ROOT.at(() -> {}));
    VfsPath below = VfsPath.ROOT.at(file).resolve("a").at(file).resolve("b");
    assertThat(below).isEqualTo(VfsPath.parse("/a/b")).isNotEqualTo(VfsPath.parse("/b/b"));
    assertThat(below.startsWith(VfsPath.ROOT.at(file))).isTrue();
    VfsPath mount = VfsPath.parse("/mnt");
    assertThat(VfsPath.ROOT.at(file).rebase(VfsPath.ROOT, mount)).isEqualTo(mount);
    assertThat(below.rebase(VfsPath.ROOT, mount)).isEqualTo(VfsPath.parse("/mnt/a/b"));
    assertThat(VfsPath.ROOT.at(file).rebase(VfsPath.ROOT, mount).handle()).isEqualTo(file);
  }

  private static void assertErrno(Errno errno, ThrowingCallable operation) {
    assertThatThrownBy(operation)
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }
}
