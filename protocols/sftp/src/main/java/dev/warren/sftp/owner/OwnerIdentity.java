package dev.warren.sftp.owner;

import dev.warren.sftp.auth.AuthorizedKey;
import dev.warren.sftp.auth.KeyOptions;
import dev.warren.sftp.auth.KeySource;
import dev.warren.sftp.ssh.HostKeyType;
import dev.warren.sftp.ssh.KeyPairFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The private key with which the owner's clients log in on this machine.
 *
 * @param file the file of the private key
 * @param usual whether clients use the file without an option
 * @param made the key that the host created, which may log in besides the owner's own; empty for
 *     none
 */
record OwnerIdentity(Path file, boolean usual, List<KeySource> made) {
  private static final String MADE = "client_key";

  /** The files that ssh(1) tries without -i, in its order, except those of obsolete types. */
  private static final List<String> USUAL =
      List.of("id_rsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk");

  /**
   * The key to log in with: one of the owner's whose private and public keys are both here, or else
   * one that the host creates and keeps, readable only by its owner. Whoever can read that file
   * could read the host's own key as well.
   *
   * @param keys files of the owner's public keys that have their private keys beside them
   * @param state the directory where a key is created
   */
  static OwnerIdentity find(List<Path> keys, Path state) throws IOException {
    Optional<Path> own = best(keys);
    if (own.isPresent()) {
      Path file = own.get();
      return new OwnerIdentity(file, USUAL.contains(file.getFileName().toString()), List.of());
    }
    Path file = state.resolve(MADE);
    AuthorizedKey key =
        new AuthorizedKey(
            KeyPairFile.readOrMake(file, HostKeyType.ED25519, "client key").getPublic(),
            KeyOptions.NONE);
    return new OwnerIdentity(file, false, List.of(() -> List.of(key)));
  }

  private static Optional<Path> best(List<Path> keys) {
    return keys.stream()
        .map(OwnerIdentity::secret)
        .min(
            Comparator.comparing((Path file) -> !USUAL.contains(file.getFileName().toString()))
                .thenComparing(Comparator.naturalOrder()));
  }

  private static Path secret(Path pub) {
    String name = pub.getFileName().toString();
    return pub.resolveSibling(name.substring(0, name.length() - ".pub".length()));
  }
}
