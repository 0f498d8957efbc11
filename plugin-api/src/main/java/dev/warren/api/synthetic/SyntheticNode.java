package dev.warren.api.synthetic;

import java.time.Instant;
import java.util.function.Supplier;

/** A file or directory of a synthetic tree, apart from its name. Immutable. */
public sealed interface SyntheticNode permits SyntheticFile, SyntheticDirectory {
  /** The permission bits that clients see, 0 to 0777. */
  int permissions();

  /**
   * Returns this node with other permission bits. They do not change whether the file can be read
   * or written.
   */
  SyntheticNode withPermissions(int bits);

  /**
   * Returns this node with a modification time of its own, which replaces the time at which the
   * file system was opened.
   *
   * @param time returns when the node changed; called for each stat, so it must be cheap and
   *     non-blocking
   */
  SyntheticNode withModified(Supplier<Instant> time);

  /**
   * Returns this node with extended attributes; without them, operations on extended attributes
   * fail with EOPNOTSUPP.
   */
  SyntheticNode withXattrs(Xattrs xattrs);

  /**
   * Returns this node, declared to be non-blocking: its functions wait neither for I/O nor for
   * locks that are held long, so front ends call them on their event loop. Without this
   * declaration, each call uses a thread that may block.
   */
  SyntheticNode nonBlocking();
}
