package dev.warren.ninep.server;

import io.netty.channel.WriteBufferWaterMark;

/**
 * What of a connection is in flight, against what may be. For the connection's event loop only.
 *
 * <p>A request that was flushed, or whose session has ended, goes on until its file system notices.
 * It is counted apart: a client whose processes were killed while a plugin was stuck can go on, and
 * one that flushes what it sends cannot pile up work without end.
 *
 * <p>A lock that waits takes no thread and little memory, and each needs a tag of its own, of which
 * there are 65,535. Were it counted, as many waiters as there may be requests would keep out the
 * unlock that they wait for.
 */
final class Bounds {
  /** How many bytes of replies whoever has not attached may leave unread; anybody can connect. */
  static final WriteBufferWaterMark UNSENT_TO_STRANGERS =
      new WriteBufferWaterMark(16 << 10, 32 << 10);

  private final int maxRequests;
  private final long maxBytes;
  private int active;
  private int waiting;
  private int abandoned;
  private long bytes;
  private long heap;

  Bounds(int maxRequests, long maxBytes) {
    this.maxRequests = maxRequests;
    this.maxBytes = maxBytes;
  }

  /** Whether another request may start. */
  boolean hasRoom() {
    return active - waiting < maxRequests && abandoned < maxRequests && bytes < maxBytes;
  }

  void started(Request request) {
    active++;
    waiting += request.waits ? 1 : 0;
    bytes += request.weight;
    heap += request.heap;
  }

  void dropped(Request request) {
    leaves(request);
    abandoned++;
  }

  void ended(Request request) {
    bytes -= request.weight;
    heap -= request.heap;
    if (request.dropped) {
      abandoned--;
    } else {
      leaves(request);
    }
  }

  private void leaves(Request request) {
    active--;
    waiting -= request.waits ? 1 : 0;
  }

  /** How many bytes of replies the client may leave unread. */
  WriteBufferWaterMark unsent() {
    return new WriteBufferWaterMark((int) (maxBytes / 2), (int) maxBytes);
  }

  /** Bytes of data that they hold in direct buffers. */
  long bytes() {
    return bytes;
  }

  /** Bytes of the heap that they hold. */
  long heap() {
    return heap;
  }

  /** How many requests have not ended, whether they will be answered or not. */
  int running() {
    return active + abandoned;
  }

  /** How many requests will still be answered. */
  int active() {
    return active;
  }
}
