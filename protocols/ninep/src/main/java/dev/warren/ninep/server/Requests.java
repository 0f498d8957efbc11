package dev.warren.ninep.server;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.WouldBlockException;
import dev.warren.ninep.codec.MessageReader;
import dev.warren.ninep.codec.Wire;
import dev.warren.ninep.ops.OperationFactory;
import dev.warren.ninep.session.NinepOperation;
import dev.warren.ninep.session.Replies;
import dev.warren.ninep.session.Session;
import io.netty.channel.Channel;
import io.netty.util.collection.IntObjectHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection's requests. A request completes on the event loop if its file system does not block,
 * and on a virtual thread if it may. Except for the code that runs on those threads, everything
 * here is for the event loop.
 *
 * <p>A request makes several calls to the file system and keeps its state between its two attempts.
 * So it is attempted as a whole, with {@link dev.warren.frontend.NonBlockingFirst#on}: {@link
 * dev.warren.frontend.NonBlockingFirst#start} would create a future for each of its calls on the
 * event loop.
 *
 * <p>Only a request that did not complete at once occupies its tag. The tag is freed in the same
 * step that writes the reply, or the Rflush instead of it, so neither can come late.
 */
final class Requests {
  private static final Logger log = LoggerFactory.getLogger(Requests.class);

  private final String connection;
  private final Channel channel;
  private final Replies replies;
  private final RequestLimits limits;
  private final MemoryCheck memory;
  private final Executor workers;
  private final Executor identities;
  private final Runnable afterwards;
  private final IntObjectHashMap<Request> taken = new IntObjectHashMap<>();

  /**
   * Creates the requests of a channel.
   *
   * @param connection its name in the log
   * @param workers runs blocking work
   * @param identities runs the identification of clients
   * @param afterwards called after each request that had left the event loop
   */
  Requests(
      String connection,
      Channel channel,
      Replies replies,
      RequestLimits limits,
      MemoryCheck memory,
      Executor workers,
      Executor identities,
      Runnable afterwards) {
    this.connection = connection;
    this.channel = channel;
    this.replies = replies;
    this.limits = limits;
    this.memory = memory;
    this.workers = workers;
    this.identities = identities;
    this.afterwards = afterwards;
  }

  /** Whether a tag belongs to a request without a reply. */
  boolean holds(int tag) {
    return taken.containsKey(tag);
  }

  /**
   * Ends the request with a tag, if there is one: writes its reply if it has completed already, and
   * otherwise drops it.
   */
  void flush(int tag) {
    Request old = taken.remove(tag);
    if (old == null) {
      return;
    }
    CompletableFuture<?> pending = old.operation.pending();
    if (pending != null && pending.isDone()) {
      limits.ended(old);
      old.answered = true;
      answer(old);
    } else {
      drop(old);
    }
  }

  /** Drops all requests: none gets a reply. */
  void dropAll() {
    taken.values().forEach(this::drop);
    taken.clear();
  }

  private void drop(Request request) {
    request.dropped = true;
    limits.dropped(request);
    request.operation.release(request.session);
    request.cancellation.cancel();
  }

  /**
   * Runs a request, and replies now or later.
   *
   * @param cut whether the message is a Twrite of which only the first part has arrived
   */
  void run(
      int type,
      int tag,
      MessageReader message,
      boolean cut,
      Session open,
      OperationFactory current) {
    int frame = Wire.HEADER + message.remaining();
    NinepOperation operation;
    try {
      operation = current.of(type, message, memory.longestReply(), cut);
    } catch (FsException e) {
      replies.error(tag, e.errno());
      return;
    }
    if (operation.asksWho()) {
      leaveLoop(tag, operation, MemoryCheck.ofRequest(type, frame), open, current);
      return;
    }
    try {
      operation.run(false);
    } catch (WouldBlockException e) {
      leaveLoop(tag, operation, MemoryCheck.ofRequest(type, frame), open, current);
      return;
    } catch (FsException | RuntimeException | Error e) {
      fail(tag, operation, open, e);
      return;
    }
    CompletableFuture<?> pending = operation.pending();
    if (pending == null || pending.isDone()) {
      finish(tag, operation, open);
    } else if (!memory.mayWish(MemoryCheck.ofWish(frame))) {
      fail(tag, operation, open, new FsException(Errno.ENOLCK, "no memory left for locks"));
    } else {
      Request request = start(tag, operation, MemoryCheck.ofWish(frame), open, current);
      var _ = pending.whenComplete((_, _) -> post(request));
    }
  }

  private void leaveLoop(
      int tag, NinepOperation operation, int heap, Session open, OperationFactory current) {
    try {
      operation.leave(open);
    } catch (FsException e) {
      fail(tag, operation, open, e);
      return;
    }
    Request request = start(tag, operation, heap, open, current);
    if (operation.asksWho()) {
      identities.execute(() -> identify(request));
    } else {
      workers.execute(() -> runWaiting(request));
    }
  }

  /** Runs on an identity thread. */
  private void identify(Request request) {
    try {
      request.operation.identify();
      request.operation.run(false);
    } catch (WouldBlockException e) {
      handOver(request);
      return;
    } catch (Throwable e) { // whatever it is, the client gets a reply
      request.failure = e;
    }
    post(request);
  }

  private void handOver(Request request) {
    try {
      workers.execute(() -> runWaiting(request));
    } catch (RejectedExecutionException e) {
      post(request); // the server has been closed
    }
  }

  private Request start(
      int tag, NinepOperation operation, int heap, Session open, OperationFactory current) {
    current.keep(operation);
    Request request = new Request(tag, operation, open, heap);
    taken.put(tag, request);
    limits.started(request);
    return request;
  }

  /** Runs on a thread that may block. */
  private void runWaiting(Request request) {
    try {
      request.cancellation.call(
          () -> {
            request.operation.run(true);
            return null;
          });
    } catch (Throwable e) { // whatever it is, the client gets a reply
      request.failure = e;
    }
    post(request);
  }

  private void post(Request request) {
    try {
      channel.eventLoop().execute(() -> ended(request));
    } catch (RejectedExecutionException e) {
      // The server and its workers have been closed. This thread is a worker or may block, so it
      // cleans up itself.
      Runnable leftover = request.operation.leftover();
      if (leftover != null) {
        leftover.run();
      }
    }
  }

  private void ended(Request request) {
    if (request.answered) {
      return;
    }
    limits.ended(request);
    memory.requestEnded();
    if (request.dropped) {
      clean(request.operation);
    } else {
      taken.remove(request.tag);
      answer(request);
    }
    afterwards.run();
  }

  private void answer(Request request) {
    if (request.failure == null) {
      finish(request.tag, request.operation, request.session);
    } else {
      fail(request.tag, request.operation, request.session, request.failure);
    }
  }

  private void finish(int tag, NinepOperation operation, Session open) {
    try {
      operation.finish(open, replies, tag);
    } catch (FsException | RuntimeException | Error e) {
      fail(tag, operation, open, e);
    }
  }

  private void fail(int tag, NinepOperation operation, Session open, Throwable failure) {
    operation.release(open);
    clean(operation);
    if (failure instanceof WouldBlockException || !Errno.isExpected(failure)) {
      log.error("{}: {} failed", connection, operation.getClass().getSimpleName(), failure);
    }
    replies.error(tag, failure instanceof WouldBlockException ? Errno.EIO : Errno.of(failure));
  }

  private void clean(NinepOperation operation) {
    Runnable leftover = operation.leftover();
    if (leftover != null) {
      workers.execute(leftover);
    }
  }
}
