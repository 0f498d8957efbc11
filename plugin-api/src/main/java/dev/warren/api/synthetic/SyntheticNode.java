package dev.warren.api.synthetic;

import java.time.Instant;
import java.util.function.Supplier;

/** A file or directory of a synthetic tree, apart from its name. Immutable. */
public sealed interface SyntheticNode permits SyntheticFile, SyntheticDirectory {
  /** The permission bits that clients see, 0 to 0777. */
  int permissions();

  /** The same node with other permission bits. Whether a file can be read or written stays. */
  SyntheticNode withPermissions(int bits);

  /**
   * The same node with a time of its own, in place of that at which the file system was opened.
   *
   * @param time when it changed; asked at each look, cheap, and does not wait
   */
  SyntheticNode withModified(Supplier<Instant> time);

  /** The same node with extended attributes; without, EOPNOTSUPP answers for them. */
  SyntheticNode withXattrs(Xattrs xattrs);

  /**
   * The same node, whose functions do not wait, neither for input and output nor for locks that are
   * held long: front ends call them on their event loop. Without, each call takes a thread that may
   * wait.
   */
  SyntheticNode immediate();
}
