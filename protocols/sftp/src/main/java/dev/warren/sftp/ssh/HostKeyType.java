package dev.warren.sftp.ssh;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.List;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.keyprovider.KeyPairProvider;

/** The types of host keys that can be created. */
public enum HostKeyType {
  /** The default. */
  ED25519("ed25519", KeyPairProvider.SSH_ED25519, 256),
  ECDSA("ecdsa", KeyPairProvider.ECDSA_SHA2_NISTP256, 256),
  RSA("rsa", KeyPairProvider.SSH_RSA, 3072);

  private final String word;
  private final String algorithm;
  private final int bits;

  HostKeyType(String word, String algorithm, int bits) {
    this.word = word;
    this.algorithm = algorithm;
    this.bits = bits;
  }

  /** The name in the configuration and in the file's name. */
  public String word() {
    return word;
  }

  /** All names. */
  public static List<String> words() {
    return Arrays.stream(values()).map(HostKeyType::word).toList();
  }

  /** The name of the algorithm, with which public keys start. */
  String algorithm() {
    return algorithm;
  }

  KeyPair generate() throws GeneralSecurityException {
    return KeyUtils.generateKeyPair(algorithm, bits);
  }
}
