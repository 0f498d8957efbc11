package dev.warren.server.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LogMemoryTest {
  private final LogMemory memory = new LogMemory(40);

  private void add(String line) {
    memory.add((line + "\n").getBytes(UTF_8), Instant.ofEpochSecond(line.length()));
  }

  private String from(long position) {
    ByteBuffer buffer = ByteBuffer.allocate(100);
    memory.read(position, buffer);
    return UTF_8.decode(buffer.flip()).toString();
  }

  @Test
  void growsByLines() {
    assertThat(memory.end()).isZero();
    add("one");
    add("three");
    assertThat(memory.start()).isZero();
    assertThat(memory.end()).isEqualTo(10);
    assertThat(memory.modified()).isEqualTo(Instant.ofEpochSecond(5));
    assertThat(from(0)).isEqualTo("one\nthree\n");
    assertThat(from(4)).isEqualTo("three\n");
    assertThat(from(10)).isEmpty();
    assertThat(from(11)).isEmpty();
  }

  @Test
  void forgetsWholeLinesMuchAtOnce() {
    for (int i = 10; i < 18; i++) {
      add("nr" + i); // five bytes
    }
    assertThat(memory.start()).isZero();
    add("nr18");
    assertThat(memory.start()).isEqualTo(25);
    assertThat(memory.end()).isEqualTo(45);
    assertThat(from(0)).isEqualTo("nr15\nnr16\nnr17\nnr18\n");
    assertThat(from(30)).isEqualTo("nr16\nnr17\nnr18\n");
  }

  @Test
  void aLineThatIsTooLongLosesItsBeginning() {
    add("before");
    add("x".repeat(100) + "end");
    add("after");
    assertThat(from(0)).isEqualTo("before\n" + "x".repeat(16) + "end\nafter\n");
    assertThat(memory.end()).isEqualTo(7 + 20 + 6);
  }

  @Test
  void readsAsMuchAsFits() {
    add("0123456789");
    ByteBuffer buffer = ByteBuffer.allocate(3);
    assertThat(memory.read(2, buffer)).isEqualTo(3);
    assertThat(UTF_8.decode(buffer.flip()).toString()).isEqualTo("234");
  }
}
