package dev.warren.ninep.server;

import dev.warren.api.Cancellation;
import dev.warren.ninep.session.Operation;
import dev.warren.ninep.session.Session;
import org.jspecify.annotations.Nullable;

/** A request that did not complete at once. */
final class Request {
  final int tag;
  final Operation operation;

  /** The session it belongs to. When that ends, the request is dropped. */
  final Session session;

  /** Bytes that it holds in direct buffers. */
  final int weight;

  /** Bytes that it holds on the heap. */
  final int heap;

  /** Whether it has run and waits for somebody else's request, as a lock does. */
  final boolean waits;

  final Cancellation cancellation = new Cancellation();

  /** Set, on the event loop, once no reply may be sent any more. */
  boolean dropped;

  /** Set, on the event loop, once the request has been answered. */
  boolean answered;

  /** How the operation failed. Written before, and read after, the hand-over to the event loop. */
  @Nullable Throwable failure;

  Request(int tag, Operation operation, Session session, int heap) {
    this.tag = tag;
    this.operation = operation;
    this.session = session;
    this.weight = operation.weight();
    this.heap = heap;
    this.waits = operation.pending() != null;
  }
}
