package dev.warren.api.synthetic;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.api.WouldBlockException;
import org.jspecify.annotations.Nullable;

/** Looks nodes up by their paths. */
final class Tree {
  private final Instance instance;
  private final SyntheticDirectory root;
  private final boolean mayBlock;

  /**
   * A tree with the given root.
   *
   * @param mayBlock whether look-ups may block; if not, those that would block throw a
   *     WouldBlockException
   */
  Tree(Instance instance, SyntheticDirectory root, boolean mayBlock) {
    this.instance = instance;
    this.root = root;
    this.mayBlock = mayBlock;
  }

  SyntheticDirectory root() {
    return root;
  }

  /** Returns the same tree with look-ups that never block. */
  Tree withoutWaiting() {
    return new Tree(instance, root, false);
  }

  boolean mayBlock() {
    return mayBlock;
  }

  Instance instance() {
    return instance;
  }

  Located<?> locate(VfsPath path) throws FsException {
    Located<?> located = find(path);
    if (located == null) {
      throw new FsException(Errno.ENOENT, path);
    }
    return located;
  }

  /** The node of a path; null if only its last name does not exist. */
  @Nullable Located<?> find(VfsPath path) throws FsException {
    Located<SyntheticDirectory> parent = locateParent(path);
    return path.isRoot() ? parent : child(parent, path.name());
  }

  /** Returns the directory that contains a path's last name; for the root, the root. */
  Located<SyntheticDirectory> locateParent(VfsPath path) throws FsException {
    instance.requireOpen();
    Located<SyntheticDirectory> located = new Located<>(root, Ids.ROOT);
    for (String name : path.parentOrRoot().names()) {
      Located<?> next = child(located, name);
      if (next == null) {
        throw new FsException(Errno.ENOENT, path);
      }
      located = next.asDirectory(path);
    }
    return located;
  }

  @Nullable Located<?> child(Located<SyntheticDirectory> parent, String name) throws FsException {
    requireNoWait(parent.node().waitsFor(name));
    SyntheticNode node = parent.node().find(name);
    return node == null ? null : new Located<>(node, Ids.child(parent.fileId(), name));
  }

  void requireNoWait(boolean waits) throws FsException {
    if (waits && !mayBlock) {
      throw WouldBlockException.INSTANCE;
    }
  }

  /**
   * A node together with its file id.
   *
   * @param node the node
   * @param fileId the id that follows from its path
   */
  record Located<T extends SyntheticNode>(T node, long fileId) {
    Located<SyntheticDirectory> asDirectory(VfsPath path) throws FsException {
      if (node instanceof SyntheticDirectory directory) {
        return new Located<>(directory, fileId);
      }
      throw new FsException(Errno.ENOTDIR, path);
    }
  }
}
