package dev.warren.gptfs.tree;

import dev.warren.api.FsException;
import dev.warren.api.VfsPath;

/** The paths at the root, of the tree that clients see and of the inner file system. */
public final class Layout {
  /** Where prompts go. */
  public static final VfsPath INBOX = at("inbox");

  /** Where answers appear. */
  public static final VfsPath OUTBOX = at("outbox");

  /** Where clients wait for answers; not in the inner file system. */
  public static final VfsPath WAIT = at("wait");

  /** The directory of gptfs's own files; in the inner file system only. */
  public static final VfsPath PRIVATE = at(".gptfs");

  /** The database of jobs, if it is kept with the files. */
  public static final VfsPath DATABASE = at(".gptfs/jobs.db");

  /** The directory in which version 0.1 kept its jobs; now a file, for {@code DowngradeGuard}. */
  static final VfsPath JOURNAL = at(".gptfs/journal");

  /** The same directory, once its jobs are in the database. */
  static final VfsPath OLD_JOURNAL = at(".gptfs/journal-0.1");

  /** Files that are written here before they are published. */
  public static final VfsPath TEMPORARY = at(".gptfs/tmp");

  private Layout() {}

  private static VfsPath at(String path) {
    try {
      return VfsPath.parse("/" + path);
    } catch (FsException e) {
      throw new IllegalArgumentException(path, e);
    }
  }
}
