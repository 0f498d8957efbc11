package dev.warren.sftp.cipher;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class Poly1305Test {
  private static final BigInteger MODULUS = BigInteger.TWO.pow(130).subtract(BigInteger.valueOf(5));

  @Test
  void exampleOfRfc8439Section252() {
    byte[] key =
        HexFormat.of().parseHex("85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b");
    byte[] message = "Cryptographic Forum Research Group".getBytes(StandardCharsets.US_ASCII);
    assertThat(hex(tag(key, message))).isEqualTo("a8061dc1305136c6c22b8baf0c0127a9");
  }

  private static final String CONTRIBUTION =
      "Any submission to the IETF intended by the Contributor for publication as all or part of an"
          + " IETF Internet-Draft or RFC and any statement made within the context of an IETF"
          + " activity is considered an \"IETF Contribution\". Such statements include oral"
          + " statements in IETF sessions, as well as written and electronic communications made at"
          + " any time or place, which are addressed to";

  private static final String JABBERWOCKY =
      "'Twas brillig, and the slithy toves\nDid gyre and gimble in the wabe:\n"
          + "All mimsy were the borogoves,\nAnd the mome raths outgrabe.";

  /** RFC 8439, appendix A.3, numbers 1 to 4: key, text and tag. */
  static Stream<Arguments> vectorsOfAppendixA3() {
    String zeros = "00".repeat(16);
    String some = "36e5f6b5c5e06070f0efca96227a863e";
    return Stream.of(
        Arguments.of(zeros + zeros, "\0".repeat(64), zeros),
        Arguments.of(zeros + some, CONTRIBUTION, some),
        Arguments.of(some + zeros, CONTRIBUTION, "f3477e7cd95417af89a6b8794c310cf0"),
        Arguments.of(
            "1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0",
            JABBERWOCKY,
            "4541669a7eaaee61e708dc7cbcc5eb62"));
  }

  @ParameterizedTest
  @MethodSource("vectorsOfAppendixA3")
  void textsOfRfc8439AppendixA3(String keyText, String text, String expected) {
    byte[] key = HexFormat.of().parseHex(keyText);
    byte[] message = text.getBytes(StandardCharsets.US_ASCII);
    assertThat(hex(tag(key, message))).isEqualTo(expected);
    assertThat(hex(byBouncyCastle(key, message))).isEqualTo(expected);
  }

  /** RFC 8439, appendix A.3, numbers 5 to 11: sums at and around 2^130-5 and 2^128. */
  @ParameterizedTest
  @CsvSource({
    "02, 00, ffffffffffffffffffffffffffffffff, 03",
    "02, ffffffffffffffffffffffffffffffff, 02, 03",
    "01, 00, fffffffffffffffffffffffffffffffff0ffffffffffffffffffffffffffffff"
        + "11000000000000000000000000000000, 05",
    "01, 00, fffffffffffffffffffffffffffffffffbfefefefefefefefefefefefefefefe"
        + "01010101010101010101010101010101, 00",
    "02, 00, fdffffffffffffffffffffffffffffff, faffffffffffffffffffffffffffffff",
    "01000000000000000400000000000000, 00, e33594d7505e43b90000000000000000"
        + "3394d7505e4379cd010000000000000000000000000000000000000000000000"
        + "01000000000000000000000000000000, 14000000000000005500000000000000",
    "01000000000000000400000000000000, 00, e33594d7505e43b90000000000000000"
        + "3394d7505e4379cd010000000000000000000000000000000000000000000000, 13"
  })
  void edgesOfRfc8439AppendixA3(String r, String s, String message, String expected) {
    byte[] key = new byte[Poly1305.KEY_BYTES];
    place(r, key, 0);
    place(s, key, 16);
    byte[] text = HexFormat.of().parseHex(message);
    if (text.length < 16) {
      text = Arrays.copyOf(text, 16);
    }
    byte[] tag = new byte[16];
    place(expected, tag, 0);
    assertThat(hex(tag(key, text))).isEqualTo(hex(tag));
    assertThat(hex(byBouncyCastle(key, text))).isEqualTo(hex(tag));
  }

  @Test
  void agreesWithTheDefinitionOnRandomMessagesInRandomParts() {
    Random random = new Random(20261123);
    for (int round = 0; round < 20_000; round++) {
      byte[] key = new byte[Poly1305.KEY_BYTES];
      random.nextBytes(key);
      byte[] message = new byte[random.nextInt(300)];
      random.nextBytes(message);
      if (random.nextInt(4) == 0) {
        Arrays.fill(message, (byte) 0xff);
        Arrays.fill(key, (byte) 0xff);
      }
      Poly1305 poly = new Poly1305();
      poly.init(key);
      int at = 0;
      while (at < message.length) {
        int part =
            Math.min(message.length - at, 1 + random.nextInt(random.nextBoolean() ? 40 : 300));
        poly.update(message, at, part);
        at += part;
      }
      byte[] tag = new byte[16];
      poly.finish(tag, 0);
      assertThat(hex(tag)).as("round %d", round).isEqualTo(hex(byDefinition(key, message)));
      assertThat(hex(tag)).as("round %d", round).isEqualTo(hex(byBouncyCastle(key, message)));
    }
  }

  private static byte[] tag(byte[] key, byte[] message) {
    Poly1305 poly = new Poly1305();
    poly.init(key);
    poly.update(message, 0, message.length);
    byte[] tag = new byte[Poly1305.TAG_BYTES];
    poly.finish(tag, 0);
    return tag;
  }

  private static byte[] byBouncyCastle(byte[] key, byte[] message) {
    org.bouncycastle.crypto.macs.Poly1305 theirs = new org.bouncycastle.crypto.macs.Poly1305();
    theirs.init(new KeyParameter(key));
    theirs.update(message, 0, message.length);
    byte[] tag = new byte[Poly1305.TAG_BYTES];
    assertThat(theirs.doFinal(tag, 0)).isEqualTo(tag.length);
    return tag;
  }

  /** RFC 8439, section 2.5.1, with big integers. */
  private static byte[] byDefinition(byte[] key, byte[] message) {
    BigInteger r =
        littleEndian(key, 0, 16).and(new BigInteger("0ffffffc0ffffffc0ffffffc0fffffff", 16));
    BigInteger accumulator = BigInteger.ZERO;
    for (int i = 0; i < message.length; i += 16) {
      int length = Math.min(16, message.length - i);
      BigInteger block = littleEndian(message, i, length).setBit(8 * length);
      accumulator = accumulator.add(block).multiply(r).mod(MODULUS);
    }
    BigInteger sum = accumulator.add(littleEndian(key, 16, 16));
    byte[] tag = new byte[16];
    for (int i = 0; i < 16; i++) {
      tag[i] = sum.shiftRight(8 * i).byteValue();
    }
    return tag;
  }

  private static BigInteger littleEndian(byte[] bytes, int offset, int length) {
    byte[] reversed = new byte[length];
    for (int i = 0; i < length; i++) {
      reversed[length - 1 - i] = bytes[offset + i];
    }
    return new BigInteger(1, reversed);
  }

  private static void place(String hex, byte[] target, int offset) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    System.arraycopy(bytes, 0, target, offset, bytes.length);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
