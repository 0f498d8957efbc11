package dev.warren.ninep.server;

/**
 * What of a connection is in flight, against what may be. For the connection's event loop only.
 *
 * <p>A request that was flushed, or whose session has ended, goes on until its file system notices.
 * It is counted apart: a client whose processes were killed while a plugin was stuck can go on, and
 * one that flushes what it sends cannot pile up work without end.
 */
final class Bounds {
  private final int maxRequests;
  private final long maxBytes;
  private int active;
  private int abandoned;
  private long bytes;

  Bounds(int maxRequests, long maxBytes) {
    this.maxRequests = maxRequests;
    this.maxBytes = maxBytes;
  }

  /** Whether another request may start. */
  boolean hasRoom() {
    return active < maxRequests && abandoned < maxRequests && bytes < maxBytes;
  }

  void started(Request request) {
    active++;
    bytes += request.weight;
  }

  void dropped() {
    active--;
    abandoned++;
  }

  void ended(Request request) {
    bytes -= request.weight;
    if (request.dropped) {
      abandoned--;
    } else {
      active--;
    }
  }

  /** How many requests will still be answered. */
  int active() {
    return active;
  }
}
