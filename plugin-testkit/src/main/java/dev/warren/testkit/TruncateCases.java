package dev.warren.testkit;

import static dev.warren.api.Errno.EBADF;
import static dev.warren.api.Errno.EFBIG;
import static dev.warren.api.Errno.EINVAL;
import static dev.warren.api.Errno.EISDIR;
import static dev.warren.api.Errno.ELOOP;
import static dev.warren.api.Errno.ENOENT;
import static dev.warren.api.Errno.ENOSPC;
import static dev.warren.api.Errno.EOPNOTSUPP;
import static dev.warren.api.Errno.EPERM;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.AttributeChanges;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of size. */
interface TruncateCases extends ContractCases {

  @Test
  default void truncatingDownCutsOff() throws Exception {
    file("f", "0123456789");
    try (OpenFile file = fs().open(at("f"), OpenOptions.READ_WRITE, 0)) {
      file.truncate(4);
      assertThat(file.stat().size()).isEqualTo(4);
      assertThat(new String(TestFiles.read(file), UTF_8)).isEqualTo("0123");
    }
  }

  @Test
  default void truncatingUpAddsZeros() throws Exception {
    file("f", "abc");
    try (OpenFile file = fs().open(at("f"), OpenOptions.READ_WRITE, 0)) {
      file.truncate(10_000);
      assertThat(file.stat().size()).isEqualTo(10_000);
      byte[] expected = new byte[10_000];
      System.arraycopy("abc".getBytes(UTF_8), 0, expected, 0, 3);
      assertThat(TestFiles.read(file)).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 4095, 4096, 4097, 8192, 65_535, 65_536, 99_999})
  default void whatWasCutOffReadsAsZerosAfterGrowingAgain(int size) throws Exception {
    byte[] content = ReadWriteCases.pattern(100_000);
    TestFiles.write(fs(), at("f"), content);
    try (OpenFile file = fs().open(at("f"), OpenOptions.READ_WRITE, 0)) {
      file.truncate(size);
      file.truncate(100_000);
      byte[] expected = Arrays.copyOf(Arrays.copyOf(content, size), 100_000);
      assertThat(TestFiles.read(file)).isEqualTo(expected);
    }
  }

  @Test
  default void whatWasCutOffReadsAsZerosAfterAWriteBehindIt() throws Exception {
    file("f", "0123456789");
    try (OpenFile file = fs().open(at("f"), OpenOptions.READ_WRITE, 0)) {
      file.truncate(2);
      file.write(bytes("X"), 6);
      assertThat(new String(TestFiles.read(file), UTF_8)).isEqualTo("01\0\0\0\0X");
    }
  }

  @Test
  default void truncatingToTheSameSizeKeepsTheContent() throws Exception {
    file("f", "content");
    try (OpenFile file = fs().open(at("f"), OpenOptions.WRITE, 0)) {
      file.truncate(7);
    }
    assertThat(text("f")).isEqualTo("content");
  }

  @Test
  default void aSizeBeyond32BitsIsKept() throws Exception {
    try (OpenFile file = fs().open(at("f"), OpenOptions.READ_WRITE.withCreate(), 0644)) {
      if (lacks(Gap.SPARSE_FILES)) {
        fails(() -> file.truncate(1L << 40), ENOSPC, EFBIG);
        return;
      }
      file.truncate((1L << 40) + 1);
      assertThat(file.stat().size()).isEqualTo((1L << 40) + 1);
      assertThat(TestFiles.read(file, 1L << 40, 10)).isEqualTo(new byte[1]);
      file.truncate((1L << 32) + 5);
      assertThat(file.stat().size()).isEqualTo((1L << 32) + 5);
    }
  }

  @Test
  default void truncatingToANegativeSizeIsEinval() throws Exception {
    file("f", "content");
    try (OpenFile file = fs().open(at("f"), OpenOptions.WRITE, 0)) {
      fails(() -> file.truncate(-1), EINVAL);
      fails(() -> file.truncate(Long.MIN_VALUE), EINVAL);
    }
    assertThat(text("f")).isEqualTo("content");
  }

  @Test
  default void truncatingAHandleThatOnlyReadsIsEinval() throws Exception {
    file("f", "content");
    try (OpenFile file = fs().open(at("f"), OpenOptions.READ, 0)) {
      fails(() -> file.truncate(0), EINVAL, EBADF);
    }
    assertThat(text("f")).isEqualTo("content");
  }

  @Test
  default void truncatingThroughOneHandleShowsInAnother() throws Exception {
    file("f", "0123456789");
    try (OpenFile reader = fs().open(at("f"), OpenOptions.READ, 0);
        OpenFile writer = fs().open(at("f"), OpenOptions.WRITE, 0)) {
      writer.truncate(3);
      assertThat(reader.stat().size()).isEqualTo(3);
      assertThat(reader.read(ByteBuffer.allocate(10), 3)).isZero();
    }
  }

  @Test
  default void truncatingByPathChangesTheSize() throws Exception {
    file("f", "0123456789");
    if (lacks(Gap.SET_ATTRIBUTES)) {
      fails(() -> fs().setAttributes(at("f"), OLD), EOPNOTSUPP, EPERM);
      return;
    }
    fs().setAttributes(at("f"), AttributeChanges.NONE.withSize(5));
    assertThat(text("f")).isEqualTo("01234");
    fs().setAttributes(at("f"), AttributeChanges.NONE.withSize(7));
    assertThat(text("f")).isEqualTo("01234\0\0");
  }

  @Test
  default void truncatingByPathFailsForWhatHasNoSize() throws Exception {
    directory("d");
    AttributeChanges empty = AttributeChanges.NONE.withSize(0);
    if (lacks(Gap.SET_ATTRIBUTES)) {
      fails(() -> fs().setAttributes(at("d"), empty), EISDIR, EOPNOTSUPP, EPERM);
      return;
    }
    fails(() -> fs().setAttributes(at("d"), empty), EISDIR);
    fails(() -> fs().setAttributes(at("none"), empty), ENOENT);
    file("f", "content");
    fails(() -> fs().setAttributes(at("f"), AttributeChanges.NONE.withSize(-1)), EINVAL);
    assertThat(text("f")).isEqualTo("content");
  }

  @Test
  default void truncatingByPathDoesNotFollowALink() throws Exception {
    file("f", "content");
    if (lacks(Gap.SYMBOLIC_LINKS)) {
      fails(() -> fs().symlink("f", at("l")), EOPNOTSUPP);
      return;
    }
    fs().symlink("f", at("l"));
    AttributeChanges empty = AttributeChanges.NONE.withSize(0);
    fails(() -> fs().setAttributes(at("l"), empty), EINVAL, ELOOP, EOPNOTSUPP);
    assertThat(text("f")).isEqualTo("content");
  }

  @Test
  default void truncatingChangesTheTimeOfTheFile() throws Exception {
    file("f", "content");
    if (lacks(Gap.SET_ATTRIBUTES)) {
      fails(() -> fs().setAttributes(at("f"), OLD), EOPNOTSUPP, EPERM);
      return;
    }
    fs().setAttributes(at("f"), OLD);
    try (OpenFile file = fs().open(at("f"), OpenOptions.WRITE, 0)) {
      file.truncate(3);
    }
    assertThat(fs().stat(at("f")).modifySeconds()).isGreaterThan(OLD_SECONDS);
  }
}
