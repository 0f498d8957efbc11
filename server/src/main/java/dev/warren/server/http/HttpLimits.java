package dev.warren.server.http;

import java.time.Duration;

/**
 * The limits on the resources of this process that clients can use, since anyone may connect.
 *
 * @param connections how many connections may be open
 * @param waitingBytes how many bytes of responses, over all connections, clients may not yet have
 *     read
 * @param request how long a client may take to send its first complete request
 * @param idle how long a client may take to send a further request
 * @param response how long a client may take to read a response
 * @param linger how long a client may take to close the connection
 * @param computing how long computing a page may take
 */
record HttpLimits(
    int connections,
    long waitingBytes,
    Duration request,
    Duration idle,
    Duration response,
    Duration linger,
    Duration computing) {
  /** The longest request line in bytes; 414 beyond. */
  static final int MOST_LINE = 8 * 1024;

  /** The most bytes of a request's headers; 431 beyond. */
  static final int MOST_HEADERS = 16 * 1024;

  /** The most bytes of a request's body, which no page uses; 413 beyond. */
  static final int MOST_BODY = 64 * 1024;

  /** The most bytes that are read at once, which also limits how many pipelined requests wait. */
  static final int READ_BUFFER = 2 * 1024;

  static final int DEFAULT_CONNECTIONS = 256;

  /** Returns the default limits. */
  static HttpLimits of(int connections) {
    return new HttpLimits(
        connections,
        Math.min(32 << 20, Runtime.getRuntime().maxMemory() / 32),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(60),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5));
  }

  /** Returns how long a connection may stay in a state. */
  Duration longest(ConnectionState state) {
    return switch (state) {
      case CONNECTED -> request;
      case COMPUTING -> computing;
      case RESPONDING -> response;
      case IDLE -> idle;
      case LINGERING, CLOSED -> linger;
    };
  }
}
