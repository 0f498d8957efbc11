package dev.warren.sftp.ssh;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;

/**
 * The host's own keys, in files with OpenSSH's format and names ({@code ssh_host_ed25519_key}), so
 * that ssh-keygen can read them, and the keys of an existing host can be copied here. Created at
 * the first start and never changed afterwards, because clients remember them.
 */
public final class HostKeys {
  private HostKeys() {}

  /**
   * Reads the keys, and creates missing ones.
   *
   * @param directory where they are kept
   * @throws IOException if a key cannot be read or created, or other users could read it; the
   *     message says what to do
   */
  public static List<KeyPair> load(Path directory, List<HostKeyType> types) throws IOException {
    List<KeyPair> keys = new ArrayList<>();
    for (HostKeyType type : types) {
      Path file = directory.resolve("ssh_host_" + type.word() + "_key");
      boolean known = KnownHosts.has(directory, type);
      keys.add(KeyPairFile.readOrMake(file, type, "host key", known));
    }
    return keys;
  }
}
