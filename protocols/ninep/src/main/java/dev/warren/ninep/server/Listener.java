package dev.warren.ninep.server;

import dev.warren.api.VfsPath;
import dev.warren.frontend.SharedFileSystem;
import dev.warren.frontend.SharedFileSystems;
import dev.warren.ninep.auth.Access;

/**
 * An address to listen on, and what is served there.
 *
 * @param address the address
 * @param root the sub-tree that clients see as their root
 * @param readOnly whether clients may only read
 * @param access which clients are admitted
 */
public record Listener(ListenAddress address, VfsPath root, boolean readOnly, Access access) {
  /** The tree that clients of this listener see. */
  SharedFileSystem export(SharedFileSystem all) {
    SharedFileSystem tree = SharedFileSystems.subtree(all, root);
    return readOnly ? SharedFileSystems.readOnly(tree) : tree;
  }
}
