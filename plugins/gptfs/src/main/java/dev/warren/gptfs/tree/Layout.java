package dev.warren.gptfs.tree;

import dev.warren.api.FsException;
import dev.warren.api.VfsPath;

/** The names that clients see at the root, which the inner file system has too. */
public final class Layout {
  /** Where prompts go. */
  public static final VfsPath INBOX = at("inbox");

  /** Where answers come. */
  public static final VfsPath OUTBOX = at("outbox");

  /** Where answers are waited for; not in the inner file system. */
  public static final VfsPath WAIT = at("wait");

  /** In the inner file system only. */
  public static final VfsPath PRIVATE = at(".gptfs");

  /** The database of jobs, where it lies with the files. */
  public static final VfsPath DATABASE = at(".gptfs/jobs.db");

  /** Where version 0.1 kept its jobs. */
  static final VfsPath JOURNAL = at(".gptfs/journal");

  /** The same, once they are in the database. */
  static final VfsPath OLD_JOURNAL = at(".gptfs/journal-0.1");

  /** What is not published yet. */
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
