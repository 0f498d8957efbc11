package dev.warren.api.synthetic;

import static dev.warren.api.synthetic.Trees.assertErrno;
import static dev.warren.api.synthetic.Trees.open;
import static dev.warren.api.synthetic.Trees.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Files whose lines are executed as they are written. */
class CommandsAtWriteTest {
  private final List<String> done = new ArrayList<>();
  private final FileSystem fs = Trees.of(SyntheticFile.commandsAtWrite(this::carryOut));

  private void carryOut(String line) throws FsException {
    if (line.startsWith("bad")) {
      throw new FsException(Errno.EINVAL, "no such order: " + line);
    }
    done.add(line);
  }

  @Test
  void aLineIsExecutedBeforeItsWriteReturns() throws Exception {
    try (OpenFile file = open(fs, OpenOptions.REPLACE)) {
      write(file, "one\ntw", 0);
      assertThat(done).containsExactly("one");
      write(file, "o\n\n  \nthree", 6);
      assertThat(done).containsExactly("one", "two");
    }
    assertThat(done).as("a last line without an end").containsExactly("one", "two", "three");
  }

  @Test
  void aLineThatIsWrittenAgainIsNotExecutedAgain() throws Exception {
    try (OpenFile file = open(fs, OpenOptions.WRITE)) {
      write(file, "one\n", 0);
      assertThat(write(file, "one\n", 0)).isEqualTo(4);
      assertThat(done).containsExactly("one");
      // As a client does that writes whole pages of its cache.
      write(file, "one\ntwo\nth", 0);
      assertThat(done).containsExactly("one", "two");
      write(file, "two\nthree\n", 4);
      write(file, "o", 5 + 1);
      assertThat(done).containsExactly("one", "two", "three");
    }
    assertThat(done).containsExactly("one", "two", "three");
  }

  @Test
  void anExecutedLineCannotBeChanged() throws Exception {
    OpenFile file = open(fs, OpenOptions.WRITE);
    write(file, "one\n", 0);
    assertErrno(Errno.EINVAL, () -> file.truncate(2));
    assertErrno(Errno.EINVAL, () -> write(file, "two\n", 0));
    assertErrno(Errno.EINVAL, file::close);
    assertThat(done).containsExactly("one");
  }

  @Test
  void afterATruncationToSizeZeroLinesAreNew() throws Exception {
    try (OpenFile file = open(fs, OpenOptions.WRITE)) {
      write(file, "one\ntw", 0);
      file.truncate(0);
      write(file, "one\n", 0);
    }
    assertThat(done).containsExactly("one", "one");
  }

  @Test
  void appendedLinesAreNew() throws Exception {
    try (OpenFile file = open(fs, OpenOptions.WRITE.withAppend())) {
      write(file, "one\n", 0);
      write(file, "one\n", 0);
    }
    assertThat(done).containsExactly("one", "one");
  }

  @Test
  void aRefusedLineFailsItsWriteAndAllLaterOnes() throws Exception {
    OpenFile file = open(fs, OpenOptions.WRITE);
    assertThatThrownBy(() -> write(file, "one\nbad\ntwo\n", 0)).hasMessage("no such order: bad");
    assertThatThrownBy(() -> write(file, "two\n", 12)).hasMessage("no such order: bad");
    assertThatThrownBy(file::close).hasMessage("no such order: bad");
    assertThat(done).containsExactly("one");
  }

  @Test
  void anIncompleteLineOfALostClientIsNotExecuted() throws Exception {
    OpenFile file = open(fs, OpenOptions.WRITE);
    write(file, "one\ntw", 0);
    file.abort(new FsException(Errno.ECONNRESET));
    assertThat(done).containsExactly("one");
  }

  @Test
  void anExecutionMayBlock() throws Exception {
    try (OpenFile file = open(fs, OpenOptions.WRITE)) {
      assertThat(file.nonBlocking()).isNull();
    }
    FileSystem nonBlocking = Trees.of(SyntheticFile.commandsAtWrite(this::carryOut).nonBlocking());
    try (OpenFile file = open(nonBlocking, OpenOptions.WRITE)) {
      write(Objects.requireNonNull(file.nonBlocking()), "one\n", 0);
    }
    assertThat(done).containsExactly("one");
  }
}
