package dev.warren.sftp.cipher;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.spec.ChaCha20ParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.apache.sshd.common.cipher.Cipher;

/**
 * chacha20-poly1305@openssh.com on the JDK's ChaCha20, which has intrinsics for the key stream. Not
 * thread-safe, like all ciphers of a session.
 *
 * <p>OpenSSH uses the original ChaCha20 with a 64-bit block counter and a 64-bit nonce, the JDK
 * that of RFC 8439 with 32 and 96 bits. Their states are the same if the upper half of the counter,
 * which is the first word of the 96-bit nonce, is 0. That always holds, because no packet
 * approaches 2^32 blocks.
 *
 * @see <a href="https://cvsweb.openbsd.org/src/usr.bin/ssh/PROTOCOL.chacha20poly1305">
 *     PROTOCOL.chacha20poly1305</a>
 */
final class ChaCha20Poly1305 implements Cipher {
  private static final int KEY_BYTES = 32;
  private static final int BLOCK_BYTES = 64;

  private final javax.crypto.Cipher lengthCipher;
  private final javax.crypto.Cipher bodyCipher;
  private final Poly1305 authenticator = new Poly1305();
  private final byte[] nonce = new byte[12];
  private final byte[] block = new byte[BLOCK_BYTES];
  private final byte[] tag = new byte[Poly1305.TAG_BYTES];
  private SecretKeySpec bodyKey = new SecretKeySpec(new byte[KEY_BYTES], "ChaCha20");
  private SecretKeySpec lengthKey = bodyKey;
  private int jdkMode;
  private long sequence;
  private long firstSequence;

  /**
   * Whether a packet may start or continue. After a packet fails half-way, its nonce has been used,
   * and the authenticator's key must not seal another packet. The cipher is then unusable until it
   * gets a new key.
   */
  private boolean usable;

  ChaCha20Poly1305() throws GeneralSecurityException {
    // Names the provider, so that a slower implementation of another provider is not used.
    lengthCipher = javax.crypto.Cipher.getInstance("ChaCha20", "SunJCE");
    bodyCipher = javax.crypto.Cipher.getInstance("ChaCha20", "SunJCE");
  }

  @Override
  public void init(Mode mode, byte[] key, byte[] iv) throws GeneralSecurityException {
    usable = false;
    jdkMode =
        mode == Mode.Encrypt ? javax.crypto.Cipher.ENCRYPT_MODE : javax.crypto.Cipher.DECRYPT_MODE;
    bodyKey = new SecretKeySpec(key, 0, KEY_BYTES, "ChaCha20");
    lengthKey = new SecretKeySpec(key, KEY_BYTES, KEY_BYTES, "ChaCha20");
    sequence = 0;
    for (int i = 0; i < getIVSize(); i++) {
      sequence = sequence << 8 | (iv[i] & 0xFF);
    }
    firstSequence = sequence;
    startPacket();
  }

  @Override
  public void updateAAD(byte[] data, int offset, int length) throws GeneralSecurityException {
    if (length != Integer.BYTES) {
      throw new IllegalArgumentException("the length field has 4 bytes, not " + length);
    }
    begin();
    if (jdkMode == javax.crypto.Cipher.DECRYPT_MODE) {
      authenticator.update(data, offset, length);
      lengthCipher.update(data, offset, length, data, offset);
    } else {
      lengthCipher.update(data, offset, length, data, offset);
      authenticator.update(data, offset, length);
    }
    usable = true;
  }

  @Override
  public void update(byte[] data, int offset, int length) throws GeneralSecurityException {
    begin();
    if (jdkMode == javax.crypto.Cipher.DECRYPT_MODE) {
      authenticator.update(data, offset, length);
      authenticator.finish(tag, 0);
      int end = offset + length;
      if (!MessageDigest.isEqual(tag, Arrays.copyOfRange(data, end, end + tag.length))) {
        throw new AEADBadTagException("the packet is not authentic");
      }
      bodyCipher.update(data, offset, length, data, offset);
    } else {
      bodyCipher.update(data, offset, length, data, offset);
      authenticator.update(data, offset, length);
      authenticator.finish(data, offset + length);
    }
    sequence = (sequence + 1) & 0xFFFF_FFFFL; // RFC 4253, section 6.4: 32 bits that wrap around
    if (sequence == firstSequence) {
      throw new IllegalStateException("a sequence number must not be used twice with one key");
    }
    startPacket();
  }

  /** Marks the cipher unusable until the step that begins has succeeded. */
  private void begin() {
    if (!usable) {
      throw new IllegalStateException("a packet has failed: no other one under the same nonce");
    }
    usable = false;
  }

  /**
   * Starts a packet. The first block of the body's key stream is the authenticator's key, and the
   * rest encrypts the body.
   */
  private void startPacket() throws GeneralSecurityException {
    for (int i = 0; i < Long.BYTES; i++) {
      nonce[4 + i] = (byte) (sequence >>> (56 - 8 * i));
    }
    ChaCha20ParameterSpec parameters = new ChaCha20ParameterSpec(nonce, 0);
    lengthCipher.init(jdkMode, lengthKey, parameters);
    bodyCipher.init(jdkMode, bodyKey, parameters);
    Arrays.fill(block, (byte) 0);
    bodyCipher.update(block, 0, BLOCK_BYTES, block, 0);
    authenticator.init(block);
    usable = true;
  }

  @Override
  public String getAlgorithm() {
    return "ChaCha20";
  }

  @Override
  public String getTransformation() {
    return "ChaCha20";
  }

  @Override
  public int getIVSize() {
    return Long.BYTES;
  }

  @Override
  public int getAuthenticationTagSize() {
    return Poly1305.TAG_BYTES;
  }

  @Override
  public int getCipherBlockSize() {
    return 8;
  }

  @Override
  public int getKdfSize() {
    return 2 * KEY_BYTES;
  }

  @Override
  public int getKeySize() {
    return 8 * getKdfSize();
  }
}
