package dev.warren.sftp.auth;

import java.security.InvalidKeyException;
import java.security.PublicKey;
import java.security.interfaces.DSAPublicKey;
import java.security.interfaces.RSAPublicKey;

/** Checks keys for sufficient strength. */
final class KeyStrength {
  /** Minimum length of an RSA key in bits. OpenSSH's RequiredRSASize is 1024 by default. */
  static final int MIN_RSA_BITS = 2048;

  private KeyStrength() {}

  /**
   * Checks a key.
   *
   * @throws InvalidKeyException if it is too weak
   */
  static void check(PublicKey key) throws InvalidKeyException {
    if (key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() < MIN_RSA_BITS) {
      throw new InvalidKeyException("an RSA key needs at least " + MIN_RSA_BITS + " bits");
    }
    if (key instanceof DSAPublicKey) {
      throw new InvalidKeyException("DSA keys are not used any more");
    }
  }
}
