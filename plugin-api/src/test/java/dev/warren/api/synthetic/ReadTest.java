package dev.warren.api.synthetic;

import static dev.warren.api.synthetic.Trees.FILE;
import static dev.warren.api.synthetic.Trees.assertErrno;
import static dev.warren.api.synthetic.Trees.open;
import static dev.warren.api.synthetic.Trees.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Files that are computed when they are opened, and constants. */
class ReadTest {
  private final AtomicInteger asked = new AtomicInteger();

  private final SyntheticFile counter = SyntheticFile.text(() -> asked.incrementAndGet() + "\n");

  @Test
  void textIsComputedOnceForEachOpen() throws Exception {
    FileSystem fs = Trees.of(counter);
    fs.stat(FILE);
    assertThat(asked).as("stat asks nothing").hasValue(0);
    try (OpenFile first = open(fs, OpenOptions.READ);
        OpenFile second = open(fs, OpenOptions.READ)) {
      assertThat(read(second, 0)).isEqualTo("2\n");
      assertThat(read(first, 0)).isEqualTo("1\n");
      assertThat(read(first, 1)).isEqualTo("\n");
      assertThat(read(first, 0)).isEqualTo("1\n");
    }
    assertThat(asked).hasValue(2);
  }

  @Test
  void readsEndWithTheContent() throws Exception {
    try (OpenFile file = open(Trees.of(SyntheticFile.text(() -> "häß")), OpenOptions.READ)) {
      assertThat(file.stat().size()).isEqualTo(5);
      ByteBuffer small = ByteBuffer.allocateDirect(2);
      assertThat(file.read(small, 3)).isEqualTo(2);
      assertThat(file.read(small, 0)).as("into a full buffer").isZero();
      assertThat(read(file, 5)).isEmpty();
      assertThat(read(file, Long.MAX_VALUE)).isEmpty();
      assertErrno(Errno.EINVAL, () -> read(file, -1));
    }
  }

  @Test
  void computedContentMustNotBeCached() throws Exception {
    FileAttributes computed = Trees.of(counter).stat(FILE);
    assertThat(computed.size()).isZero();
    assertThat(computed.version()).isZero();
    try (OpenFile file = open(Trees.of(counter), OpenOptions.READ)) {
      assertThat(file.stat().version()).isZero();
      assertThat(file.stat().size()).isEqualTo(2);
    }
  }

  @Test
  void constantsHaveASizeAndAVersion() throws Exception {
    FileAttributes one = Trees.of(SyntheticFile.constant("one")).stat(FILE);
    FileAttributes two = Trees.of(SyntheticFile.constant("two")).stat(FILE);
    assertThat(one.size()).isEqualTo(3);
    assertThat(one.version()).isPositive().isNotEqualTo(two.version());
    assertThat(Trees.of(SyntheticFile.constant("one")).stat(FILE).version())
        .isEqualTo(one.version());
    assertThat(Trees.of(SyntheticFile.constant("")).stat(FILE).version()).isPositive();
  }

  @Test
  void clientsGetTheErrorsOfThePlugin() {
    SyntheticFile refused =
        SyntheticFile.text(
            () -> {
              throw new FsException(Errno.EBUSY, "ask later");
            });
    assertThatThrownBy(() -> open(Trees.of(refused), OpenOptions.READ))
        .hasMessage("ask later")
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBUSY));
    SyntheticFile missing =
        SyntheticFile.text(
            () -> {
              throw new NoSuchFileException("/somewhere");
            });
    assertErrno(Errno.ENOENT, () -> open(Trees.of(missing), OpenOptions.READ));
  }

  @Test
  void unexpectedExceptionsAreEioWithTheirCause() {
    IllegalStateException accident = new IllegalStateException("secret detail");
    SyntheticFile broken =
        SyntheticFile.text(
            () -> {
              throw accident;
            });
    assertThatThrownBy(() -> open(Trees.of(broken), OpenOptions.READ))
        .hasCause(accident)
        .hasMessageNotContaining("secret")
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EIO));
  }

  @Test
  void itCannotBeOpenedForWriting() throws Exception {
    FileSystem fs = Trees.of(counter);
    assertErrno(Errno.EACCES, () -> open(fs, OpenOptions.WRITE));
    assertErrno(Errno.EACCES, () -> open(fs, OpenOptions.READ_WRITE));
    assertErrno(Errno.EACCES, () -> fs.setAttributes(FILE, AttributeChanges.NONE.withSize(0)));
    assertErrno(
        Errno.EPERM, () -> fs.setAttributes(FILE, AttributeChanges.NONE.withPermissions(0600)));
    try (OpenFile file = open(fs, OpenOptions.READ)) {
      assertErrno(Errno.EBADF, () -> Trees.write(file, "x", 0));
      assertErrno(Errno.EINVAL, () -> file.truncate(0));
      file.setAttributes(AttributeChanges.NONE);
      file.sync(false);
    }
  }

  @Test
  void afterCloseEveryOperationFails() throws Exception {
    OpenFile file = open(Trees.of(counter), OpenOptions.READ);
    file.close();
    file.close();
    file.abort(new FsException(Errno.EIO));
    assertErrno(Errno.EBADF, () -> read(file, 0));
    assertErrno(Errno.EBADF, file::stat);
    assertErrno(Errno.EBADF, () -> file.sync(true));
    assertErrno(Errno.EBADF, () -> file.setAttributes(AttributeChanges.NONE));
  }

  @Test
  void permissionsShowWhetherAFileCanBeReadOrWritten() {
    SyntheticFile command = SyntheticFile.command(line -> {});
    assertThat(counter.permissions()).isEqualTo(0444);
    assertThat(command.permissions()).isEqualTo(0200);
    assertThat(counter.writtenAs(command).permissions()).isEqualTo(0644);
    assertThat(counter.withPermissions(0400).permissions()).isEqualTo(0400);
    assertThat(counter.withPermissions(0600).writtenAs(command).nonBlocking().permissions())
        .isEqualTo(0600);
  }
}
