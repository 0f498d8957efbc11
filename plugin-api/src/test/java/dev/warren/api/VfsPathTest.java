package dev.warren.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
  void namesThatAreNoneAreRefused(String name) {
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
  void prefixesAreWholeNames() throws FsException {
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
  void rebasingRemembersNothingWrong() throws FsException {
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
}
