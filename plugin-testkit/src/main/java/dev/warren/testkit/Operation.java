package dev.warren.testkit;

/** The operations of a file system and of what it opens, as wrappers tell them apart. */
public enum Operation {
  /** {@code FileSystem.stat}. */
  STAT,
  /** {@code FileSystem.open}. */
  OPEN,
  /** {@code FileSystem.openDirectory}. */
  OPEN_DIRECTORY,
  /** {@code FileSystem.mkdir}. */
  MKDIR,
  /** {@code FileSystem.unlink}. */
  UNLINK,
  /** {@code FileSystem.rmdir}. */
  RMDIR,
  /** {@code FileSystem.rename}. */
  RENAME,
  /** {@code setAttributes} of a path, an open file or an open directory. */
  SET_ATTRIBUTES,
  /** {@code FileSystem.readlink}. */
  READLINK,
  /** {@code FileSystem.symlink}. */
  SYMLINK,
  /** {@code FileSystem.link}. */
  LINK,
  /** {@code FileSystem.mknod}. */
  MKNOD,
  /** {@code FileSystem.statfs}. */
  STATFS,
  /** {@code FileSystem.listXattrs}. */
  LIST_XATTRS,
  /** {@code FileSystem.getXattr}. */
  GET_XATTR,
  /** {@code FileSystem.setXattr}. */
  SET_XATTR,
  /** {@code FileSystem.removeXattr}. */
  REMOVE_XATTR,
  /** {@code OpenFile.read}. */
  READ,
  /** {@code OpenFile.write}. */
  WRITE,
  /** {@code stat} of an open file or directory. */
  STAT_OPEN,
  /** {@code OpenFile.truncate}. */
  TRUNCATE,
  /** {@code sync} of an open file or directory. */
  SYNC,
  /** {@code OpenFile.copyTo}. */
  COPY,
  /** {@code OpenDirectory.read}. */
  LIST,
  /** {@code close} of an open file or directory; of the file system with the root as path. */
  CLOSE,
  /** {@code OpenFile.abort}. */
  ABORT
}
