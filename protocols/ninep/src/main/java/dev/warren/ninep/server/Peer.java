package dev.warren.ninep.server;

import dev.warren.frontend.Source;
import dev.warren.ninep.auth.PeerIdentity;

/**
 * The client's end of a connection.
 *
 * @param source what the connection is counted under
 * @param identity the client's user on this system
 * @param address where the client is, for display
 */
record Peer(Source source, PeerIdentity identity, String address) {
  /** Source and address, for the log. */
  @Override
  public String toString() {
    return address.startsWith(source.name()) ? address : source + ", " + address;
  }
}
