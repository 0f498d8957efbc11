package dev.warren.ninep.session;

import dev.warren.api.Caller;
import dev.warren.api.FsException;

/** Admits a connection, once it has attached, to the connections that are served. */
@FunctionalInterface
public interface Admission {
  /**
   * Admits the connection. Called on the event loop, for the first attach of each session.
   *
   * @throws FsException if there are too many connections
   */
  void admit(Caller caller) throws FsException;
}
