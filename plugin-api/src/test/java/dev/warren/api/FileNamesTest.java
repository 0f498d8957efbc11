package dev.warren.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FileNamesTest {
  @Test
  void everyByteStringSurvives() throws FsException {
    Random random = new Random(4711);
    for (int i = 0; i < 20_000; i++) {
      byte[] name = new byte[random.nextInt(12)];
      random.nextBytes(name);
      assertThat(FileNames.encode(FileNames.decode(name))).isEqualTo(name);
    }
  }

  @Test
  void validTextStaysText() throws FsException {
    String text = "grüße-日本-🐇\n";
    assertThat(FileNames.decode(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(text);
    assertThat(FileNames.encode(text)).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void invalidBytesAreEscapedOneByOne() {
    assertThat(FileNames.decode(new byte[] {'a', (byte) 0xff, (byte) 0xc3}))
        .isEqualTo("a\udcff\udcc3");
  }

  @Test
  void unpairedSurrogatesAreNoName() {
    assertThatThrownBy(() -> FileNames.encode("a\ud800"))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EILSEQ));
  }
}
