package dev.warren.memfs;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import org.jspecify.annotations.Nullable;

/**
 * One renameat2(2), with the checks of Linux's do_renameat2 and vfs_rename in the same order. Runs
 * under the lock on names.
 */
record Rename(Tree tree, VfsPath from, VfsPath to, boolean replace) {
  /** Renames; returns the file. */
  Inode run() throws FsException {
    Directory source = tree.parent(from);
    Directory target = tree.parent(to);
    if (from.isRoot()) {
      throw new FsException(Errno.EBUSY, from);
    }
    if (to.isRoot()) {
      throw new FsException(replace ? Errno.EBUSY : Errno.EEXIST, to);
    }
    Inode file = source.find(from.name());
    if (file == null) {
      throw new FsException(Errno.ENOENT, from);
    }
    if (from.handle() != null && !file.equals(tree.find(from))) {
      throw new FsException(Errno.ESTALE, from);
    }
    Inode existing = target.find(to.name());
    check(file, existing);
    if (file instanceof Directory directory && directory.isAbove(target)) {
      throw new FsException(Errno.EINVAL, to);
    }
    if (!file.equals(existing)) {
      move(source, target, file, existing);
    }
    return file;
  }

  private void check(Inode file, @Nullable Inode existing) throws FsException {
    if (existing != null && !replace) {
      throw new FsException(Errno.EEXIST, to);
    }
    if (!from.equals(to) && to.startsWith(from)) {
      throw new FsException(Errno.EINVAL, to);
    }
    if (!from.equals(to) && from.startsWith(to)) {
      throw new FsException(Errno.ENOTEMPTY, to);
    }
    if (existing == null || existing.equals(file)) {
      return;
    }
    if (file instanceof Directory && !(existing instanceof Directory)) {
      throw new FsException(Errno.ENOTDIR, to);
    }
    if (existing instanceof Directory directory) {
      if (!(file instanceof Directory)) {
        throw new FsException(Errno.EISDIR, to);
      }
      if (!directory.isEmpty()) {
        throw new FsException(Errno.ENOTEMPTY, to);
      }
    }
  }

  private void move(Directory source, Directory target, Inode file, @Nullable Inode existing) {
    if (existing == null) {
      target.add(to.name(), file);
    } else {
      target.replace(to.name(), file);
      tree.volume().space().giveBack(Directory.NAME_CHARGE);
    }
    source.moveAway(from.name());
  }
}
