package dev.warren.ninep.server;

import io.netty.channel.WriteBufferWaterMark;

/**
 * A connection's in-flight requests, and their limits. For the connection's event loop only.
 *
 * <p>A request that was flushed, or whose session has ended, continues until its file system
 * notices. It is counted separately. So a client whose processes were killed while a plugin was
 * stuck can continue, but a client that flushes its own requests cannot accumulate work without
 * limit.
 *
 * <p>A waiting lock request needs no thread and little memory, and each needs its own tag, of which
 * there are 65,535. Such requests are not counted: otherwise as many as the limit allows would
 * block the unlock that they wait for.
 */
final class RequestLimits {
  /** How many bytes of replies an unattached client may leave unread; any stranger can connect. */
  static final WriteBufferWaterMark UNSENT_TO_STRANGERS =
      new WriteBufferWaterMark(16 << 10, 32 << 10);

  private final int maxRequests;
  private final long maxBytes;
  private int active;
  private int waiting;
  private int abandoned;
  private long bytes;
  private long heap;

  RequestLimits(int maxRequests, long maxBytes) {
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

  /** Bytes that in-flight requests hold in direct buffers. */
  long bytes() {
    return bytes;
  }

  /** Bytes of the heap that in-flight requests hold. */
  long heap() {
    return heap;
  }

  /** How many requests are in flight, including those that get no reply. */
  int running() {
    return active + abandoned;
  }

  /** How many in-flight requests will get a reply. */
  int active() {
    return active;
  }
}
