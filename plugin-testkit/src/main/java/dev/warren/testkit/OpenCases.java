package dev.warren.testkit;

import static dev.warren.api.Errno.EBADF;
import static dev.warren.api.Errno.EEXIST;
import static dev.warren.api.Errno.EINVAL;
import static dev.warren.api.Errno.EISDIR;
import static dev.warren.api.Errno.ELOOP;
import static dev.warren.api.Errno.ENOENT;
import static dev.warren.api.Errno.ENOTDIR;
import static dev.warren.api.Errno.EOPNOTSUPP;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.Errno;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** open with every combination of its options. */
interface OpenCases extends ContractCases {

  /** Every combination that {@link OpenOptions} accepts. */
  static Stream<OpenOptions> combinations() {
    List<OpenOptions> all = new ArrayList<>();
    for (int bits = 0; bits < 1 << 7; bits++) {
      boolean read = (bits & 1) != 0;
      boolean write = (bits & 2) != 0;
      boolean append = (bits & 4) != 0;
      boolean truncate = (bits & 8) != 0;
      if ((read || write) && (write || !(append || truncate))) {
        all.add(
            new OpenOptions(
                read,
                write,
                append,
                (bits & 16) != 0,
                (bits & 32) != 0,
                truncate,
                (bits & 64) != 0));
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("dev.warren.testkit.OpenCases#combinations")
  default void openAnExistingFile(OpenOptions options) throws Exception {
    file("f", "content");
    if (options.create() && options.exclusive()) {
      fails(() -> fs().open(at("f"), options, 0644), EEXIST);
      assertThat(text("f")).isEqualTo("content");
      return;
    }
    try (OpenFile file = fs().open(at("f"), options, 0600)) {
      String kept = options.truncate() ? "" : "content";
      checkUse(file, options, kept);
    }
    assertThat(fs().stat(at("f")).permissions()).isEqualTo(TestFiles.FILE_PERMISSIONS);
  }

  @ParameterizedTest
  @MethodSource("dev.warren.testkit.OpenCases#combinations")
  default void openAMissingFile(OpenOptions options) throws Exception {
    if (!options.create()) {
      fails(() -> fs().open(at("f"), options, 0600), ENOENT);
      assertThat(exists("f")).isFalse();
      return;
    }
    try (OpenFile file = fs().open(at("f"), options, 0600)) {
      checkUse(file, options, "");
    }
    assertThat(fs().stat(at("f")).permissions()).isEqualTo(0600);
  }

  private void checkUse(OpenFile file, OpenOptions options, String kept) throws Exception {
    ByteBuffer buffer = ByteBuffer.allocate(100);
    if (options.read()) {
      assertThat(file.read(buffer, 0)).isEqualTo(kept.length());
    } else {
      fails(() -> file.read(buffer, 0), EBADF);
    }
    if (options.write()) {
      assertThat(file.write(bytes("XY"), 1)).isEqualTo(2);
      String expected =
          options.append()
              ? kept + "XY"
              : kept.isEmpty() ? "\0XY" : kept.charAt(0) + "XY" + kept.substring(3);
      assertThat(file.stat().size()).isEqualTo(expected.length());
      assertThat(text("f")).isEqualTo(expected);
    } else {
      fails(() -> file.write(bytes("XY"), 1), EBADF);
      fails(() -> file.truncate(0), EINVAL, EBADF);
      assertThat(text("f")).isEqualTo(kept);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.warren.testkit.OpenCases#combinations")
  default void openADirectory(OpenOptions options) throws Exception {
    directory("d");
    Errno expected = options.create() && options.exclusive() ? EEXIST : EISDIR;
    fails(() -> fs().open(at("d"), options, 0644), expected);
    assertThat(TestFiles.names(fs(), at("d"))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("dev.warren.testkit.OpenCases#combinations")
  default void openASymbolicLink(OpenOptions options) throws Exception {
    if (lacks(Gap.SYMBOLIC_LINKS)) {
      fails(() -> fs().symlink("f", at("l")), EOPNOTSUPP);
      return;
    }
    file("f", "content");
    fs().symlink("f", at("l"));
    fs().symlink("nowhere", at("dangling"));
    Errno expected = options.create() && options.exclusive() ? EEXIST : ELOOP;
    fails(() -> fs().open(at("l"), options, 0644), expected);
    fails(() -> fs().open(at("dangling"), options, 0644), expected);
    assertThat(text("f")).isEqualTo("content");
    assertThat(exists("nowhere")).isFalse();
  }

  @Test
  default void openInAMissingDirectoryIsEnoent() {
    fails(() -> fs().open(at("none/f"), OpenOptions.REPLACE, 0644), ENOENT);
    fails(() -> fs().open(at("none/f"), OpenOptions.READ, 0), ENOENT);
  }

  @Test
  default void openBelowAFileIsEnotdir() throws Exception {
    file("f", "");
    fails(() -> fs().open(at("f/x"), OpenOptions.REPLACE, 0644), ENOTDIR);
    fails(() -> fs().open(at("f/x"), OpenOptions.READ, 0), ENOTDIR);
  }

  @Test
  default void openOfTheRootIsEisdir() {
    fails(() -> fs().open(VfsPath.ROOT, OpenOptions.READ, 0), EISDIR);
  }

  @Test
  default void openSetsExactlyThePermissionsThatItWasGiven() throws Exception {
    fs().open(at("f"), OpenOptions.WRITE.withCreate(), 0666).close();
    fs().open(at("g"), OpenOptions.WRITE.withExclusive(), 0777).close();
    assertThat(fs().stat(at("f")).permissions()).isEqualTo(0666);
    assertThat(fs().stat(at("g")).permissions()).isEqualTo(0777);
  }

  @Test
  default void aFileCanBeCreatedForWritingWithoutBeingWritable() throws Exception {
    try (OpenFile file = fs().open(at("f"), OpenOptions.WRITE.withExclusive(), 0444)) {
      assertThat(file.write(bytes("written"), 0)).isEqualTo(7);
    }
    assertThat(fs().stat(at("f")).permissions()).isEqualTo(0444);
    assertThat(fs().stat(at("f")).size()).isEqualTo(7);
  }

  @Test
  default void severalHandlesSeeTheSameContent() throws Exception {
    file("f", "0123456789");
    try (OpenFile writer = fs().open(at("f"), OpenOptions.WRITE, 0);
        OpenFile reader = fs().open(at("f"), OpenOptions.READ, 0);
        OpenFile both = fs().open(at("f"), OpenOptions.READ_WRITE, 0)) {
      writer.write(bytes("ab"), 2);
      assertThat(both.write(bytes("cd"), 6)).isEqualTo(2);
      assertThat(new String(TestFiles.read(reader), UTF_8)).isEqualTo("01ab45cd89");
      assertThat(new String(TestFiles.read(both), UTF_8)).isEqualTo("01ab45cd89");
    }
  }

  @Test
  default void truncatingAtOpenShowsToThoseWhoHaveTheFileOpen() throws Exception {
    file("f", "content");
    try (OpenFile reader = fs().open(at("f"), OpenOptions.READ, 0)) {
      fs().open(at("f"), OpenOptions.WRITE.withTruncate(), 0).close();
      assertThat(reader.stat().size()).isZero();
      assertThat(reader.read(ByteBuffer.allocate(10), 0)).isZero();
    }
  }
}
