package dev.warren.sftp.auth;

import dev.warren.api.Caller;
import dev.warren.api.VfsPath;
import dev.warren.frontend.AccessRules;
import dev.warren.frontend.SharedFileSystem;
import dev.warren.frontend.SharedFileSystems;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A user who may log in.
 *
 * @param name the login name
 * @param keys the sources of the user's keys
 * @param password the hash of the user's password; null if there is none
 * @param root the directory that the user sees as root
 * @param readOnly whether the user may only read
 * @param rules the parts of the namespace that the user sees; null for all of it
 */
public record UserAccount(
    String name,
    List<KeySource> keys,
    @Nullable PasswordHash password,
    VfsPath root,
    boolean readOnly,
    @Nullable AccessRules rules) {
  public UserAccount {
    keys = List.copyOf(keys);
  }

  /** The user's view of a file system. */
  public SharedFileSystem view(SharedFileSystem all, Caller caller) {
    SharedFileSystem view = all.as(caller);
    if (rules != null) {
      view = SharedFileSystems.restricted(view, rules);
    }
    view = SharedFileSystems.subtree(view, root);
    return readOnly ? SharedFileSystems.readOnly(view) : view;
  }
}
