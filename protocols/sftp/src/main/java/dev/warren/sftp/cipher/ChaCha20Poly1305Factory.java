package dev.warren.sftp.cipher;

import java.security.GeneralSecurityException;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.cipher.Cipher;
import org.apache.sshd.common.cipher.CipherFactory;

/** Replaces {@link BuiltinCiphers#cc20p1305_openssh} in a server's list of ciphers. */
public final class ChaCha20Poly1305Factory implements CipherFactory {
  private static final CipherFactory BUILT_IN = BuiltinCiphers.cc20p1305_openssh;

  @Override
  public Cipher create() {
    try {
      return new ChaCha20Poly1305();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no ChaCha20 of SunJCE", e);
    }
  }

  @Override
  public boolean isSupported() {
    return true;
  }

  @Override
  public String getName() {
    return BUILT_IN.getName();
  }

  @Override
  public String getAlgorithm() {
    return BUILT_IN.getAlgorithm();
  }

  @Override
  public String getTransformation() {
    return BUILT_IN.getTransformation();
  }

  @Override
  public int getIVSize() {
    return BUILT_IN.getIVSize();
  }

  @Override
  public int getAuthenticationTagSize() {
    return BUILT_IN.getAuthenticationTagSize();
  }

  @Override
  public int getCipherBlockSize() {
    return BUILT_IN.getCipherBlockSize();
  }

  @Override
  public int getKdfSize() {
    return BUILT_IN.getKdfSize();
  }

  @Override
  public int getKeySize() {
    return BUILT_IN.getKeySize();
  }
}
