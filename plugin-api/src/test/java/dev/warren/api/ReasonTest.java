package dev.warren.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReasonTest {
  static Stream<Arguments> reasons() throws FsException {
    return Stream.of(
        Arguments.of(new NoSuchFileException("/a"), "/a: No such file or directory"),
        Arguments.of(new AccessDeniedException("/a"), "/a: Permission denied"),
        Arguments.of(new FileAlreadyExistsException("/a"), "/a: File exists"),
        Arguments.of(
            new FileSystemException("/a", null, "No space left on device"),
            "/a: No space left on device"),
        Arguments.of(new FileSystemException("/a"), "/a: Input/output error"),
        Arguments.of(new UncheckedIOException(new NoSuchFileException("/a")), "/a: No such file"),
        Arguments.of(
            new FileNotFoundException("/a (Too many open files)"),
            "/a (Too many open files) (raise 'ulimit -n', or LimitNOFILE= in a systemd unit)"),
        Arguments.of(new BindException("Address already in use"), "Address already in use"),
        Arguments.of(new UnknownHostException("nowhere"), "unknown host: nowhere"),
        Arguments.of(new ClosedChannelException(), "closed channel"),
        Arguments.of(new EOFException(), "eof"),
        Arguments.of(new MalformedInputException(1), "malformed input: Input length = 1"),
        Arguments.of(new IOException(" "), "Input/output error"),
        Arguments.of(new IOException(), "Input/output error"),
        Arguments.of(new FsException(Errno.EROFS), "Read-only file system"),
        Arguments.of(new FsException(Errno.EROFS, VfsPath.parse("/a")), "/a: Read-only file"),
        Arguments.of(new FsException(Errno.EIO, "no disk"), "no disk"),
        Arguments.of(new NullPointerException(), "null pointer"),
        Arguments.of(new Error(), "Input/output error"),
        Arguments.of(new IllegalStateException("a bug"), "illegal state: a bug"),
        Arguments.of(new StackOverflowError(), "stack overflow"),
        Arguments.of(new NoClassDefFoundError("p/Main"), "no class def found: p/Main"),
        Arguments.of(
            new ExecutionException(new NoSuchFileException("/a")), "/a: No such file or directory"),
        Arguments.of(new ExceptionInInitializerError(new IOException("no library")), "no library"));
  }

  @ParameterizedTest
  @MethodSource("reasons")
  void noReasonNamesAClass(Throwable failure, String expected) {
    assertThat(Reason.of(failure)).startsWith(expected).doesNotContain("Exception", "java.");
  }

  @Test
  void theHintIsGivenOnce() {
    IOException first = new IOException("Too many open files");
    assertThat(Reason.of(new IOException("cannot: " + Reason.of(first))))
        .containsOnlyOnce("ulimit");
  }

  @Test
  void mistakesHaveAStackAndRefusalsOfTheSystemHaveNone() {
    IllegalStateException bug = new IllegalStateException("a bug");
    assertThat(Reason.mistake(new IOException("cannot", new IOException(bug)))).isSameAs(bug);
    assertThat(Reason.mistake(new UncheckedIOException(new NoSuchFileException("/a")))).isNull();
    assertThat(Reason.mistake(bug)).isSameAs(bug);
    assertThat(Reason.mistake(null)).isNull();
  }
}
