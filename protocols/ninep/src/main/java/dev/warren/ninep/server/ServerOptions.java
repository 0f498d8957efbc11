package dev.warren.ninep.server;

import dev.warren.ninep.session.SessionLimits;
import java.time.Duration;
import java.util.List;

/**
 * How to serve.
 *
 * @param listeners where, at least one
 * @param allowRemote whether peers of other systems are let in, as nobody
 * @param session what one session may take
 * @param maxRequests requests of one connection that may be in flight
 * @param maxBytesInFlight bytes of one connection's requests and replies that may be in flight
 * @param maxConnections connections in all
 * @param handshakeTimeout how long a client may take from connecting to its first attach
 */
public record ServerOptions(
    List<Listener> listeners,
    boolean allowRemote,
    SessionLimits session,
    int maxRequests,
    long maxBytesInFlight,
    int maxConnections,
    Duration handshakeTimeout) {
  public ServerOptions {
    listeners = List.copyOf(listeners);
  }
}
