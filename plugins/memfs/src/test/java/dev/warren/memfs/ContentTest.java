package dev.warren.memfs;

import static dev.warren.testkit.TestFiles.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.testkit.TestFiles;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentTest {
  private static final VfsPath FILE = path("/file");

  private final MemoryFileSystem fs = new MemoryFileSystem();

  private OpenFile create() throws FsException {
    return fs.open(FILE, OpenOptions.READ_WRITE.withCreate(), 0644);
  }

  /** Positions around the borders of chunks, and far beyond, where most of the file is a hole. */
  @ParameterizedTest
  @ValueSource(longs = {0, 1L << 20, 1L << 31, (1L << 62) - 3})
  void itAgreesWithAnArray(long base) throws Exception {
    Random random = new Random(base);
    byte[] model = new byte[0];
    try (OpenFile file = create()) {
      for (int step = 0; step < 2_000; step++) {
        int offset = random.nextInt(20_000);
        if (random.nextInt(4) == 0) {
          file.truncate(base + offset);
          model = Arrays.copyOf(model, offset);
        } else {
          byte[] bytes = new byte[1 + random.nextInt(9_000)];
          random.nextBytes(bytes);
          assertThat(file.write(ByteBuffer.wrap(bytes), base + offset)).isEqualTo(bytes.length);
          model = Arrays.copyOf(model, Math.max(model.length, offset + bytes.length));
          System.arraycopy(bytes, 0, model, offset, bytes.length);
        }
        assertThat(file.stat().size()).isEqualTo(base + model.length);
        assertThat(TestFiles.read(file, base, 40_000)).isEqualTo(model);
      }
    }
  }

  @Test
  void aFileMayHaveAnySize() throws Exception {
    try (OpenFile file = create()) {
      long last = Long.MAX_VALUE - 1;
      assertThat(file.write(ByteBuffer.wrap(new byte[] {1, 2}), last)).isEqualTo(1);
      assertThat(file.stat().size()).isEqualTo(Long.MAX_VALUE);
      assertThat(file.stat().blocks()).isEqualTo(8);
      ByteBuffer target = ByteBuffer.allocate(10);
      assertThat(file.read(target, last)).isEqualTo(1);
      assertThat(target.get(0)).isEqualTo((byte) 1);
      assertThat(file.read(target, Long.MAX_VALUE)).isZero();
      assertThatThrownBy(() -> file.write(ByteBuffer.allocate(1), Long.MAX_VALUE))
          .isInstanceOfSatisfying(
              FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EFBIG));
    }
  }

  @Test
  void aHoleNeedsNoSpace() throws Exception {
    try (OpenFile file = create()) {
      file.truncate(1L << 40);
      assertThat(file.stat().blocks()).isZero();
      file.write(ByteBuffer.allocate(4096), 1L << 39);
      assertThat(file.stat().blocks()).isEqualTo(8);
      file.truncate(1L << 39);
      assertThat(file.stat().blocks()).isZero();
    }
  }

  @Test
  void truncatedContentDoesNotComeBack() throws Exception {
    try (OpenFile file = create()) {
      file.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}), 0);
      file.truncate(2);
      file.truncate(4);
      assertThat(TestFiles.read(file)).containsExactly(1, 2, 0, 0);
    }
  }

  @Test
  void aFileMayBeCopiedToItsOwnEnd() throws Exception {
    try (OpenFile file = create()) {
      file.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 0);
      assertThat(file.copyTo(1, 2, file, 3)).isEqualTo(2);
      assertThat(TestFiles.read(file)).containsExactly(1, 2, 3, 2, 3);
      try (OpenFile end = fs.open(FILE, OpenOptions.WRITE.withAppend(), 0)) {
        assertThat(file.copyTo(0, 5, end, 0)).isEqualTo(5);
      }
      assertThat(TestFiles.read(file)).containsExactly(1, 2, 3, 2, 3, 1, 2, 3, 2, 3);
    }
  }
}
