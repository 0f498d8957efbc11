package dev.warren.sftp.cipher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import javax.crypto.AEADBadTagException;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.cipher.Cipher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Compared with MINA's own implementation, which is proven with OpenSSH. */
class ChaCha20Poly1305Test {
  private final Random random = new Random(20261123);
  private final ChaCha20Poly1305Factory factory = new ChaCha20Poly1305Factory();

  @Test
  void workedExampleOfTheInternetDraft() throws Exception {
    // draft-ietf-sshm-chacha20-poly1305-02, appendix A: a packet with sequence number 7.
    byte[] key =
        HexFormat.of()
            .parseHex(
                "8bbff6855fc102338c373e73aac0c914f076a905b2444a32eecaffeae22becc5"
                    + "e9b7a7a5825a8249346ec1c28301cf394543fc7569887d76e168f37562ac0740");
    String body =
        "065e00000000000000384c6f72656d20697073756d20646f6c6f722073697420"
            + "616d65742c20636f6e7365637465747572206164697069736963696e6720656c"
            + "69744e43e804dc6c";
    byte[] packet = HexFormat.of().parseHex("00000048" + body + "00".repeat(16));
    byte[] sequence = {0, 0, 0, 0, 0, 0, 0, 7};
    init(factory.create(), Cipher.Mode.Encrypt, key, sequence).updateWithAAD(packet, 0, 4, 72);
    assertThat(HexFormat.of().formatHex(packet))
        .isEqualTo(
            "2c3ecce4"
                + "a5bc05895bf07a7ba956b6c68829ac7c83b780b7000ecde745afc705bbc378ce"
                + "03a280236b87b53bed5839662302b164b6286a48cd1e097138e3cb909b8b2b82"
                + "9dd18d2a35ff82d9"
                + "95349e855bf02c298ef775f2d1a7e8b8");
    init(factory.create(), Cipher.Mode.Decrypt, key, sequence).updateWithAAD(packet, 0, 4, 72);
    assertThat(HexFormat.of().formatHex(packet)).startsWith("00000048" + body);
  }

  @Test
  void sealsAndOpensAsMinaDoes() throws Exception {
    for (int session = 0; session < 50; session++) {
      byte[] key = bytes(64);
      byte[] iv = bytes(8);
      Arrays.fill(iv, 0, 4, (byte) 0); // a packet's sequence number has 32 bits
      if (session == 0) {
        Arrays.fill(iv, 4, 8, (byte) 0xff); // here the number wraps around
      }
      Cipher ours = init(factory.create(), Cipher.Mode.Encrypt, key, iv);
      Cipher theirs = init(BuiltinCiphers.cc20p1305_openssh.create(), Cipher.Mode.Encrypt, key, iv);
      Cipher open = init(factory.create(), Cipher.Mode.Decrypt, key, iv);
      for (int packet = 0; packet < 40; packet++) {
        int body = random.nextInt(packet % 10 == 0 ? 70_000 : 300);
        int offset = random.nextInt(7);
        byte[] plain = bytes(offset + 4 + body + 16);
        byte[] sealed = plain.clone();
        byte[] expected = plain.clone();
        ours.updateWithAAD(sealed, offset, 4, body);
        theirs.updateWithAAD(expected, offset, 4, body);
        assertThat(sealed).isEqualTo(expected);
        open.updateWithAAD(sealed, offset, 4, body);
        assertThat(Arrays.copyOf(sealed, offset + 4 + body))
            .isEqualTo(Arrays.copyOf(plain, offset + 4 + body));
      }
    }
  }

  @Test
  void everyFlippedBitIsFound() throws Exception {
    byte[] key = bytes(64);
    byte[] iv = new byte[8];
    byte[] sealed = bytes(4 + 24 + 16);
    init(factory.create(), Cipher.Mode.Encrypt, key, iv).updateWithAAD(sealed, 0, 4, 24);
    for (int bit = 0; bit < 8 * sealed.length; bit++) {
      byte[] bad = sealed.clone();
      bad[bit / 8] ^= (byte) (1 << bit % 8);
      Cipher open = init(factory.create(), Cipher.Mode.Decrypt, key, iv);
      assertThatThrownBy(() -> open.updateWithAAD(bad, 0, 4, 24))
          .isInstanceOf(AEADBadTagException.class);
    }
  }

  /**
   * Simulates a key exchange within a connection: in both directions, and in the middle of a
   * packet.
   */
  @Test
  void aNewKeyReplacesTheOldOneCompletely() throws Exception {
    Cipher ours = factory.create();
    Cipher open = factory.create();
    for (int exchange = 0; exchange < 5; exchange++) {
      byte[] key = bytes(64);
      byte[] iv = {0, 0, 0, 0, 0, 0, (byte) exchange, (byte) 0xfe};
      Cipher theirs = init(BuiltinCiphers.cc20p1305_openssh.create(), Cipher.Mode.Encrypt, key, iv);
      init(ours, Cipher.Mode.Encrypt, key, iv);
      init(open, Cipher.Mode.Decrypt, key, iv);
      for (int packet = 0; packet < 3; packet++) {
        byte[] plain = bytes(4 + 100 + 16);
        byte[] sealed = plain.clone();
        byte[] expected = plain.clone();
        ours.updateWithAAD(sealed, 0, 4, 100);
        theirs.updateWithAAD(expected, 0, 4, 100);
        assertThat(sealed).isEqualTo(expected);
        open.updateWithAAD(sealed, 0, 4, 100);
        assertThat(Arrays.copyOf(sealed, 104)).isEqualTo(Arrays.copyOf(plain, 104));
      }
      ours.updateAAD(bytes(4), 0, 4); // a packet that is not completed
      open.updateAAD(bytes(4), 0, 4);
    }
  }

  /** Failures at different points of a packet. */
  static Stream<Arguments> failures() {
    Failure shortLength = cipher -> cipher.updateAAD(new byte[2], 0, 4);
    Failure shortBody = cipher -> cipher.updateWithAAD(new byte[4 + 10], 0, 4, 24);
    Failure noRoomForTheTag = cipher -> cipher.updateWithAAD(new byte[4 + 24 + 3], 0, 4, 24);
    Failure notAuthentic = cipher -> cipher.updateWithAAD(new byte[4 + 24 + 16], 0, 4, 24);
    return Stream.of(
        Arguments.of(Cipher.Mode.Encrypt, shortLength),
        Arguments.of(Cipher.Mode.Encrypt, shortBody),
        Arguments.of(Cipher.Mode.Encrypt, noRoomForTheTag),
        Arguments.of(Cipher.Mode.Decrypt, shortLength),
        Arguments.of(Cipher.Mode.Decrypt, shortBody),
        Arguments.of(Cipher.Mode.Decrypt, noRoomForTheTag),
        Arguments.of(Cipher.Mode.Decrypt, notAuthentic));
  }

  /** An update that fails. */
  interface Failure {
    void on(Cipher cipher) throws Exception;
  }

  /** Two packets under one nonce would reveal the authenticator's key. */
  @ParameterizedTest
  @MethodSource("failures")
  void afterAFailedUpdateNoPacketHasTheSameNonce(Cipher.Mode mode, Failure failure)
      throws Exception {
    byte[] key = bytes(64);
    byte[] iv = new byte[8];
    Cipher cipher = init(factory.create(), mode, key, iv);
    assertThatThrownBy(() -> failure.on(cipher)).isInstanceOf(Exception.class);
    byte[] packet = bytes(4 + 24 + 16);
    byte[] untouched = packet.clone();
    assertThatThrownBy(() -> cipher.updateAAD(packet, 0, 4))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> cipher.update(packet, 4, 24))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> cipher.updateWithAAD(packet, 0, 4, 24))
        .isInstanceOf(IllegalStateException.class);
    assertThat(packet).isEqualTo(untouched);
    byte[] sealed = bytes(4 + 24 + 16);
    byte[] plain = sealed.clone();
    init(cipher, Cipher.Mode.Encrypt, bytes(64), iv).updateWithAAD(sealed, 0, 4, 24);
    assertThat(sealed).isNotEqualTo(plain);
  }

  /** After 2^32 packets the sequence numbers would repeat. */
  @Test
  void sequenceNumbersNeverRepeatWithOneKey() throws Exception {
    Cipher cipher = factory.create();
    Field sequence = ChaCha20Poly1305.class.getDeclaredField("sequence");
    sequence.setAccessible(true);
    init(cipher, Cipher.Mode.Encrypt, bytes(64), new byte[] {0, 0, 0, 0, 0, 0, 0, 5});
    sequence.setLong(cipher, 4);
    byte[] packet = bytes(4 + 24 + 16);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> cipher.updateWithAAD(packet, 0, 4, 24))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void hasThePropertiesOfTheBuiltInCipher() {
    assertThat(factory.getName()).isEqualTo("chacha20-poly1305@openssh.com");
    Cipher cipher = factory.create();
    Cipher builtIn = BuiltinCiphers.cc20p1305_openssh.create();
    assertThat(cipher.getKdfSize()).isEqualTo(builtIn.getKdfSize());
    assertThat(cipher.getKeySize()).isEqualTo(builtIn.getKeySize());
    assertThat(cipher.getIVSize()).isEqualTo(builtIn.getIVSize());
    assertThat(cipher.getCipherBlockSize()).isEqualTo(builtIn.getCipherBlockSize());
    assertThat(cipher.getAuthenticationTagSize()).isEqualTo(builtIn.getAuthenticationTagSize());
  }

  private static Cipher init(Cipher cipher, Cipher.Mode mode, byte[] key, byte[] iv)
      throws Exception {
    cipher.init(mode, key, iv);
    return cipher;
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
