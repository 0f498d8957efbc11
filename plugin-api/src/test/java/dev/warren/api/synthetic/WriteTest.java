package dev.warren.api.synthetic;

import static dev.warren.api.synthetic.Trees.FILE;
import static dev.warren.api.synthetic.Trees.assertErrno;
import static dev.warren.api.synthetic.Trees.open;
import static dev.warren.api.synthetic.Trees.read;
import static dev.warren.api.synthetic.Trees.write;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.TimeChange;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Files that act when they are closed. */
class WriteTest {
  private final List<String> done = new ArrayList<>();
  private final SyntheticFile command = SyntheticFile.command(this::act);
  private final FileSystem fs = Trees.of(command);

  private void act(String line) throws FsException {
    if (line.startsWith("bad")) {
      throw new FsException(Errno.EINVAL, "no such command: " + line);
    }
    done.add(line);
  }

  @Test
  void linesAreActedOnAtClose() throws Exception {
    OpenFile file = open(fs, OpenOptions.REPLACE);
    assertThat(write(file, "first\nsec", 0)).isEqualTo(9);
    assertThat(write(file, "ond\n\n  \nlast", 9)).isEqualTo(12);
    assertThat(done).isEmpty();
    file.close();
    assertThat(done).containsExactly("first", "second", "last");
    file.close();
    file.abort(new FsException(Errno.EIO));
    assertThat(done).hasSize(3);
    assertErrno(Errno.EBADF, () -> write(file, "x", 0));
  }

  @Test
  void linesOfALostClientAreNotActedOn() throws Exception {
    OpenFile file = open(fs, OpenOptions.WRITE);
    write(file, "first\n", 0);
    file.abort(new FsException(Errno.ECONNRESET));
    file.close();
    assertThat(done).isEmpty();
  }

  @Test
  void aClientThatWritesNothingRequestsNothing() throws Exception {
    List<byte[]> received = new ArrayList<>();
    FileSystem receiver = Trees.of(SyntheticFile.receiver(received::add));
    try (OpenFile file = open(receiver, OpenOptions.REPLACE)) {
      write(file, "", 0);
    }
    assertThat(received).isEmpty();
    try (OpenFile file = open(receiver, OpenOptions.WRITE)) {
      write(file, "some", 0);
      file.truncate(0);
    }
    assertThat(received).containsExactly(new byte[0]);
  }

  @Test
  void errorsComeFromTheClose() throws Exception {
    OpenFile file = open(fs, OpenOptions.WRITE);
    write(file, "good\nbad idea\nnever\n", 0);
    assertThatThrownBy(file::close)
        .hasMessage("no such command: bad idea")
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
    file.close();
    assertThat(done).containsExactly("good");
  }

  @Test
  void aCheckRefusesALineAsItIsWritten() throws Exception {
    FileSystem checked =
        Trees.of(
            SyntheticFile.command(
                line -> {
                  if (line.startsWith("bad")) {
                    throw new FsException(Errno.EINVAL, "no such command: " + line);
                  }
                },
                done::add));
    OpenFile file = open(checked, OpenOptions.WRITE);
    write(file, "good\nba", 0);
    assertThatThrownBy(() -> write(file, "d\n", 7)).hasMessage("no such command: bad");
    assertThatThrownBy(() -> write(file, "good\n", 0)).hasMessage("no such command: bad");
    assertThatThrownBy(file::close).hasMessage("no such command: bad");
    assertThat(done).isEmpty();
    try (OpenFile other = open(checked, OpenOptions.WRITE)) {
      write(other, "fine\nunfinished", 0);
    }
    assertThat(done).containsExactly("fine", "unfinished");
  }

  @Test
  void eachLineIsCheckedOnce() throws Exception {
    List<String> checked = new ArrayList<>();
    FileSystem tree = Trees.of(SyntheticFile.command(checked::add, done::add));
    try (OpenFile file = open(tree, OpenOptions.WRITE)) {
      write(file, "a\nb", 0);
      assertThat(checked).containsExactly("a");
      write(file, "c\nd\ne", 3);
      assertThat(checked).containsExactly("a", "bc", "d");
    }
    assertThat(done).containsExactly("a", "bc", "d", "e");
  }

  @Test
  void aLineThatChangesIsCheckedAgain() throws Exception {
    List<String> checked = new ArrayList<>();
    FileSystem tree = Trees.of(SyntheticFile.command(checked::add, done::add));
    try (OpenFile file = open(tree, OpenOptions.WRITE)) {
      write(file, "one\ntwo\n", 0);
      write(file, "a", 5);
      assertThat(checked).containsExactly("one", "two", "tao");
      file.truncate(6);
    }
    assertThat(checked).containsExactly("one", "two", "tao", "ta");
    assertThat(done).containsExactly("one", "ta");
  }

  @Test
  void contentOverTheLimitIsRefusedAndNothingIsDone() throws Exception {
    FileSystem small = Trees.of(command.withMaxWrite(8));
    OpenFile file = open(small, OpenOptions.WRITE);
    assertThat(write(file, "1234567\n", 0)).isEqualTo(8);
    assertErrno(Errno.EFBIG, () -> write(file, "9", 8));
    assertErrno(Errno.EFBIG, file::close);
    assertErrno(Errno.EFBIG, () -> write(open(small, OpenOptions.WRITE), "123456789", 0));
    assertThat(done).isEmpty();
    OpenFile usual = open(fs, OpenOptions.WRITE);
    byte[] most = new byte[SyntheticFile.DEFAULT_MAX_WRITE];
    assertThat(usual.write(ByteBuffer.wrap(most), 0)).isEqualTo(most.length);
    assertErrno(Errno.EFBIG, () -> write(usual, "x", most.length));
  }

  @Test
  void aGapIsRefused() throws Exception {
    OpenFile file = open(fs, OpenOptions.WRITE);
    write(file, "ab", 0);
    assertErrno(Errno.EINVAL, () -> write(file, "d", 3));
    OpenFile other = open(fs, OpenOptions.WRITE);
    assertErrno(Errno.EINVAL, () -> write(other, "d", Long.MAX_VALUE));
    OpenFile third = open(fs, OpenOptions.WRITE);
    assertErrno(Errno.EINVAL, () -> write(third, "d", -1));
    assertErrno(Errno.EINVAL, () -> third.truncate(1));
  }

  @Test
  void writesGoToTheirOffsets() throws Exception {
    try (OpenFile file = open(fs, OpenOptions.WRITE)) {
      write(file, "hello world\n", 0);
      write(file, "j", 0);
      file.truncate(5);
      write(file, "\n", 5);
      assertThat(file.stat().size()).as("nobody can read it back").isZero();
    }
    try (OpenFile file = open(fs, OpenOptions.WRITE.withAppend())) {
      write(file, "one\n", 0);
      write(file, "two\n", 0);
    }
    assertThat(done).containsExactly("jello", "one", "two");
  }

  @Test
  void linesAreUtf8() throws Exception {
    OpenFile file = open(fs, OpenOptions.WRITE);
    file.write(ByteBuffer.wrap(new byte[] {'a', (byte) 0xff, '\n'}), 0);
    assertErrno(Errno.EILSEQ, file::close);
    try (OpenFile other = open(fs, OpenOptions.WRITE)) {
      byte[] text = "grüße\r\n".getBytes(UTF_8);
      other.write(ByteBuffer.wrap(text, 0, 3), 0);
      other.write(ByteBuffer.wrap(text, 3, text.length - 3), 3);
    }
    assertThat(done).containsExactly("grüße");
  }

  @Test
  void eachOpenIsIndependent() throws Exception {
    OpenFile first = open(fs, OpenOptions.WRITE);
    OpenFile second = open(fs, OpenOptions.WRITE);
    write(first, "one\n", 0);
    write(second, "two\n", 0);
    second.close();
    first.close();
    assertThat(done).containsExactly("two", "one");
  }

  @Test
  void whatAShellDoesBeforeItWritesIsAccepted() throws Exception {
    AttributeChanges truncation = AttributeChanges.NONE.withSize(0).withTimes(null, TimeChange.NOW);
    fs.setAttributes(FILE, truncation);
    try (OpenFile file = open(fs, OpenOptions.REPLACE)) {
      file.setAttributes(truncation);
      file.sync(false);
      write(file, "go\n", 0);
      assertErrno(Errno.EINVAL, () -> file.truncate(-1));
      assertErrno(
          Errno.EPERM, () -> file.setAttributes(AttributeChanges.NONE.withPermissions(0600)));
    }
    assertErrno(
        Errno.EPERM, () -> fs.setAttributes(FILE, AttributeChanges.NONE.withOwner(1, null)));
    assertThat(done).containsExactly("go");
  }

  @Test
  void aFileMayBeReadAndWritten() throws Exception {
    FileSystem both = Trees.of(SyntheticFile.text(() -> String.join(",", done)).writtenAs(command));
    try (OpenFile file = open(both, OpenOptions.READ_WRITE)) {
      write(file, "x\n", 0);
      assertThat(read(file, 0)).as("what it was at the open").isEmpty();
    }
    assertThat(read(both, FILE)).isEqualTo("x");
    try (OpenFile file = open(both, OpenOptions.WRITE)) {
      assertErrno(Errno.EBADF, () -> read(file, 0));
    }
  }

  @Test
  void aCommandFileCannotBeRead() {
    assertErrno(Errno.EACCES, () -> open(fs, OpenOptions.READ));
    assertErrno(Errno.EACCES, () -> open(fs, OpenOptions.READ_WRITE));
    assertThatThrownBy(() -> SyntheticFile.constant("x").withMaxWrite(1))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> command.withMaxWrite(0)).isInstanceOf(IllegalArgumentException.class);
  }
}
