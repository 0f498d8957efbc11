package dev.warren.ninep.server;

import dev.warren.api.Caller;
import dev.warren.api.FsException;

/** The server's records and limits, as seen by one connection. Called on its event loop. */
interface ConnectionRegistry {
  /**
   * The client has attached, and is no stranger any more. A second call does nothing.
   *
   * @throws FsException if too many connections have attached
   */
  void admit(Caller caller) throws FsException;

  /**
   * The holder whose share of the memory budget the connection uses: the user, if the client is
   * trusted; otherwise the client's source, because an untrusted client could name any number of
   * users.
   */
  String holder(Caller caller);

  /**
   * There is no memory for a client that has not attached: closes one of the connections that have
   * not, perhaps this one.
   */
  void crowd();

  /** Counts and logs that the connection is refused. */
  void refuse(Refusals.Reason reason, String detail);
}
