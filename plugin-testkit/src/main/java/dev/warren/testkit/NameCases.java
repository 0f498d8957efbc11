package dev.warren.testkit;

import static dev.warren.api.Errno.EILSEQ;
import static dev.warren.api.Errno.EINVAL;
import static dev.warren.api.Errno.ENAMETOOLONG;
import static dev.warren.api.Errno.ENOENT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FileNames;
import dev.warren.api.VfsPath;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Names, which are bytes. */
interface NameCases extends ContractCases {

  /** Unusual but valid names. */
  static Stream<String> validNames() {
    return Stream.of(
        "plain",
        "with space",
        " leading space",
        "trailing space ",
        "-rf",
        "--help",
        ".hidden",
        "...",
        ".. ",
        "..a",
        "trailing.dot.",
        "new\nline",
        "tab\ttab",
        "carriage\rreturn",
        "\u0001\u007f",
        "back\\slash",
        "quote\"'`$(x)",
        "*?[a]{b}",
        "colon:semi;comma,",
        "percent%2fencoded",
        "CON",
        "caf\u00e9",
        "cafe\u0301",
        "\u65e5\u672c\u8a9e",
        "\ud83d\udc3f\ufe0f",
        "\u200brtl\u202e",
        "\ufeffbom",
        "a".repeat(255),
        "\u00e9".repeat(127),
        "\u65e5".repeat(85),
        "\ud83d\udc3f".repeat(63));
  }

  /** Names that are not UTF-8; see {@link FileNames#decode}. */
  static Stream<byte[]> invalidNames() {
    return Stream.of(
        new byte[] {(byte) 0xff},
        new byte[] {'a', (byte) 0x80, 'b'},
        new byte[] {(byte) 0xc3},
        new byte[] {(byte) 0xc0, (byte) 0xaf},
        new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
        new byte[] {(byte) 0xf8, (byte) 0x88, (byte) 0x80, (byte) 0x80, (byte) 0x80},
        HexFormat.of().parseHex("ff".repeat(255)));
  }

  @ParameterizedTest
  @MethodSource("dev.warren.testkit.NameCases#validNames")
  default void aNameIsKeptAsItIs(String name) throws Exception {
    VfsPath path = dir().resolve(name);
    TestFiles.write(fs(), path, "content");
    assertThat(TestFiles.names(fs(), dir())).containsExactly(name);
    assertThat(TestFiles.readText(fs(), path)).isEqualTo("content");
    fs().rename(path, at("other"), true);
    fs().rename(at("other"), path, true);
    fs().unlink(path);
    fs().mkdir(path, 0755);
    assertThat(TestFiles.names(fs(), dir())).containsExactly(name);
    fs().rmdir(path);
    assertThat(TestFiles.names(fs(), dir())).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("dev.warren.testkit.NameCases#invalidNames")
  default void aNameThatIsNotUtf8IsKeptByteForByte(byte[] bytes) throws Exception {
    VfsPath path = dir().resolve(FileNames.decode(bytes));
    if (lacks(Gap.INVALID_UTF8_NAMES)) {
      fails(() -> TestFiles.write(fs(), path, ""), EILSEQ, EINVAL);
      return;
    }
    TestFiles.write(fs(), path, "content");
    List<String> names = TestFiles.names(fs(), dir());
    assertThat(names).hasSize(1);
    assertThat(FileNames.encode(names.getFirst())).isEqualTo(bytes);
    assertThat(TestFiles.readText(fs(), path)).isEqualTo("content");
    fs().unlink(path);
    assertThat(TestFiles.names(fs(), dir())).isEmpty();
  }

  @Test
  default void composedAndDecomposedNamesAreTwo() throws Exception {
    file("caf\u00e9", "composed");
    file("cafe\u0301", "decomposed");
    assertThat(text("caf\u00e9")).isEqualTo("composed");
    assertThat(text("cafe\u0301")).isEqualTo("decomposed");
    assertThat(TestFiles.names(fs(), dir())).hasSize(2);
  }

  @Test
  default void upperAndLowerCaseNamesAreTwo() throws Exception {
    file("name", "lower");
    file("NAME", "upper");
    assertThat(text("name")).isEqualTo("lower");
    assertThat(text("NAME")).isEqualTo("upper");
  }

  @Test
  default void aPrefixOfANameIsAnotherName() throws Exception {
    file("name", "long");
    fails(() -> fs().stat(at("nam")), ENOENT);
    fails(() -> fs().stat(at("name2")), ENOENT);
  }

  @Test
  default void aNameOf256BytesCannotBeExpressed() {
    fails(() -> dir().resolve("a".repeat(256)), ENAMETOOLONG);
    fails(() -> dir().resolve("\u00e9".repeat(128)), ENAMETOOLONG);
  }
}
