package dev.warren.ninep.session;

import dev.warren.api.Caller;
import dev.warren.api.FsException;

/** Makes a connection that has attached one of those that are served. */
@FunctionalInterface
public interface Admission {
  /**
   * Takes it in. On the event loop; called for the first attach of each session.
   *
   * @throws FsException if there are too many
   */
  void admit(Caller caller) throws FsException;
}
