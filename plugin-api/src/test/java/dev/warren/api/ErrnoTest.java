package dev.warren.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ErrnoTest {
  /**
   * Numbers that the kernel's asm-generic headers leave out: those of EWOULDBLOCK and EDEADLOCK.
   */
  private static final Map<Integer, String> UNUSED = Map.of(41, "EWOULDBLOCK", 58, "EDEADLOCK");

  @Test
  void thereIsOneConstantForEachNumber() {
    IntStream.rangeClosed(1, 133)
        .forEach(
            number ->
                assertThat(Errno.of(number).isEmpty())
                    .as("errno %d", number)
                    .isEqualTo(UNUSED.containsKey(number)));
    assertThat(Errno.of(0)).isEmpty();
    assertThat(Errno.of(134)).isEmpty();
    assertThat(Errno.of(-2)).isEmpty();
    assertThat(Errno.values()).hasSize(131);
  }

  @Test
  void numbersAndMessagesAreThoseOfLinux() {
    assertThat(Errno.ENOENT.number()).isEqualTo(2);
    assertThat(Errno.ENOTEMPTY.number()).isEqualTo(39);
    assertThat(Errno.ELOOP.number()).isEqualTo(40);
    assertThat(Errno.ENODATA.number()).isEqualTo(61);
    assertThat(Errno.EILSEQ.number()).isEqualTo(84);
    assertThat(Errno.EOPNOTSUPP.number()).isEqualTo(95);
    assertThat(Errno.ESTALE.number()).isEqualTo(116);
    assertThat(Errno.EHWPOISON.number()).isEqualTo(133);
    assertThat(Errno.ENOENT.message()).isEqualTo("No such file or directory");
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new FsException(Errno.EXDEV), Errno.EXDEV),
        Arguments.of(new NoSuchFileException("f"), Errno.ENOENT),
        Arguments.of(new FileAlreadyExistsException("f"), Errno.EEXIST),
        Arguments.of(new DirectoryNotEmptyException("f"), Errno.ENOTEMPTY),
        Arguments.of(new NotDirectoryException("f"), Errno.ENOTDIR),
        Arguments.of(new NotLinkException("f"), Errno.EINVAL),
        Arguments.of(new AccessDeniedException("f"), Errno.EACCES),
        Arguments.of(new FileSystemLoopException("f"), Errno.ELOOP),
        Arguments.of(new ReadOnlyFileSystemException(), Errno.EROFS),
        Arguments.of(new UnsupportedOperationException(), Errno.EOPNOTSUPP),
        Arguments.of(new OutOfMemoryError(), Errno.ENOMEM),
        Arguments.of(new FileSystemException("f"), Errno.EIO),
        Arguments.of(new FileNotFoundException("f"), Errno.EIO),
        Arguments.of(new IllegalStateException(), Errno.EIO));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void exceptionsHaveANumber(Throwable failure, Errno errno) {
    assertThat(Errno.of(failure)).isEqualTo(errno);
  }

  @Test
  void unexpectedExceptionsAreToBeLogged() {
    assertThat(Errno.isExpected(new FsException(Errno.EIO))).isTrue();
    assertThat(Errno.isExpected(new NoSuchFileException("f"))).isTrue();
    assertThat(Errno.isExpected(new IOException("disk on fire"))).isFalse();
    assertThat(Errno.isExpected(new IllegalStateException())).isFalse();
    assertThat(
            Errno.isExpected(new FsException(Errno.ENOENT, "gone", new NoSuchFileException("f"))))
        .isTrue();
    assertThat(Errno.isExpected(new FsException(Errno.EIO, "broken", new IllegalStateException())))
        .isFalse();
  }

  @Test
  void anErrorForAClientHasNoStackTrace() throws FsException {
    FsException e = new FsException(Errno.ENOENT, VfsPath.parse("/a/b"));
    assertThat(e).hasMessage("/a/b: No such file or directory");
    assertThat(e.getStackTrace()).isEmpty();
    assertThat(new FsException(Errno.EPERM)).hasMessage("Operation not permitted");
    assertThat(WouldBlockException.INSTANCE.errno()).isEqualTo(Errno.EAGAIN);
  }
}
