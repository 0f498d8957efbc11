package dev.warren.testkit;

import static dev.warren.api.Errno.EBADF;
import static dev.warren.api.Errno.EFBIG;
import static dev.warren.api.Errno.EINVAL;
import static dev.warren.api.Errno.ENOSPC;
import static dev.warren.api.Errno.EOPNOTSUPP;
import static dev.warren.api.Errno.EPERM;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FileAttributes;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** read and write: buffers, offsets, holes. */
interface ReadWriteCases extends ContractCases {

  /** The kinds of buffers that callers use. */
  enum BufferKind {
    /** On the heap. */
    HEAP,
    /** Outside the heap. */
    DIRECT,
    /** A slice of an array that does not start at the array's start. */
    HEAP_SLICE,
    /** A slice of a direct buffer. */
    DIRECT_SLICE,
    /** With a position above 0 and a limit below the capacity. */
    POSITIONED;

    /** Returns a buffer with the given number of bytes remaining. */
    ByteBuffer allocate(int size) {
      return switch (this) {
        case HEAP -> ByteBuffer.allocate(size);
        case DIRECT -> ByteBuffer.allocateDirect(size);
        case HEAP_SLICE -> ByteBuffer.allocate(size + 20).slice(7, size);
        case DIRECT_SLICE -> ByteBuffer.allocateDirect(size + 20).slice(7, size);
        case POSITIONED -> ByteBuffer.allocate(size + 20).position(7).limit(7 + size);
      };
    }
  }

  /** Returns bytes that differ from position to position. */
  static byte[] pattern(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @EnumSource
  default void everyKindOfBufferCanBeWrittenAndRead(BufferKind kind) throws Exception {
    byte[] content = pattern(10_000);
    try (OpenFile file = fs().open(at("f"), OpenOptions.READ_WRITE.withCreate(), 0644)) {
      ByteBuffer source = kind.allocate(content.length);
      int start = source.position();
      source.put(content).position(start);
      assertThat(file.write(source, 0)).isEqualTo(content.length);
      assertThat(source.position()).isEqualTo(start + content.length);
      ByteBuffer target = kind.allocate(content.length);
      assertThat(file.read(target, 0)).isEqualTo(content.length);
      assertThat(target.position()).isEqualTo(start + content.length);
      byte[] back = new byte[content.length];
      target.position(start).get(back);
      assertThat(back).isEqualTo(content);
    }
  }

  @Test
  default void aReadOnlyBufferCanBeWritten() throws Exception {
    try (OpenFile file = fs().open(at("f"), OpenOptions.REPLACE, 0644)) {
      assertThat(file.write(bytes("heap ").asReadOnlyBuffer(), 0)).isEqualTo(5);
      ByteBuffer direct = ByteBuffer.allocateDirect(6).put(bytes("direct")).flip();
      assertThat(file.write(direct.asReadOnlyBuffer(), 5)).isEqualTo(6);
    }
    assertThat(text("f")).isEqualTo("heap direct");
  }

  @Test
  default void writingLeavesTheBytesOfTheBuffer() throws Exception {
    ByteBuffer source = bytes("unchanged");
    try (OpenFile file = fs().open(at("f"), OpenOptions.REPLACE, 0644)) {
      file.write(source, 0);
      source.clear().put(bytes("different"));
    }
    assertThat(source.flip()).isEqualTo(bytes("different"));
    assertThat(text("f")).isEqualTo("unchanged");
  }

  @Test
  default void readingTouchesOnlyWhatItSays() throws Exception {
    file("f", "abc");
    ByteBuffer target = ByteBuffer.allocate(10).put(bytes("..........")).position(2).limit(8);
    try (OpenFile file = fs().open(at("f"), OpenOptions.READ, 0)) {
      assertThat(file.read(target, 1)).isEqualTo(2);
    }
    assertThat(target.position()).isEqualTo(4);
    assertThat(target.limit()).isEqualTo(8);
    assertThat(new String(target.array(), UTF_8)).isEqualTo("..bc......");
  }

  @Test
  default void anEmptyFileHasNothingToRead() throws Exception {
    file("f", "");
    try (OpenFile file = fs().open(at("f"), OpenOptions.READ, 0)) {
      assertThat(file.read(ByteBuffer.allocate(10), 0)).isZero();
      assertThat(file.read(ByteBuffer.allocate(10), 1L << 41)).isZero();
    }
  }

  @Test
  default void readingAtAndPastTheEndGivesNothing() throws Exception {
    file("f", "0123456789");
    try (OpenFile file = fs().open(at("f"), OpenOptions.READ, 0)) {
      assertThat(file.read(ByteBuffer.allocate(4), 8)).isEqualTo(2);
      assertThat(file.read(ByteBuffer.allocate(4), 10)).isZero();
      assertThat(file.read(ByteBuffer.allocate(4), 11)).isZero();
      assertThat(file.read(ByteBuffer.allocate(4), Integer.MAX_VALUE + 1L)).isZero();
    }
  }

  @Test
  default void aReadIsShortOnlyAtTheEnd() throws Exception {
    byte[] content = pattern(300_000);
    TestFiles.write(fs(), at("f"), content);
    try (OpenFile file = fs().open(at("f"), OpenOptions.READ, 0)) {
      ByteBuffer most = ByteBuffer.allocate(250_000);
      assertThat(file.read(most, 1)).isEqualTo(250_000);
      assertThat(file.read(ByteBuffer.allocate(100_000), 250_000)).isEqualTo(50_000);
      assertThat(most.array()).isEqualTo(Arrays.copyOfRange(content, 1, 250_001));
    }
  }

  @Test
  default void nothingCanBeReadIntoAFullBuffer() throws Exception {
    file("f", "0123456789");
    try (OpenFile file = fs().open(at("f"), OpenOptions.READ, 0)) {
      assertThat(file.read(ByteBuffer.allocate(0), 0)).isZero();
      assertThat(file.read(ByteBuffer.allocateDirect(5).position(5), 2)).isZero();
    }
  }

  @Test
  default void writingNothingChangesNothing() throws Exception {
    file("f", "content");
    try (OpenFile file = fs().open(at("f"), OpenOptions.WRITE, 0)) {
      assertThat(file.write(ByteBuffer.allocate(0), 0)).isZero();
      assertThat(file.write(ByteBuffer.allocate(0), 1000)).isZero();
    }
    assertThat(text("f")).isEqualTo("content");
  }

  @Test
  default void negativeOffsetsAreEinval() throws Exception {
    file("f", "content");
    try (OpenFile file = fs().open(at("f"), OpenOptions.READ_WRITE, 0)) {
      fails(() -> file.read(ByteBuffer.allocate(1), -1), EINVAL);
      fails(() -> file.read(ByteBuffer.allocate(1), Long.MIN_VALUE), EINVAL);
      fails(() -> file.write(bytes("x"), -1), EINVAL);
      fails(() -> file.write(bytes("x"), Long.MIN_VALUE), EINVAL);
    }
    assertThat(text("f")).isEqualTo("content");
  }

  @Test
  default void aFailedWriteLeavesTheBufferWhereItWas() throws Exception {
    file("f", "content");
    ByteBuffer source = bytes("xyz");
    try (OpenFile file = fs().open(at("f"), OpenOptions.READ, 0)) {
      fails(() -> file.write(source, 0), EBADF);
    }
    assertThat(source.position()).isZero();
  }

  @Test
  default void writesReplaceOnlyTheirRange() throws Exception {
    file("f", "0123456789");
    try (OpenFile file = fs().open(at("f"), OpenOptions.WRITE, 0)) {
      file.write(bytes("abc"), 4);
      file.write(bytes("Z"), 0);
      file.write(bytes("!!"), 9);
    }
    assertThat(text("f")).isEqualTo("Z123abc78!!");
  }

  @Test
  default void aWritePastTheEndLeavesAHoleOfZeros() throws Exception {
    file("f", "abc");
    try (OpenFile file = fs().open(at("f"), OpenOptions.READ_WRITE, 0)) {
      file.write(bytes("xyz"), 20_000);
      byte[] expected = new byte[20_003];
      System.arraycopy("abc".getBytes(UTF_8), 0, expected, 0, 3);
      System.arraycopy("xyz".getBytes(UTF_8), 0, expected, 20_000, 3);
      assertThat(file.stat().size()).isEqualTo(20_003);
      assertThat(TestFiles.read(file)).isEqualTo(expected);
    }
  }

  @Test
  default void aHoleCanBeFilled() throws Exception {
    try (OpenFile file = fs().open(at("f"), OpenOptions.READ_WRITE.withCreate(), 0644)) {
      file.write(bytes("end"), 10_000);
      file.write(bytes("middle"), 5_000);
      file.write(bytes("start"), 0);
      assertThat(new String(TestFiles.read(file, 4_999, 8), UTF_8)).isEqualTo("\0middle\0");
      assertThat(new String(TestFiles.read(file, 0, 6), UTF_8)).isEqualTo("start\0");
      assertThat(new String(TestFiles.read(file, 9_999, 9), UTF_8)).isEqualTo("\0end");
      assertThat(file.stat().size()).isEqualTo(10_003);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {(1L << 31) - 2, (1L << 32) - 2, (1L << 40) - 2, (1L << 40) + 12_345})
  default void offsetsAreOf64Bits(long offset) throws Exception {
    try (OpenFile file = fs().open(at("f"), OpenOptions.READ_WRITE.withCreate(), 0644)) {
      if (lacks(Gap.SPARSE_FILES)) {
        fails(() -> file.write(bytes("far away"), offset), ENOSPC, EFBIG);
        return;
      }
      assertThat(file.write(bytes("far away"), offset)).isEqualTo(8);
      assertThat(file.stat().size()).isEqualTo(offset + 8);
      assertThat(new String(TestFiles.read(file, offset - 1, 100), UTF_8)).isEqualTo("\0far away");
      assertThat(TestFiles.read(file, offset & 0x7fff_ffff, 2)).hasSize(2);
      assertThat(TestFiles.read(file, 0, 3)).isEqualTo(new byte[3]);
      if (!lacks(Gap.BLOCKS)) {
        assertThat(file.stat().blocks()).isLessThan(offset / 512);
      }
      file.truncate(0);
    }
  }

  @Test
  default void aWriteAcrossTheLastPossibleOffsetFails() throws Exception {
    file("f", "content");
    try (OpenFile file = fs().open(at("f"), OpenOptions.READ_WRITE, 0)) {
      fails(() -> file.write(bytes("xx"), Long.MAX_VALUE), EFBIG, EINVAL, ENOSPC);
      assertThat(file.stat().size()).isEqualTo(7);
    }
  }

  @Test
  default void writingChangesTheTimesOfTheFile() throws Exception {
    file("f", "content");
    if (lacks(Gap.SET_ATTRIBUTES)) {
      fails(() -> fs().setAttributes(at("f"), OLD), EOPNOTSUPP, EPERM);
      return;
    }
    fs().setAttributes(at("f"), OLD);
    FileAttributes before = fs().stat(at("f"));
    assertThat(before.modifySeconds()).isEqualTo(OLD_SECONDS);
    try (OpenFile file = fs().open(at("f"), OpenOptions.WRITE, 0)) {
      file.write(bytes("x"), 0);
    }
    FileAttributes after = fs().stat(at("f"));
    assertThat(after.modifySeconds()).isGreaterThan(OLD_SECONDS);
    if (!lacks(Gap.CHANGE_TIME)) {
      assertThat(after.changeTime()).isAfterOrEqualTo(before.changeTime());
    }
  }

  @Test
  default void blocksGrowWithTheContent() throws Exception {
    TestFiles.write(fs(), at("f"), new byte[0]);
    TestFiles.write(fs(), at("g"), pattern(1 << 20));
    try (OpenFile file = fs().open(at("g"), OpenOptions.WRITE, 0)) {
      file.sync(false);
    }
    long most = lacks(Gap.BLOCKS) ? (1 << 20) / 512 : Long.MAX_VALUE;
    assertThat(fs().stat(at("g")).blocks()).isBetween(fs().stat(at("f")).blocks(), most);
    if (!lacks(Gap.BLOCKS)) {
      assertThat(fs().stat(at("g")).blocks()).isPositive();
    }
  }

  @Test
  default void aLargeFileIsKeptByteForByte() throws Exception {
    byte[] content = pattern(5_000_001);
    TestFiles.write(fs(), at("f"), content);
    assertThat(TestFiles.read(fs(), at("f"))).isEqualTo(content);
  }

  @Test
  default void piecesInRandomOrderMakeTheWholeFile() throws Exception {
    byte[] content = pattern(200_000);
    List<Integer> starts = new ArrayList<>();
    for (int start = 0; start < content.length; start += 1_777) {
      starts.add(start);
    }
    Collections.shuffle(starts, new Random(1));
    try (OpenFile file = fs().open(at("f"), OpenOptions.WRITE.withCreate(), 0644)) {
      for (int start : starts) {
        int size = Math.min(1_777, content.length - start);
        TestFiles.writeAll(file, ByteBuffer.wrap(content, start, size), start);
      }
    }
    assertThat(TestFiles.read(fs(), at("f"))).isEqualTo(content);
  }

  @Test
  default void syncKeepsWhatWasWritten() throws Exception {
    try (OpenFile file = fs().open(at("f"), OpenOptions.READ_WRITE.withCreate(), 0644)) {
      file.write(bytes("synced"), 0);
      file.sync(true);
      file.sync(false);
      assertThat(TestFiles.read(file)).isEqualTo("synced".getBytes(UTF_8));
    }
  }
}
