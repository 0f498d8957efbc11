package dev.warren.sftp.ssh;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.util.io.resource.PathResource;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The host's own keys, in files of OpenSSH's format and names ({@code ssh_host_ed25519_key}), so
 * that ssh-keygen can read them and a host's known keys can move here. Made at the first start,
 * never changed after: clients remember them.
 */
public final class HostKeys {
  private static final Logger LOG = LoggerFactory.getLogger(HostKeys.class);

  private static final Set<PosixFilePermission> TOO_OPEN =
      EnumSet.complementOf(
          EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));

  private HostKeys() {}

  /**
   * Reads the keys, and makes those that are not there.
   *
   * @param directory where they are kept
   * @throws IOException if one cannot be read or made, or others could read it; says what to do
   */
  public static List<KeyPair> load(Path directory, List<HostKeyType> types) throws IOException {
    List<KeyPair> keys = new ArrayList<>();
    for (HostKeyType type : types) {
      Path file = directory.resolve("ssh_host_" + type.word() + "_key");
      if (!Files.exists(file)) {
        make(type, file);
      }
      keys.add(read(file));
    }
    return keys;
  }

  private static void make(HostKeyType type, Path file) throws IOException {
    try {
      KeyPair pair = type.generate();
      Path temporary = file.resolveSibling(file.getFileName() + ".new");
      Files.deleteIfExists(temporary);
      try (OutputStream out = Files.newOutputStream(secret(temporary), StandardOpenOption.WRITE)) {
        OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(pair, "warren", null, out);
      }
      Path shown = file.resolveSibling(file.getFileName() + ".pub");
      try (OutputStream out = Files.newOutputStream(shown)) {
        OpenSSHKeyPairResourceWriter.INSTANCE.writePublicKey(pair, "warren", out);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      LOG.info(
          "made the host key {} with fingerprint {}",
          file,
          KeyUtils.getFingerPrint(pair.getPublic()));
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot make the host key " + file + ": " + e.getMessage(), e);
    }
  }

  private static Path secret(Path file) throws IOException {
    FileAttribute<?> ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    return Files.createFile(file, ownerOnly);
  }

  private static KeyPair read(Path file) throws IOException {
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    if (permissions.stream().anyMatch(TOO_OPEN::contains)) {
      throw new IOException(
          "the host key %s has mode %s, so that others may know it; chmod 600 it, or move it away"
                  .formatted(file, PosixFilePermissions.toString(permissions))
              + " and a new one is made");
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
      throw new IOException("cannot read the host key " + file + ": " + e.getMessage(), e);
    }
    throw new IOException("there is no key in " + file);
  }
}
