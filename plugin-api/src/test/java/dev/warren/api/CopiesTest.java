package dev.warren.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The default copy between open files. */
class CopiesTest {
  /** A file in an array that implements only mandatory methods. */
  private static final class ArrayFile implements OpenFile {
    private byte[] content;
    private final int limit;
    private final int writeSize;

    ArrayFile(byte[] content, int limit, int writeSize) {
      this.content = content;
      this.limit = limit;
      this.writeSize = writeSize;
    }

    @Override
    public int read(ByteBuffer target, long offset) {
      int start = (int) Math.min(offset, content.length);
      int count = Math.min(target.remaining(), content.length - start);
      target.put(content, start, count);
      return count;
    }

    @Override
    public int write(ByteBuffer source, long offset) throws FsException {
      int count = Math.min(Math.min(source.remaining(), writeSize), limit - (int) offset);
      if (count <= 0) {
        throw new FsException(Errno.ENOSPC);
      }
      content = Arrays.copyOf(content, Math.max(content.length, (int) offset + count));
      source.get(content, (int) offset, count);
      return count;
    }

    @Override
    public FileAttributes stat() {
      return FileAttributes.builder(FileType.REGULAR).size(content.length).build();
    }

    @Override
    public void close() {}
  }

  /** One of several handles of a file that has a file id. */
  private record NumberedHandle(ArrayFile file, long number, long born) implements OpenFile {
    @Override
    public int read(ByteBuffer target, long offset) {
      return file.read(target, offset);
    }

    @Override
    public int write(ByteBuffer source, long offset) throws FsException {
      return file.write(source, offset);
    }

    @Override
    public FileAttributes stat() {
      return file.stat().toBuilder().fileId(number).birthTime(born, 0).build();
    }

    @Override
    public void close() {}
  }

  private static byte[] pattern(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 31 + i / 256);
    }
    return bytes;
  }

  @Test
  void everythingIsCopiedInManyPieces() throws Exception {
    byte[] bytes = pattern(300_001);
    OpenFile source = new ArrayFile(bytes, 0, 0);
    ArrayFile target = new ArrayFile("__".getBytes(UTF_8), 1 << 20, 1000);
    assertThat(source.copyTo(1, 299_999, target, 2)).isEqualTo(299_999);
    assertThat(target.content).startsWith('_', '_').hasSize(300_001);
    assertThat(Arrays.copyOfRange(target.content, 2, 300_001))
        .isEqualTo(Arrays.copyOfRange(bytes, 1, 300_000));
  }

  @Test
  void itEndsWithTheSource() throws Exception {
    OpenFile source = new ArrayFile(pattern(10), 0, 0);
    ArrayFile target = new ArrayFile(new byte[0], 100, 100);
    assertThat(source.copyTo(4, Long.MAX_VALUE, target, 0)).isEqualTo(6);
    assertThat(source.copyTo(10, 1, target, 6)).isZero();
    assertThat(source.copyTo(0, 0, target, 6)).isZero();
    assertThat(target.content).isEqualTo(Arrays.copyOfRange(pattern(10), 4, 10));
  }

  @Test
  void aFullTargetIsAnError() {
    OpenFile source = new ArrayFile(pattern(10), 0, 0);
    ArrayFile target = new ArrayFile(new byte[0], 4, 100);
    assertErrno(Errno.ENOSPC, () -> source.copyTo(0, 10, target, 0));
    assertThat(target.content).isEqualTo(Arrays.copyOf(pattern(10), 4));
  }

  @Test
  void rangesOfOneFileMustNotOverlap() throws Exception {
    ArrayFile file = new ArrayFile(pattern(10), 100, 100);
    assertErrno(Errno.EINVAL, () -> file.copyTo(0, 5, file, 4));
    assertErrno(Errno.EINVAL, () -> file.copyTo(5, Long.MAX_VALUE, file, 1));
    assertErrno(Errno.EINVAL, () -> file.copyTo(0, Long.MAX_VALUE, file, 9));
    assertThat(file.content).isEqualTo(pattern(10));
    assertThat(file.copyTo(5, 5, file, 0)).isEqualTo(5);
    // the existing content does not overlap the target range
    assertThat(file.copyTo(0, 50, file, 10)).isEqualTo(10);
    // the hole before 60 does not exist yet either
    assertThat(file.copyTo(15, 10, file, 60)).isEqualTo(5);
  }

  @Test
  void twoHandlesOfOneFileAreRecognisedByItsId() throws Exception {
    ArrayFile file = new ArrayFile(pattern(10), 100, 100);
    OpenFile handle = new NumberedHandle(file, 7, 1000);
    assertErrno(Errno.EINVAL, () -> handle.copyTo(0, 5, new NumberedHandle(file, 7, 1000), 4));
    ArrayFile other = new ArrayFile(new byte[10], 100, 100);
    assertThat(handle.copyTo(0, 5, new NumberedHandle(other, 8, 1000), 4)).isEqualTo(5);
    assertThat(handle.copyTo(0, 5, new NumberedHandle(other, 7, 2000), 4)).isEqualTo(5);
    OpenFile without = new NumberedHandle(file, 0, 1000);
    assertThat(without.copyTo(0, 5, new NumberedHandle(other, 0, 1000), 4)).isEqualTo(5);
    assertThat(handle.copyTo(0, 5, other, 4)).isEqualTo(5);
  }

  @Test
  void aClosedFileCanBeNeitherSyncedNorChanged() {
    OpenFile closed =
        new OpenFile() {
          @Override
          public int read(ByteBuffer target, long offset) throws FsException {
            throw new FsException(Errno.EBADF);
          }

          @Override
          public int write(ByteBuffer source, long offset) throws FsException {
            throw new FsException(Errno.EBADF);
          }

          @Override
          public FileAttributes stat() throws FsException {
            throw new FsException(Errno.EBADF);
          }

          @Override
          public void close() {}
        };
    assertErrno(Errno.EBADF, () -> closed.sync(true));
    assertErrno(Errno.EBADF, () -> closed.truncate(0));
    assertErrno(Errno.EBADF, () -> closed.copyTo(0, 1, closed, 0));
  }

  @Test
  void negativeNumbersAreRefused() {
    OpenFile file = new ArrayFile(pattern(10), 100, 100);
    assertErrno(Errno.EINVAL, () -> file.copyTo(-1, 1, file, 0));
    assertErrno(Errno.EINVAL, () -> file.copyTo(0, -1, file, 0));
    assertErrno(Errno.EINVAL, () -> file.copyTo(0, 1, file, -1));
  }

  @Test
  void optionalOperationsHaveDefaults() throws Exception {
    OpenFile file = new ArrayFile(pattern(10), 100, 100);
    file.setAttributes(AttributeChanges.NONE);
    file.sync(false);
    assertErrno(Errno.EOPNOTSUPP, () -> file.truncate(0));
    assertThat(file.nonBlocking()).isNull();
  }

  @Test
  void abortClosesByDefault() {
    FsException failed = new FsException(Errno.EDQUOT);
    OpenFile file =
        new OpenFile() {
          @Override
          public int read(ByteBuffer target, long offset) {
            return 0;
          }

          @Override
          public int write(ByteBuffer source, long offset) {
            return 0;
          }

          @Override
          public FileAttributes stat() {
            return FileAttributes.builder(FileType.REGULAR).build();
          }

          @Override
          public void close() throws FsException {
            throw failed;
          }
        };
    FsException cause = new FsException(Errno.ECONNRESET);
    file.abort(cause);
    assertThat(cause.getSuppressed()).containsExactly(failed);
  }

  private static void assertErrno(
      Errno errno, org.assertj.core.api.ThrowableAssert.ThrowingCallable operation) {
    assertThatThrownBy(operation)
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }
}
