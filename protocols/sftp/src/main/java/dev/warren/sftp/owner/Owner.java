package dev.warren.sftp.owner;

import dev.warren.api.VfsPath;
import dev.warren.sftp.auth.KeyFile;
import dev.warren.sftp.auth.KeySource;
import dev.warren.sftp.auth.OwnKeys;
import dev.warren.sftp.auth.UserAccount;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Who started the host. They log in with the keys that they log in elsewhere with, and where none
 * of these has its private half on this machine, with one that the host makes for them.
 *
 * @param account what they may do
 * @param login how they say who they are
 */
public record Owner(UserAccount account, Login login) {
  /**
   * The owner of this process.
   *
   * @param ssh their directory of keys, usually {@code ~/.ssh}
   * @param state the host's directory, where a key may be made
   * @throws IOException if the directory cannot be listed or a key cannot be made
   */
  public static Owner of(String name, Path ssh, Path state) throws IOException {
    OwnerIdentity identity = OwnerIdentity.find(ssh, state);
    List<KeySource> keys = new ArrayList<>();
    keys.add(new KeyFile(ssh.resolve("authorized_keys")));
    keys.add(new OwnKeys(ssh));
    keys.addAll(identity.made());
    return new Owner(
        new UserAccount(name, keys, null, VfsPath.ROOT, false, null),
        new Login(name, identity.usual() ? null : identity.file()));
  }
}
