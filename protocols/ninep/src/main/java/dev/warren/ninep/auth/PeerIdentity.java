package dev.warren.ninep.auth;

import dev.warren.api.FsException;
import java.util.OptionalInt;

/** Finds out which user of this system runs the other end of a connection. */
@FunctionalInterface
public interface PeerIdentity {
  /**
   * The peer's user number; empty if the peer is not on this system. May wait.
   *
   * @throws FsException EACCES if the system does not know the connection
   */
  OptionalInt uid() throws FsException;
}
