package dev.warren.ninep.session;

import dev.warren.api.Caller;
import dev.warren.api.FileSystem;
import dev.warren.api.VfsPath;
import dev.warren.api.WouldBlockException;
import dev.warren.frontend.AtOnce;
import dev.warren.frontend.SharedFileSystem;
import dev.warren.frontend.TrackedPath;

/** What one Tattach opened: a tree, as one caller sees it. Shared by all fids that come from it. */
public final class Attachment {
  /** The group number that means "none": (u32) -1. */
  private static final int NO_GROUP = -1;

  private final Caller caller;
  private final VfsPath root;
  private final SharedFileSystem tree;
  private final AtOnce<FileSystem> files;

  /**
   * Attaches a caller.
   *
   * @param root the attach name, below what the listener serves
   * @param tree the caller's view, whose root is the root of the attachment
   */
  public Attachment(Caller caller, VfsPath root, SharedFileSystem tree) {
    this.caller = caller;
    this.root = root;
    this.tree = tree;
    this.files = AtOnce.of(tree);
  }

  /** Who attached. */
  public Caller caller() {
    return caller;
  }

  /**
   * The tree.
   *
   * @throws WouldBlockException if the thread may not wait and everything may
   */
  public FileSystem view(boolean mayWait) throws WouldBlockException {
    return files.on(mayWait);
  }

  /**
   * The tree for the caller acting with a group: what Tlcreate and the like name, which is the
   * process's file-system group or that of a set-gid directory.
   *
   * @throws WouldBlockException if the thread may not wait and everything may
   */
  public FileSystem view(boolean mayWait, int gid) throws WouldBlockException {
    if (gid == NO_GROUP || gid == caller.gid() || caller.uid() == -1) {
      return view(mayWait);
    }
    return AtOnce.of(tree.as(caller.withGid(gid))).on(mayWait);
  }

  /** Whether paths of this and the other mean the same files. */
  public boolean sameRoot(Attachment other) {
    return root.equals(other.root);
  }

  /** Follows a path of the tree. */
  public TrackedPath track(VfsPath path) {
    return tree.track(path);
  }
}
