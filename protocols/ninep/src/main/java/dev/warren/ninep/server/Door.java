package dev.warren.ninep.server;

import dev.warren.api.Caller;
import dev.warren.api.FsException;

/** Where a connection comes in: what the server keeps about it as a whole. On its event loop. */
interface Door {
  /**
   * The peer has attached, and is no stranger any more. A second call does nothing.
   *
   * @throws FsException if too many have
   */
  void admit(Caller caller) throws FsException;

  /**
   * Whose share of the memory the connection uses. A user's, where the word of the peer counts;
   * else its source's, since it could name as many users as it likes.
   */
  String holder(Caller caller);

  /**
   * There is no memory for a peer that has not attached: of those that have not, one loses its
   * place, perhaps this one.
   */
  void crowd();

  /** The connection is ended against the peer's will. */
  void refuse(Refusals.Reason reason, String detail);
}
