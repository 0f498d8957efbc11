package dev.warren.ninep.auth;

import dev.warren.api.FsException;
import java.util.OptionalInt;

/** Identifies the user of this system at the client's end of a connection. */
@FunctionalInterface
public interface PeerIdentity {
  /**
   * The client's user number; empty if the client is not on this system. May block.
   *
   * @throws FsException EACCES if the system does not know the connection
   */
  OptionalInt uid() throws FsException;
}
