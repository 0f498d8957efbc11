package dev.warren.api;

import java.util.Locale;

/**
 * The operations of a file system and of its open files and directories. Wrappers use them to
 * distinguish calls. A wrapper with an exhaustive switch does not compile when an operation is
 * added.
 */
public enum Operation {
  /** {@link FileSystem#stat}. */
  STAT,
  /** {@link FileSystem#open}. */
  OPEN,
  /** {@link FileSystem#openDirectory}. */
  OPENDIR,
  /** {@link FileSystem#mkdir}. */
  MKDIR,
  /** {@link FileSystem#unlink}. */
  UNLINK,
  /** {@link FileSystem#rmdir}. */
  RMDIR,
  /** {@link FileSystem#rename}. */
  RENAME,
  /** {@link FileSystem#replace}. */
  REPLACE,
  /** {@link FileSystem#setAttributes}. */
  SETATTR,
  /** {@link FileSystem#readlink}. */
  READLINK,
  /** {@link FileSystem#symlink}. */
  SYMLINK,
  /** {@link FileSystem#link}. */
  LINK,
  /** {@link FileSystem#mknod}. */
  MKNOD,
  /** {@link FileSystem#statfs}. */
  STATFS,
  /** {@link FileSystem#listXattrs}. */
  LISTXATTR,
  /** {@link FileSystem#getXattr}. */
  GETXATTR,
  /** {@link FileSystem#setXattr}. */
  SETXATTR,
  /** {@link FileSystem#removeXattr}. */
  REMOVEXATTR,
  /** {@link OpenFile#read}. */
  READ,
  /** {@link OpenFile#write}. */
  WRITE,
  /** {@code stat} of an open file or directory. */
  FSTAT,
  /** {@code setAttributes} of an open file or directory. */
  FSETATTR,
  /** {@link OpenFile#truncate}. */
  TRUNCATE,
  /** {@code sync} of an open file or directory. */
  FSYNC,
  /** {@link OpenFile#copyTo}. */
  COPY,
  /** {@link OpenDirectory#read} and {@link OpenDirectory#readNames}. */
  READDIR,
  /** {@link OpenFile#close} or {@link OpenDirectory#close}. */
  CLOSE,
  /** {@link OpenFile#abort}. */
  ABORT;

  private final String word = name().toLowerCase(Locale.ROOT);

  /** The name of the operation in metrics and logs. */
  public String word() {
    return word;
  }
}
