package dev.warren.frontend;

import dev.warren.api.VfsPath;

/**
 * Views of a shared file system that show less of it, for what a listener or a user may see. They
 * can be put on top of each other. Views need no closing, and their {@code close} does nothing.
 */
public final class SharedFileSystems {
  private SharedFileSystems() {}

  /**
   * What is below a directory, with that directory as the root. Since a {@link VfsPath} cannot say
   * {@code ..} and no operation follows a symbolic link, nothing above can be reached. The root is
   * the directory's path, and does not follow renames of it; if there is none, everything is
   * ENOENT. A tracked path that is moved out of the view stays where it was last in it.
   *
   * <p>The messages of errors may name paths of the whole file system.
   */
  public static SharedFileSystem subtree(SharedFileSystem fileSystem, VfsPath root) {
    return root.isRoot() ? fileSystem : new SubtreeFileSystem(fileSystem, fileSystem, root);
  }

  /** The same files, where every change is EROFS, and so is opening for writing. */
  public static SharedFileSystem readOnly(SharedFileSystem fileSystem) {
    return new ReadOnlyFileSystem(fileSystem, fileSystem);
  }

  /** What rules let through; see {@link AccessRules}. */
  public static SharedFileSystem restricted(SharedFileSystem fileSystem, AccessRules rules) {
    return new RestrictedFileSystem(fileSystem, fileSystem, rules);
  }
}
