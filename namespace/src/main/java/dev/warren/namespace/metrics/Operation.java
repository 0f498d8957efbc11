package dev.warren.namespace.metrics;

import java.util.Locale;

/** What a file system can be asked for. Those from {@link #READ} on are about open files. */
public enum Operation {
  STAT,
  OPEN,
  OPENDIR,
  MKDIR,
  UNLINK,
  RMDIR,
  RENAME,
  SETATTR,
  READLINK,
  SYMLINK,
  LINK,
  MKNOD,
  STATFS,
  LISTXATTR,
  GETXATTR,
  SETXATTR,
  REMOVEXATTR,
  READ,
  WRITE,
  FSTAT,
  FSETATTR,
  TRUNCATE,
  FSYNC,
  COPY,
  CLOSE,
  READDIR;

  private final String word = name().toLowerCase(Locale.ROOT);

  /** As metrics and logs name it. */
  public String word() {
    return word;
  }
}
