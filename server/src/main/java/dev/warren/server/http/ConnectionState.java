package dev.warren.server.http;

/** What a connection is waiting for. */
enum ConnectionState {
  /** The complete first request: the headers and a small body, if any. */
  CONNECTED(true),
  /** A page that is being computed. */
  COMPUTING(false),
  /** The client to read the response. */
  RESPONDING(true),
  /** A further request. */
  IDLE(true),
  /** The client to close, so that no reset overtakes the last response. */
  LINGERING(true),
  /** Nothing: it is closed. */
  CLOSED(false);

  private final boolean waitsForPeer;

  ConnectionState(boolean waitsForPeer) {
    this.waitsForPeer = waitsForPeer;
  }

  /** Whether the connection reads what the client sends. */
  boolean wantsMore() {
    return waitsForPeer && this != RESPONDING;
  }

  /**
   * Whether only the client keeps the connection open, so that closing it loses none of the host's
   * work.
   */
  boolean waitsForPeer() {
    return waitsForPeer;
  }
}
