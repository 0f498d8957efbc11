package dev.warren.ninep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.ninep.client.Fids;
import dev.warren.ninep.client.Frame;
import dev.warren.ninep.client.Reply;
import dev.warren.ninep.codec.MessageType;
import dev.warren.testkit.TestFiles;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Counts and offsets at the edges of 31, 32 and 63 bits, where sums of two overflow. */
@ParameterizedClass
@ValueSource(strings = {"memfs", "localfs"})
class EdgeNumbersTest {
  private static final int ROOT = 1;
  private static final int FILE = 2;
  private static final int DIRECTORY = 3;

  @TempDir Path directory;
  @Parameter String kind;
  private TestServer server;
  private Fids fids;

  @BeforeEach
  void serve() throws Exception {
    server =
        new TestServer()
            .mount(
                "/m",
                kind.equals("memfs") ? new MemoryFileSystem() : TestServer.localfs(directory));
    TestFiles.write(server.namespace(), TestFiles.path("/m/f"), "text");
    fids = new Fids(server.session());
    fids.attach(ROOT, "/m", -1);
    fids.walk(ROOT, FILE, "f");
    fids.open(FILE, Fids.READ_WRITE);
    fids.walk(ROOT, DIRECTORY);
    fids.open(DIRECTORY, Fids.READ_ONLY);
  }

  @AfterEach
  void theFileIsUnchanged() throws Exception {
    assertThat(fids.read(FILE, 0, 100)).isEqualTo("text");
    assertThat(fids.stat(FILE).size()).isEqualTo(4);
    fids.client().close();
    server.close();
  }

  private static void fails(ThrowingCallable call, Errno... expected) {
    assertThatCode(call)
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isIn(List.of(expected)));
  }

  /** In 32 bits, some of these are 0 or small after adding 24 or 11. */
  @ParameterizedTest
  @ValueSource(
      longs = {
        4,
        0x7FFF_FFF4L,
        0x7FFF_FFFFL,
        0x8000_0000L,
        0xFFFF_FFE7L,
        0xFFFF_FFE8L,
        0xFFFF_FFF4L,
        0xFFFF_FFF5L,
        0xFFFF_FFFFL
      })
  void aReadOfAnyCountReturnsTheContent(long count) throws Exception {
    for (long offset :
        new long[] {0, 3, 4, 1L << 31, 1L << 32, Long.MAX_VALUE - 1, Long.MAX_VALUE}) {
      Reply reply = fids.client().call(MessageType.TREAD, Fids.read(FILE, offset, count));
      assertThat(reply.u32()).isEqualTo((int) Math.max(0, 4 - offset)).isEqualTo(reply.remaining());
    }
    for (long offset : new long[] {Long.MIN_VALUE, Long.MIN_VALUE + 1, -24, -1}) {
      fails(
          () -> fids.client().call(MessageType.TREAD, Fids.read(FILE, offset, count)),
          Errno.EINVAL);
    }
    Frame all = Frame.of(MessageType.TREADDIR).u32(DIRECTORY).u64(0).u32(Math.max(count, 200));
    assertThat(fids.client().call(MessageType.TREADDIR, all).u32()).isBetween(3 * 24, 3 * 26);
    for (long cookie : new long[] {Long.MIN_VALUE, -1}) {
      fails(
          () ->
              fids.client()
                  .call(
                      MessageType.TREADDIR,
                      Frame.of(MessageType.TREADDIR).u32(DIRECTORY).u64(cookie).u32(count)),
          Errno.EINVAL);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 3, 5, 24, 0x7FFF_FFFFL, 0x8000_0000L, 0xFFFF_FFE8L, 0xFFFF_FFFFL})
  void aWriteWhoseCountDiffersFromItsDataIsEinval(long count) {
    ByteBuffer data = ByteBuffer.wrap(new byte[] {1, 2, 3, 4});
    fails(
        () ->
            fids.client()
                .call(
                    MessageType.TWRITE,
                    Frame.of(MessageType.TWRITE).u32(FILE).u64(0).u32(count).data(data)),
        Errno.EINVAL);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, -2, -4, Long.MIN_VALUE, Long.MIN_VALUE + 1})
  void negativeNumbersAreEinval(long number) {
    fails(() -> fids.write(FILE, number, "x"), Errno.EINVAL);
    fails(() -> fids.truncate(FILE, number), Errno.EINVAL);
    fails(() -> lock(number, 1), Errno.EINVAL);
    fails(() -> lock(1, number), Errno.EINVAL);
    fails(() -> getlock(number, 1), Errno.EINVAL);
    fails(() -> getlock(1, number), Errno.EINVAL);
    fails(() -> xattr(number, 0), Errno.E2BIG);
  }

  /** A write may be shortened to what still fits, as by write(2). */
  @ParameterizedTest
  @ValueSource(longs = {Long.MAX_VALUE, Long.MAX_VALUE - 1, Long.MAX_VALUE - 3})
  void aWritePastTheLargestSizeIsShortOrAnError(long offset) throws Exception {
    try {
      assertThat(fids.write(FILE, offset, "more")).isBetween(1, 3);
      assertThat(fids.stat(FILE).size()).isEqualTo(Long.MAX_VALUE);
      fids.truncate(FILE, 4);
    } catch (FsException e) {
      assertThat(e.errno()).isIn(Errno.EFBIG, Errno.EINVAL);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {(1L << 31) - 2, (1L << 32) - 2})
  void writesAcrossPowersOfTwoCanBeRead(long offset) throws Exception {
    assertThat(fids.write(FILE, offset, "edge")).isEqualTo(4);
    assertThat(fids.read(FILE, offset - 2, 10)).isEqualTo("\0\0edge");
    assertThat(fids.stat(FILE).size()).isEqualTo(offset + 4);
    fids.truncate(FILE, offset + 1);
    assertThat(fids.read(FILE, offset, 10)).isEqualTo("e");
    fids.truncate(FILE, 4);
  }

  @ParameterizedTest
  @ValueSource(longs = {1L << 32, 1L << 62, Long.MAX_VALUE - 3, Long.MAX_VALUE - 1})
  void locksReachTheLastByte(long start) throws Exception {
    assertThat(lock(start, 0).u8()).isZero();
    assertThat(lock(start, 1).u8()).isZero();
    assertThat(lock(0, Long.MAX_VALUE).u8()).isZero();
    assertThat(getlock(start, 0).u8()).as("one's own lock does not conflict").isEqualTo(2);
    if (start > 1L << 62) { // longer ranges would end past 2^63-1
      fails(() -> lock(start, 5), Errno.EINVAL);
      fails(() -> lock(start, Long.MAX_VALUE), Errno.EINVAL);
      fails(() -> getlock(start, Long.MAX_VALUE), Errno.EINVAL);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {65_537, 0x7FFF_FFFFL, 1L << 31, 1L << 32, 1L << 40, Long.MAX_VALUE})
  void extendedAttributesOfThatSizeAreE2big(long size) {
    fails(() -> xattr(size, 0), Errno.E2BIG);
  }

  @ParameterizedTest
  @ValueSource(longs = {3, 4, 255, 0x8000_0000L, 0xFFFF_FFFFL})
  void unknownFlagsAreEinval(long flags) {
    fails(() -> xattr(1, flags), Errno.EINVAL);
    fails(
        () ->
            fids.client()
                .call(
                    MessageType.TUNLINKAT,
                    Frame.of(MessageType.TUNLINKAT).u32(ROOT).name("f").u32(flags)),
        Errno.EINVAL);
    if (flags < 256) {
      fails(
          () -> fids.client().call(MessageType.TLOCK, Fids.lock(FILE, (int) flags, 0, 0, 0, 1)),
          Errno.EINVAL);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 2, 3, 1L << 31, 1L << 32, Long.MAX_VALUE})
  void anExtendedAttributeIsWrittenAndReadWithinItsSize(long offset) throws Exception {
    fids.walk(ROOT, 9, "f");
    fids.client()
        .call(
            MessageType.TXATTRCREATE,
            Frame.of(MessageType.TXATTRCREATE).u32(9).name("user.a").u64(3).u32(0));
    assertThat(fids.write(9, 0, "abc")).isEqualTo(3);
    fails(
        () -> fids.write(9, offset, "more"), Errno.EINVAL, Errno.ENOSPC, Errno.ERANGE, Errno.EFBIG);
    fids.clunk(9);
    fids.client()
        .call(MessageType.TXATTRWALK, Frame.of(MessageType.TXATTRWALK).u32(ROOT).u32(10).name(""));
    fids.clunk(10);
    fids.walk(ROOT, 9, "f");
    fids.client()
        .call(
            MessageType.TXATTRWALK, Frame.of(MessageType.TXATTRWALK).u32(9).u32(10).name("user.a"));
    Reply reply = fids.client().call(MessageType.TREAD, Fids.read(10, offset, 0xFFFF_FFFFL));
    assertThat(reply.u32()).isEqualTo((int) Math.max(0, 3 - offset));
    fails(() -> fids.read(10, -1, 1), Errno.EINVAL);
  }

  private Reply lock(long start, long length) throws FsException {
    return fids.client().call(MessageType.TLOCK, Fids.lock(FILE, 1, 0, start, length, 1));
  }

  private Reply getlock(long start, long length) throws FsException {
    return fids.client()
        .call(
            MessageType.TGETLOCK,
            Frame.of(MessageType.TGETLOCK)
                .u32(FILE)
                .u8(1)
                .u64(start)
                .u64(length)
                .u32(1)
                .text("test"));
  }

  private void xattr(long size, long flags) throws FsException {
    int fid = fids.client().newFid();
    fids.walk(ROOT, fid, "f");
    fids.client()
        .call(
            MessageType.TXATTRCREATE,
            Frame.of(MessageType.TXATTRCREATE).u32(fid).name("user.b").u64(size).u32(flags));
  }
}
