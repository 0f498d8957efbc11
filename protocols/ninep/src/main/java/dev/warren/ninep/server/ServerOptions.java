package dev.warren.ninep.server;

import dev.warren.ninep.session.SessionLimits;
import java.time.Duration;
import java.util.List;

/**
 * How to serve.
 *
 * @param listeners where, at least one
 * @param session what one session may take
 * @param maxRequests requests of one connection that may be in flight
 * @param maxBytesInFlight bytes of one connection's requests and replies that may be in flight
 * @param maxConnections connections that have attached
 * @param maxUnattached connections that have not attached yet, over TCP; as many over Unix sockets
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
