package dev.warren.sftp.owner;

import dev.warren.sftp.auth.AuthorizedKey;
import dev.warren.sftp.auth.KeyFile;
import dev.warren.sftp.auth.KeyOptions;
import dev.warren.sftp.auth.KeySource;
import dev.warren.sftp.ssh.HostKeyType;
import dev.warren.sftp.ssh.KeyPairFile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The private key with which the owner's clients log in on this machine.
 *
 * @param file where it is
 * @param usual whether clients take it without being told
 * @param made what logs in beside the owner's own keys: the key that the host made; else nothing
 */
record OwnerIdentity(Path file, boolean usual, List<KeySource> made) {
  private static final String MADE = "client_key";

  /** What ssh(1) tries without -i, in its order; of those, what is not hopelessly old. */
  private static final List<String> USUAL =
      List.of("id_rsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk");

  /**
   * A key of the owner's whose two halves are here; where there is none, one that the host makes
   * for its owner and keeps, readable to nobody else. Whoever can read it could read the host's own
   * key as well.
   *
   * @param ssh the owner's directory of keys, which need not exist
   * @param state where a key is made
   */
  static OwnerIdentity find(Path ssh, Path state) throws IOException {
    Optional<Path> own = own(ssh);
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

  private static Optional<Path> own(Path ssh) throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> shown = Files.newDirectoryStream(ssh, "*.pub")) {
      for (Path pub : shown) {
        String name = pub.getFileName().toString();
        Path secret = pub.resolveSibling(name.substring(0, name.length() - ".pub".length()));
        if (Files.isReadable(secret) && !new KeyFile(pub).keys().isEmpty()) {
          found.add(secret);
        }
      }
    } catch (NoSuchFileException | NotDirectoryException _) {
      return Optional.empty();
    }
    return found.stream()
        .min(
            Comparator.comparing((Path file) -> !USUAL.contains(file.getFileName().toString()))
                .thenComparing(Comparator.naturalOrder()));
  }
}
