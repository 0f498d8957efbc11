package dev.warren.server.http;

/** Whom a connection waits for. */
enum ConnectionState {
  /** For the first request, whole: headers and what little body it may have. */
  CONNECTED(true),
  /** For a page that is computed. */
  COMPUTING(false),
  /** For the client to take the answer. */
  ANSWERING(true),
  /** For a further request. */
  IDLE(true),
  /** For the client to close, so that no reset overtakes the last answer. */
  LINGERING(true),
  /** For nobody. */
  CLOSED(false);

  private final boolean waitsForPeer;

  ConnectionState(boolean waitsForPeer) {
    this.waitsForPeer = waitsForPeer;
  }

  /** Whether what the client sends is read. */
  boolean wantsMore() {
    return waitsForPeer && this != ANSWERING;
  }

  /** Whether it is the client who keeps it open, and so nothing of ours is lost with it. */
  boolean waitsForPeer() {
    return waitsForPeer;
  }
}
