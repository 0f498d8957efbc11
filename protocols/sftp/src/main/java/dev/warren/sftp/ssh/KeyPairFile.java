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
 * A private key in a file of OpenSSH's format, mode 0600, with its public half beside it as {@code
 * .pub}.
 */
public final class KeyPairFile {
  private static final Logger LOG = LoggerFactory.getLogger(KeyPairFile.class);

  private static final Set<PosixFilePermission> TOO_OPEN =
      EnumSet.complementOf(
          EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));

  private KeyPairFile() {}

  /**
   * Reads a key, made first where there is none.
   *
   * @param role what the key is for, in messages: {@code host key}
   * @throws IOException if it cannot be read or made, or others could read it; says what to do
   */
  public static KeyPair readOrMake(Path file, HostKeyType type, String role) throws IOException {
    if (!Files.exists(file)) {
      boolean known = Files.exists(shown(file));
      make(file, type, role);
      if (known) {
        LOG.warn(
            "the {} {} was missing though its public half was there, and is a new one: clients that"
                + " know the old one will refuse it; restore it if you have it",
            role,
            file);
      }
    }
    return read(file, role);
  }

  private static void make(Path file, HostKeyType type, String role) throws IOException {
    try {
      KeyPair pair = type.generate();
      Path temporary = file.resolveSibling(file.getFileName() + ".new");
      Files.deleteIfExists(temporary);
      try (OutputStream out = Files.newOutputStream(secret(temporary), StandardOpenOption.WRITE)) {
        OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(pair, "warren", null, out);
      }
      try (OutputStream out = Files.newOutputStream(shown(file))) {
        OpenSSHKeyPairResourceWriter.INSTANCE.writePublicKey(pair, "warren", out);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      LOG.info(
          "made the {} {} with fingerprint {}",
          role,
          file,
          KeyUtils.getFingerPrint(pair.getPublic()));
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot make the %s %s: %s".formatted(role, file, e.getMessage()), e);
    }
  }

  private static Path shown(Path file) {
    return file.resolveSibling(file.getFileName() + ".pub");
  }

  private static Path secret(Path file) throws IOException {
    FileAttribute<?> ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    return Files.createFile(file, ownerOnly);
  }

  private static KeyPair read(Path file, String role) throws IOException {
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    if (permissions.stream().anyMatch(TOO_OPEN::contains)) {
      throw new IOException(
          "the %s %s has mode %s, so that others may know it; chmod 600 it, or move it away"
                  .formatted(role, file, PosixFilePermissions.toString(permissions))
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
      throw new IOException("cannot read the %s %s: %s".formatted(role, file, e.getMessage()), e);
    }
    throw new IOException("there is no key in " + file);
  }
}
