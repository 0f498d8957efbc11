package dev.warren.testkit.model;

import dev.warren.api.FsException;

/**
 * One operation with all its arguments, so that a sequence can be replayed without some of its
 * steps. A failure prints its {@code toString}.
 */
interface Step {
  /**
   * Performs the operation.
   *
   * @return its result, in text that is the same for file systems that agree
   * @throws FsException an error, which is also compared
   */
  String run(World world) throws FsException;

  /**
   * Returns the text for an error; errors between which the contract permits a choice have the same
   * text.
   */
  default String failure(FsException e) {
    return Outcomes.errno(e);
  }
}
