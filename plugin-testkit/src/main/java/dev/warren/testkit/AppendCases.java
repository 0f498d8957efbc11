package dev.warren.testkit;

import static dev.warren.api.Errno.EINVAL;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Writing with append. */
interface AppendCases extends ContractCases {

  @Test
  default void anAppendIgnoresItsOffset() throws Exception {
    file("f", "start");
    try (OpenFile file = fs().open(at("f"), OpenOptions.WRITE.withAppend(), 0)) {
      assertThat(file.write(bytes("-one"), 0)).isEqualTo(4);
      assertThat(file.write(bytes("-two"), 1_000)).isEqualTo(4);
    }
    assertThat(text("f")).isEqualTo("start-one-two");
  }

  @Test
  default void appendsThroughSeveralHandlesFollowEachOther() throws Exception {
    try (OpenFile a = fs().open(at("f"), OpenOptions.WRITE.withCreate().withAppend(), 0644);
        OpenFile b = fs().open(at("f"), OpenOptions.WRITE.withAppend(), 0);
        OpenFile c = fs().open(at("f"), OpenOptions.READ_WRITE.withAppend(), 0)) {
      a.write(bytes("a1 "), 0);
      b.write(bytes("b1 "), 0);
      a.write(bytes("a2 "), 0);
      c.write(bytes("c1 "), 0);
      b.write(bytes("b2"), 0);
      assertThat(new String(TestFiles.read(c), UTF_8)).isEqualTo("a1 b1 a2 c1 b2");
    }
  }

  @Test
  default void anAppendComesAfterWhatAnotherHandleWroteOrCutOff() throws Exception {
    file("f", "0123456789");
    try (OpenFile appender = fs().open(at("f"), OpenOptions.WRITE.withAppend(), 0);
        OpenFile writer = fs().open(at("f"), OpenOptions.WRITE, 0)) {
      writer.write(bytes("ABC"), 10);
      appender.write(bytes("+"), 0);
      writer.truncate(3);
      appender.write(bytes("+"), 0);
    }
    assertThat(text("f")).isEqualTo("012+");
  }

  @Test
  default void anAppendingHandleReadsWhereItIsTold() throws Exception {
    file("f", "0123456789");
    try (OpenFile file = fs().open(at("f"), OpenOptions.READ_WRITE.withAppend(), 0)) {
      file.write(bytes("X"), 0);
      assertThat(new String(TestFiles.read(file, 2, 3), UTF_8)).isEqualTo("234");
    }
  }

  @Test
  default void appendingAfterTruncatingAtOpenStartsAtZero() throws Exception {
    file("f", "0123456789");
    OpenOptions options = OpenOptions.REPLACE.withAppend();
    try (OpenFile file = fs().open(at("f"), options, 0644)) {
      file.write(bytes("new"), 5);
    }
    assertThat(text("f")).isEqualTo("new");
  }

  @Test
  default void anAppendAtANegativeOffsetDoesNotGetLost() throws Exception {
    file("f", "start");
    try (OpenFile file = fs().open(at("f"), OpenOptions.WRITE.withAppend(), 0)) {
      // the contract ignores the offset, but pwrite(2) refuses a negative one first
      try {
        file.write(bytes("!"), -1);
      } catch (FsException e) {
        assertThat(e.errno()).isEqualTo(visible(EINVAL));
        assertThat(text("f")).isEqualTo("start");
        return;
      }
    }
    assertThat(text("f")).isEqualTo("start!");
  }

  @Test
  default void appendsByManyThreadsNeitherOverlapNorTear() throws Exception {
    int threads = 8;
    int lines = 60;
    OpenOptions options = OpenOptions.WRITE.withCreate().withAppend();
    List<OpenFile> files = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      files.add(fs().open(at("f"), options, 0644));
    }
    Race.rounds(threads, lines, (index, round) -> appendLine(files.get(index), index, round));
    for (OpenFile file : files) {
      file.close();
    }
    checkLines(threads, lines);
  }

  @Test
  default void appendsByManyThreadsThroughOneHandleNeitherOverlapNorTear() throws Exception {
    int threads = 8;
    int lines = 60;
    OpenOptions options = OpenOptions.WRITE.withCreate().withAppend();
    try (OpenFile file = fs().open(at("f"), options, 0644)) {
      Race.rounds(threads, lines, (index, round) -> appendLine(file, index, round));
    }
    checkLines(threads, lines);
  }

  private void appendLine(OpenFile file, int index, int round) throws FsException {
    String text = index + ":" + round + ":" + "x".repeat(1 + (round * 7 + index) % 90) + "\n";
    assertThat(file.write(bytes(text), 0)).isEqualTo(text.length());
  }

  private void checkLines(int threads, int lines) throws Exception {
    int[] next = new int[threads];
    for (String line : text("f").split("\n", 0)) {
      String[] parts = line.split(":", 3);
      assertThat(parts).as(line).hasSize(3);
      int index = Integer.parseInt(parts[0]);
      int number = Integer.parseInt(parts[1]);
      assertThat(number).as("thread %s", index).isEqualTo(next[index]++);
      assertThat(parts[2]).isEqualTo("x".repeat(1 + (number * 7 + index) % 90));
    }
    assertThat(next).containsOnly(lines);
  }
}
