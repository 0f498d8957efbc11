package dev.warren.server.http;

import java.time.Duration;

/**
 * How much strangers may take of this process, who all may connect.
 *
 * @param connections how many connections there are at most
 * @param waitingBytes how many bytes of answers may wait for clients to take them, over all
 * @param request how long a first request may take to come, whole
 * @param idle how long a further one may take
 * @param answer how long a client may take to take an answer
 * @param linger how long it may take to close
 * @param computing how long a page may take to be computed
 */
record Bounds(
    int connections,
    long waitingBytes,
    Duration request,
    Duration idle,
    Duration answer,
    Duration linger,
    Duration computing) {
  /** The first line of a request: 414 beyond. */
  static final int MOST_LINE = 8 * 1024;

  /** All headers of a request: 431 beyond. */
  static final int MOST_HEADERS = 16 * 1024;

  /** The body of a request, which nothing here needs: 413 beyond. */
  static final int MOST_BODY = 64 * 1024;

  /** What is read at once, and so how many requests wait that a client has sent ahead. */
  static final int READ_BUFFER = 2 * 1024;

  static final int DEFAULT_CONNECTIONS = 256;

  /** The usual ones. */
  static Bounds of(int connections) {
    return new Bounds(
        connections,
        Math.min(32 << 20, Runtime.getRuntime().maxMemory() / 32),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(60),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5));
  }

  /** How long a connection may stay in a state. */
  Duration longest(ConnectionState state) {
    return switch (state) {
      case CONNECTED -> request;
      case COMPUTING -> computing;
      case ANSWERING -> answer;
      case IDLE -> idle;
      case LINGERING, CLOSED -> linger;
    };
  }
}
