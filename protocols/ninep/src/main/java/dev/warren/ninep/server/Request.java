package dev.warren.ninep.server;

import dev.warren.api.Cancellation;
import dev.warren.ninep.session.NinepOperation;
import dev.warren.ninep.session.Session;
import org.jspecify.annotations.Nullable;

/** An in-flight request that did not complete at once. */
final class Request {
  final int tag;
  final NinepOperation operation;

  /** The session that the request belongs to. When that ends, the request is dropped. */
  final Session session;

  /** Bytes that the request holds in direct buffers. */
  final int weight;

  /** Bytes that the request holds on the heap. */
  final int heap;

  /** Whether the request has run and waits for another client's request, as a lock does. */
  final boolean waits;

  final Cancellation cancellation = new Cancellation();

  /** Set on the event loop once no reply may be sent any more. */
  boolean dropped;

  /** Set on the event loop once the reply has been written. */
  boolean answered;

  /**
   * How the operation failed. Written before the hand-over to the event loop, and read after it.
   */
  @Nullable Throwable failure;

  Request(int tag, NinepOperation operation, Session session, int heap) {
    this.tag = tag;
    this.operation = operation;
    this.session = session;
    this.weight = operation.weight();
    this.heap = heap;
    this.waits = operation.pending() != null;
  }
}
