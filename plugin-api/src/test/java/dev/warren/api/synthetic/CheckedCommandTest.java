package dev.warren.api.synthetic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckedCommandTest {
  private final List<String> checked = new ArrayList<>();
  private final List<String> done = new ArrayList<>();
  private final SyntheticFileSystem fs =
      new SyntheticFileSystem(
          SyntheticDirectory.fixed().with("ctl", SyntheticFile.command(this::check, done::add)));

  @Test
  void aLineWithoutAnEndIsCheckedAtTheClose() throws FsException {
    write("one\ntwo");
    assertThat(checked).containsExactly("one", "two");
    assertThat(done).containsExactly("one", "two");
  }

  @Test
  void aRefusedLineFailsWriteAndCloseInTryWithResources() {
    assertThatThrownBy(() -> write("bad\n"))
        .isInstanceOfSatisfying(
            FsException.class,
            e -> {
              assertThat(e.errno()).isEqualTo(Errno.EINVAL);
              assertThat(e.getSuppressed()).hasSize(1);
            });
    assertThat(done).isEmpty();
  }

  @Test
  void aRefusedLastLineFailsTheCloseAndNothingIsDone() {
    assertThatThrownBy(() -> write("one\nbad"))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
    assertThat(done).isEmpty();
  }

  private void check(String line) throws FsException {
    checked.add(line);
    if (line.equals("bad")) {
      throw new FsException(Errno.EINVAL, "a bad line");
    }
  }

  private void write(String text) throws FsException {
    try (OpenFile ctl = fs.open(VfsPath.parse("/ctl"), OpenOptions.WRITE, 0)) {
      ctl.write(ByteBuffer.wrap(text.getBytes(UTF_8)), 0);
    }
  }
}
