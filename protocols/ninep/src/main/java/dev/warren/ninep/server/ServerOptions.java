package dev.warren.ninep.server;

import dev.warren.ninep.session.SessionLimits;
import java.time.Duration;
import java.util.List;

/**
 * The server's options.
 *
 * @param listeners the listeners, at least one
 * @param session limits of one session
 * @param maxRequests limit of one connection's in-flight requests
 * @param maxBytesInFlight limit of the bytes of one connection's requests and replies
 * @param maxConnections limit of the connections that have attached
 * @param maxUnattached limit of the connections that have not attached: as many over TCP as over
 *     Unix sockets
 * @param handshakeTimeout how long a client may take from connecting to its first attach
 */
public record ServerOptions(
    List<Listener> listeners,
    SessionLimits session,
    int maxRequests,
    long maxBytesInFlight,
    int maxConnections,
    int maxUnattached,
    Duration handshakeTimeout) {
  public ServerOptions {
    listeners = List.copyOf(listeners);
  }
}
