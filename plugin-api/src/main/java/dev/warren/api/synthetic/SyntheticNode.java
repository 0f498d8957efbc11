package dev.warren.api.synthetic;

/** A file or directory of a synthetic tree, apart from its name. Immutable. */
public sealed interface SyntheticNode permits SyntheticFile, SyntheticDirectory {
  /** The permission bits that clients see, 0 to 0777. */
  int permissions();

  /** The same node with other permission bits. Whether a file can be read or written stays. */
  SyntheticNode withPermissions(int bits);

  /**
   * The same node, whose functions do not wait, neither for input and output nor for locks that are
   * held long: front ends call them on their event loop.
   */
  SyntheticNode immediate();
}
