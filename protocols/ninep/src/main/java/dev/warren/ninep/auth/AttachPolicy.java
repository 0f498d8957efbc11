package dev.warren.ninep.auth;

import dev.warren.api.Caller;
import dev.warren.api.FsException;

/** Decides which attaches of one connection are admitted. Thread-safe. */
@FunctionalInterface
public interface AttachPolicy {
  /**
   * Admits a client. Blocking: reads the system's socket and user tables.
   *
   * @param user the name that the client gives; empty, or "nobody" from the Linux client, for none
   * @param uid the number that the client gives; {@link dev.warren.ninep.codec.Wire#NONUNAME} for
   *     none
   * @throws FsException EACCES if the client may not attach
   */
  Caller admit(String user, int uid) throws FsException;
}
