package dev.warren.ninep.session;

import dev.warren.api.Caller;
import dev.warren.api.FileSystem;
import dev.warren.api.VfsPath;
import dev.warren.api.WouldBlockException;
import dev.warren.frontend.NonBlockingFirst;
import dev.warren.frontend.SharedFileSystem;
import dev.warren.frontend.TrackedPath;

/** The result of one Tattach: a tree as one caller sees it. Shared by all fids derived from it. */
public final class Attachment {
  /** The group number that means "no group": (u32) -1. */
  private static final int NO_GROUP = -1;

  private final Caller caller;
  private final VfsPath root;
  private final SharedFileSystem tree;
  private final NonBlockingFirst<FileSystem> files;

  /**
   * Attaches a caller.
   *
   * @param root the attach name, relative to the path that the listener serves
   * @param tree the caller's view, whose root is the root of the attachment
   */
  public Attachment(Caller caller, VfsPath root, SharedFileSystem tree) {
    this.caller = caller;
    this.root = root;
    this.tree = tree;
    this.files = NonBlockingFirst.of(tree);
  }

  /** The caller that attached. */
  public Caller caller() {
    return caller;
  }

  /**
   * The tree.
   *
   * @param mayBlock whether the thread may block
   * @throws WouldBlockException if the thread may not block and the tree has no non-blocking view
   */
  public FileSystem view(boolean mayBlock) throws WouldBlockException {
    return files.on(mayBlock);
  }

  /**
   * The tree for the caller, acting with another group: Tlcreate and similar requests name one,
   * which is the process's file-system group or that of a set-gid directory.
   *
   * @param mayBlock whether the thread may block
   * @throws WouldBlockException if the thread may not block and the tree has no non-blocking view
   */
  public FileSystem view(boolean mayBlock, int gid) throws WouldBlockException {
    if (gid == NO_GROUP || gid == caller.gid() || caller.uid() == -1) {
      return view(mayBlock);
    }
    return NonBlockingFirst.of(tree.as(caller.withGid(gid))).on(mayBlock);
  }

  /** Whether a path names the same file in this attachment and the other. */
  public boolean sameRoot(Attachment other) {
    return root.equals(other.root);
  }

  /** Tracks a path of the tree through renames. */
  public TrackedPath track(VfsPath path) {
    return tree.track(path);
  }
}
