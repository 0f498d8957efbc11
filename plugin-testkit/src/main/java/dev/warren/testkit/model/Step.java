package dev.warren.testkit.model;

import dev.warren.api.FsException;

/**
 * One operation with everything it needs, so that a sequence can be replayed with some of its steps
 * left out. Its {@code toString} is what a failure prints.
 */
interface Step {
  /**
   * Does it.
   *
   * @return what came of it, in words that are the same for file systems that agree
   * @throws FsException an error, which is compared too
   */
  String run(World world) throws FsException;

  /** What an error counts as, where the contract allows several. */
  default String failure(FsException e) {
    return Outcomes.errno(e);
  }
}
