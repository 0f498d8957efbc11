package dev.warren.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Tag;
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
  void validTextIsUnchanged() throws FsException {
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
  void unpairedSurrogatesAreRefused() {
    assertThatThrownBy(() -> FileNames.encode("a\ud800"))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EILSEQ));
  }

  /** Java can encode surrogates in this way, and some systems used it in file names. */
  @Test
  void encodedSurrogatesAreBytesLikeOthers() throws FsException {
    for (int second = 0xa0; second < 0xc0; second++) {
      byte[] name = {'a', (byte) 0xed, (byte) second, (byte) 0x80, 'b'};
      String text = FileNames.decode(name);
      assertThat(text).hasSize(5);
      assertThat(FileNames.encode(text)).isEqualTo(name);
    }
  }

  @Tag("slow")
  @Test
  void everyPairOfBytesSurvivesBesideText() throws FsException {
    byte[] rabbit = "🐇".getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 1 << 16; i++) {
      byte[] name = {(byte) (i >> 8), rabbit[0], rabbit[1], rabbit[2], rabbit[3], (byte) i};
      String text = FileNames.decode(name);
      assertThat(FileNames.encode(text)).isEqualTo(name);
      assertThat(FileNames.encodedLength(text)).isEqualTo(name.length);
    }
  }

  @Test
  void aCharacterWhoseSecondHalfLooksEscapedIsText() throws FsException {
    String text = "\ud83d\udc80"; // U+1F480
    assertThat(FileNames.encode(text)).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
    assertThat(FileNames.decode(FileNames.encode(text))).isEqualTo(text);
    assertThat(FileNames.encode(text + "\udcff")).endsWith(0xff).hasSize(5);
  }

  @Test
  void aPartOfAnArrayIsDecoded() {
    byte[] bytes = {'x', 'a', (byte) 0xc3, (byte) 0xa4, 'y'};
    assertThat(FileNames.decode(bytes, 1, 3)).isEqualTo("aä");
    assertThat(FileNames.decode(bytes, 1, 2)).isEqualTo("a\udcc3");
    assertThat(FileNames.decode(bytes, 5, 0)).isEmpty();
  }
}
