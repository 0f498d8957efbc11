package dev.warren.frontend;

import dev.warren.api.VfsPath;

/**
 * Restricted views of a shared file system, for listeners and users that may see only part of it.
 * Views can be stacked. They need not be closed; their {@code close} does nothing.
 */
public final class SharedFileSystems {
  private SharedFileSystems() {}

  /**
   * Returns the tree below a directory, with that directory as the root. Since a {@link VfsPath}
   * cannot contain {@code ..} and no operation follows a symbolic link, nothing above it can be
   * reached. The view is bound to the directory's path and does not follow renames of the
   * directory; if the path does not exist, everything is ENOENT. A tracked path that is moved out
   * of the view keeps its last path within the view.
   *
   * <p>Error messages may contain paths of the whole file system.
   */
  public static SharedFileSystem subtree(SharedFileSystem fileSystem, VfsPath root) {
    return root.isRoot() ? fileSystem : new SubtreeFileSystem(fileSystem, fileSystem, root);
  }

  /** Returns the same files, where every change, and opening for writing, is EROFS. */
  public static SharedFileSystem readOnly(SharedFileSystem fileSystem) {
    return new ReadOnlyFileSystem(fileSystem, fileSystem);
  }

  /** Returns the files that rules permit; see {@link AccessRules}. */
  public static SharedFileSystem restricted(SharedFileSystem fileSystem, AccessRules rules) {
    return new RestrictedFileSystem(fileSystem, fileSystem, rules);
  }
}
