package dev.warren.sftp.auth;

import dev.warren.api.HostUser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import org.apache.sshd.common.util.buffer.BufferException;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds a public key's private key in the file of the same name without {@code .pub}. A public key
 * without its private key may belong to another person: people also keep others' public keys, to
 * give them access or to send them something.
 *
 * @see <a
 *     href="https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key">PROTOCOL.key</a>
 */
final class PrivateKeyFile {
  private static final Logger LOG = LoggerFactory.getLogger(PrivateKeyFile.class);
  private static final int MAX_BYTES = 64 << 10;
  private static final String BEGIN = "-----BEGIN OPENSSH PRIVATE KEY-----";
  private static final String END = "-----END OPENSSH PRIVATE KEY-----";
  private static final byte[] MAGIC = "openssh-key-v1\0".getBytes(StandardCharsets.US_ASCII);

  private PrivateKeyFile() {}

  /** Whether the private key is beside a public key's file, in a file of the host's own user. */
  static boolean isBeside(Path pub, PublicKey key) {
    String name = pub.getFileName().toString();
    Path secret = pub.resolveSibling(name.substring(0, name.length() - ".pub".length()));
    if (!Files.isRegularFile(secret)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(secret)) {
      String problem = SafePath.problem(secret, Set.of(HostUser.current().uid()));
      if (problem != null) {
        LOG.debug("{}", problem);
        return false;
      }
      return isOf(new String(in.readNBytes(MAX_BYTES), StandardCharsets.US_ASCII), key);
    } catch (IOException e) {
      LOG.debug("no private half in {}", secret, e);
      return false;
    }
  }

  /**
   * Whether a private key belongs to a public key. OpenSSH's own format includes the public key
   * unencrypted; older formats may not, and are accepted.
   */
  private static boolean isOf(String text, PublicKey key) {
    int start = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (start < 0 || end < start) {
      return text.contains("PRIVATE KEY-----");
    }
    try {
      byte[] bytes = Base64.getMimeDecoder().decode(text.substring(start + BEGIN.length(), end));
      if (!Arrays.equals(MAGIC, Arrays.copyOf(bytes, MAGIC.length))) {
        return false;
      }
      ByteArrayBuffer buffer =
          new ByteArrayBuffer(bytes, MAGIC.length, bytes.length - MAGIC.length, true);
      var _ = buffer.getString(); // the cipher
      var _ = buffer.getString(); // how its key is derived
      var _ = buffer.getBytes(); // its parameters
      if (buffer.getInt() < 1) {
        return false;
      }
      ByteArrayBuffer own = new ByteArrayBuffer();
      own.putRawPublicKey(key);
      return Arrays.equals(buffer.getBytes(), own.getCompactData());
    } catch (IllegalArgumentException | BufferException | IndexOutOfBoundsException e) {
      LOG.debug("invalid private key", e);
      return false;
    }
  }
}
