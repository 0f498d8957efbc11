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
 * @param name as they log in
 * @param keys where their keys are
 * @param password the hash of their password; null if they have none
 * @param root the directory that is their root
 * @param readOnly whether they may only read
 * @param rules what of the whole namespace they see; null for everything
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

  /** What the user sees of a file system. */
  public SharedFileSystem view(SharedFileSystem all, Caller caller) {
    SharedFileSystem view = all.as(caller);
    if (rules != null) {
      view = SharedFileSystems.restricted(view, rules);
    }
    view = SharedFileSystems.subtree(view, root);
    return readOnly ? SharedFileSystems.readOnly(view) : view;
  }
}
