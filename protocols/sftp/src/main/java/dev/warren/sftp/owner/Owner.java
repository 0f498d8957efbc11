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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The user who started the host. The owner logs in with the keys used elsewhere. If none of these
 * has its private key on this machine, the host creates a key for the owner.
 *
 * @param account the owner's rights
 * @param login the user and key that the owner's clients log in with
 */
public record Owner(UserAccount account, Login login) {
  private static final Logger LOG = LoggerFactory.getLogger(Owner.class);

  /**
   * The owner of this process.
   *
   * @param ssh the owner's directory of keys, usually {@code ~/.ssh}
   * @param state the host's directory, where a key may be created
   * @throws IOException if the directory cannot be listed or a key cannot be created
   */
  public static Owner of(String name, Path ssh, Path state) throws IOException {
    OwnKeys own = new OwnKeys(ssh);
    OwnKeys.Found found = own.find();
    say(name, found);
    OwnerIdentity identity = OwnerIdentity.find(found.own(), state);
    List<KeySource> keys = new ArrayList<>();
    keys.add(new KeyFile(ssh.resolve("authorized_keys")));
    keys.add(own);
    keys.addAll(identity.made());
    return new Owner(
        new UserAccount(name, keys, null, VfsPath.ROOT, false, null),
        new Login(name, identity.usual() ? null : identity.file()));
  }

  private static void say(String name, OwnKeys.Found found) {
    if (!found.own().isEmpty()) {
      LOG.info("{} logs in with {}", name, found.own());
    }
    if (!found.others().isEmpty()) {
      LOG.info(
          "{} cannot log in with {}: the private key is not in the same directory; keys in"
              + " authorized_keys can log in without it",
          name,
          found.others());
    }
  }
}
