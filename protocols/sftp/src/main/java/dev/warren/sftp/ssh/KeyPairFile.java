package dev.warren.sftp.ssh;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.EnumSet;
import java.util.Set;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.util.io.resource.PathResource;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A private key in a file in OpenSSH's format with mode 0600. Its public key is beside it, in a
 * {@code .pub} file.
 */
public final class KeyPairFile {
  private static final Logger LOG = LoggerFactory.getLogger(KeyPairFile.class);

  private static final Set<PosixFilePermission> TOO_OPEN =
      EnumSet.complementOf(
          EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));

  private KeyPairFile() {}

  /**
   * Reads a key, which is created first if the file does not exist.
   *
   * @param role the key's purpose, for messages: {@code host key}
   * @throws IOException if the key cannot be read or created, or other users could read it; the
   *     message says what to do
   */
  public static KeyPair readOrMake(Path file, HostKeyType type, String role) throws IOException {
    return readOrMake(file, type, role, false);
  }

  /**
   * As {@link #readOrMake(Path, HostKeyType, String)}.
   *
   * @param known whether there was a key before, even if its file is gone
   */
  static KeyPair readOrMake(Path file, HostKeyType type, String role, boolean known)
      throws IOException {
    if (!Files.exists(file)) {
      make(file, type, role, known);
    }
    return read(file, role);
  }

  private static void make(Path file, HostKeyType type, String role, boolean elsewhere)
      throws IOException {
    Path shown = file.resolveSibling(file.getFileName() + ".pub");
    boolean known = elsewhere || Files.exists(shown);
    KeyPair pair;
    ByteArrayOutputStream secretHalf = new ByteArrayOutputStream();
    ByteArrayOutputStream publicHalf = new ByteArrayOutputStream();
    try {
      pair = type.generate();
      OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(pair, "warren", null, secretHalf);
      OpenSSHKeyPairResourceWriter.INSTANCE.writePublicKey(pair, "warren", publicHalf);
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot make the %s %s: %s".formatted(role, file, e.getMessage()), e);
    }
    AtomicFile.write(file, secretHalf.toByteArray(), "rw-------");
    AtomicFile.write(shown, publicHalf.toByteArray(), "rw-r--r--");
    String fingerprint = KeyUtils.getFingerPrint(pair.getPublic());
    if (known) {
      LOG.warn(
          "created a new {} {} with fingerprint {}, because the private key of the old one is"
              + " missing; tell the users of clients that know the old one",
          role,
          file,
          fingerprint);
    } else {
      LOG.info("created the {} {} with fingerprint {}", role, file, fingerprint);
    }
  }

  private static KeyPair read(Path file, String role) throws IOException {
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    if (permissions.stream().anyMatch(TOO_OPEN::contains)) {
      throw new IOException(
          "the %s %s has mode %s, so other users may have read it; chmod 600 it, or move it away"
                  .formatted(role, file, PosixFilePermissions.toString(permissions))
              + " to have a new one created");
    }
    try {
      NamedResource name = new PathResource(file);
      try (var in = Files.newInputStream(file)) {
        Iterable<KeyPair> pairs = SecurityUtils.loadKeyPairIdentities(null, name, in, null);
        if (pairs != null) {
          for (KeyPair pair : pairs) {
            return pair;
          }
        }
      }
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new IOException("cannot read the %s %s: %s".formatted(role, file, e.getMessage()), e);
    }
    throw new IOException("there is no key in " + file);
  }
}
