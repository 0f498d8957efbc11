package dev.warren.ninep.server;

import dev.warren.frontend.Source;
import dev.warren.ninep.auth.PeerIdentity;

/**
 * The other end of a connection.
 *
 * @param source whom the connection counts for
 * @param identity which user of this system it is
 * @param address where it is, for people
 */
record Peer(Source source, PeerIdentity identity, String address) {
  /** Who and where, for the log. */
  @Override
  public String toString() {
    return address.startsWith(source.name()) ? address : source + ", " + address;
  }
}
