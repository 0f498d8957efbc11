package dev.warren.api.synthetic;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.api.synthetic.Tree.Located;
import org.jspecify.annotations.Nullable;

/**
 * Creates, removes and renames names, one at a time. It checks the rules for names first, so a
 * directory's content is only asked for changes that these rules allow.
 *
 * <p>Changes of a directory that clients cannot change fail with EROFS, without waiting for the
 * lock.
 */
final class NameChanges {
  private final Tree tree;
  private final ChangeLock lock;

  NameChanges(Tree tree) {
    this.tree = tree;
    this.lock = tree.instance().changes();
  }

  /** A change of a directory that is known to be changeable. */
  @FunctionalInterface
  private interface Change {
    void make(Located<SyntheticDirectory> parent) throws FsException;
  }

  /**
   * Creates a file.
   *
   * @return null if another client has created the name meanwhile
   * @throws FsException EROFS, and the errors of the directory
   */
  @Nullable Located<SyntheticFile> createFile(VfsPath path, int permissions) throws FsException {
    requireChangeable(path);
    try (var _ = lock.take(tree.mayBlock())) {
      Located<SyntheticDirectory> parent = requireChangeable(path);
      if (tree.child(parent, path.name()) != null) {
        return null;
      }
      SyntheticFile file =
          PluginCalls.get(
              () -> parent.node().content().createFile(path.name(), permissions & 0777));
      return new Located<>(file, Ids.child(parent.fileId(), path.name()));
    }
  }

  void mkdir(VfsPath path, int permissions) throws FsException {
    requireMissing(path);
    change(
        path,
        parent -> {
          requireMissing(path);
          PluginCalls.run(
              () -> parent.node().content().createDirectory(path.name(), permissions & 0777));
        });
  }

  /** Returns the error for creating a type of file that synthetic directories cannot contain. */
  FsException refused(VfsPath path) throws FsException {
    requireMissing(path);
    requireChangeable(path);
    return new FsException(Errno.EOPNOTSUPP, path);
  }

  void unlink(VfsPath path) throws FsException {
    if (path.isRoot()) {
      throw new FsException(Errno.EISDIR, path);
    }
    change(
        path,
        parent -> {
          if (isDirectory(located(parent, path))) {
            throw new FsException(Errno.EISDIR, path);
          }
          requireNotFixed(parent, path);
          PluginCalls.run(() -> parent.node().content().removeFile(path.name()));
        });
  }

  void rmdir(VfsPath path) throws FsException {
    if (path.isRoot()) {
      throw new FsException(Errno.EBUSY, path);
    }
    change(
        path,
        parent -> {
          requireEmpty(located(parent, path).asDirectory(path), path);
          requireNotFixed(parent, path);
          PluginCalls.run(() -> parent.node().content().removeDirectory(path.name()));
        });
  }

  void rename(VfsPath from, VfsPath to, boolean replace) throws FsException {
    if (from.isRoot() || to.isRoot()) {
      tree.locateParent(from);
      tree.locateParent(to);
      throw new FsException(Errno.EBUSY, from);
    }
    tree.locateParent(to);
    change(
        from,
        source -> {
          Located<SyntheticDirectory> target = tree.locateParent(to);
          Located<?> moved = located(source, from);
          Located<?> replaced = tree.child(target, to.name());
          if (replaced != null && !replace) {
            throw new FsException(Errno.EEXIST, to);
          }
          if (from.equals(to)) {
            return;
          }
          if (to.startsWith(from)) {
            throw new FsException(Errno.EINVAL, to);
          }
          if (!target.node().isChangeable()) {
            throw new FsException(Errno.EROFS, to);
          }
          if (replaced != null) {
            requireReplaceable(moved, replaced, to);
          }
          requireNotFixed(source, from);
          requireNotFixed(target, to);
          tree.requireNoWait(target.node().waits());
          boolean within = from.parentOrRoot().equals(to.parentOrRoot());
          PluginCalls.run(
              () -> {
                DirectoryContent content = source.node().content();
                if (within) {
                  content.rename(from.name(), to.name());
                } else {
                  content.move(from.name(), target.node().content(), to.name());
                }
              });
        });
  }

  private void change(VfsPath path, Change change) throws FsException {
    requireChangeable(path);
    try (var _ = lock.take(tree.mayBlock())) {
      change.make(requireChangeable(path));
    }
  }

  private Located<SyntheticDirectory> requireChangeable(VfsPath path) throws FsException {
    Located<SyntheticDirectory> parent = tree.locateParent(path);
    if (!parent.node().isChangeable()) {
      throw new FsException(Errno.EROFS, path);
    }
    tree.requireNoWait(parent.node().waits());
    return parent;
  }

  private void requireMissing(VfsPath path) throws FsException {
    if (tree.find(path) != null) {
      throw new FsException(Errno.EEXIST, path);
    }
  }

  private Located<?> located(Located<SyntheticDirectory> parent, VfsPath path) throws FsException {
    Located<?> child = tree.child(parent, path.name());
    if (child == null) {
      throw new FsException(Errno.ENOENT, path);
    }
    return child;
  }

  private void requireReplaceable(Located<?> moved, Located<?> replaced, VfsPath to)
      throws FsException {
    if (!isDirectory(replaced)) {
      if (isDirectory(moved)) {
        throw new FsException(Errno.ENOTDIR, to);
      }
    } else if (!isDirectory(moved)) {
      throw new FsException(Errno.EISDIR, to);
    } else {
      requireEmpty(replaced.asDirectory(to), to);
    }
  }

  private void requireEmpty(Located<SyntheticDirectory> directory, VfsPath path)
      throws FsException {
    tree.requireNoWait(directory.node().waits());
    if (!directory.node().isEmpty()) {
      throw new FsException(Errno.ENOTEMPTY, path);
    }
  }

  private static boolean isDirectory(Located<?> located) {
    return located.node() instanceof SyntheticDirectory;
  }

  private static void requireNotFixed(Located<SyntheticDirectory> parent, VfsPath path)
      throws FsException {
    if (parent.node().isFixed(path.name())) {
      throw new FsException(Errno.EPERM, path);
    }
  }
}
