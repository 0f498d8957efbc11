package dev.warren.ninep.server;

import dev.warren.api.Caller;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.Reason;
import dev.warren.frontend.SessionInfo;
import dev.warren.ninep.codec.MessageReader;
import dev.warren.ninep.codec.MessageType;
import dev.warren.ninep.codec.Tmessage;
import dev.warren.ninep.codec.Wire;
import dev.warren.ninep.ops.OperationFactory;
import dev.warren.ninep.session.Allowance;
import dev.warren.ninep.session.Handle;
import dev.warren.ninep.session.Replies;
import dev.warren.ninep.session.Session;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection of one client: splits what it sends into frames, and flushes the replies to all
 * frames received together in one write. A session lasts from one Tversion to the next, or to the
 * end of the connection. All state belongs to the connection's event loop, and replies are written
 * only there.
 */
final class Connection extends ChannelInboundHandlerAdapter implements FrameBuffer.Sink {
  private static final Logger log = LoggerFactory.getLogger(Connection.class);
  private static final String VERSION = "9P2000.L";

  /**
   * How many requests a connection may process in a row before it yields the event loop to others.
   */
  private static final int BATCH = 256;

  /** If memory is short, a write may be shortened, but to no less than this many bytes. */
  private static final int LEAST_CUT = 8192;

  private final String id;
  private final Channel channel;
  private final Service service;
  private final Instant since = Instant.now();
  private final FrameBuffer frames;
  private final Replies replies;
  private final MessageReader reader = new MessageReader(Unpooled.EMPTY_BUFFER);
  private final Requests requests;
  private final RequestLimits limits;
  private final Allowance allowance;
  private final MemoryCheck memory;
  private final List<CompletableFuture<Void>> waitingForIdle = new ArrayList<>();
  private volatile @Nullable Session session;
  private @Nullable OperationFactory factory;
  private boolean flushScheduled;
  private boolean lost;

  /** Whether the last Tversion requested another dialect. */
  private boolean spokeOtherwise;

  private volatile Entry entry = Entry.OUTSIDE;

  /** How far the client has come from a stranger to an attached client. */
  private enum Entry {
    /** The client has not attached. */
    OUTSIDE,
    /** The client's first Tattach is in flight; no other is processed meanwhile. */
    ATTACHING,
    /**
     * The client has attached, and the reply is being sent. A TCP client's user was looked up by
     * the client's address. If the connection had been reset before that, the address might by then
     * belong to another user's connection. The reply can be sent only if the connection still
     * exists, so frames that the client has already sent wait until the reply has been sent.
     */
    ANSWERED,
    /** The client has attached, in this session or an earlier one. */
    INSIDE,
    /** The attach was refused, and the connection is being closed. */
    REFUSED
  }

  /** How many requests were started, or found not ready, since the connection last yielded. */
  private int taken;

  /** Creates the handler of an accepted connection. */
  Connection(String id, Channel channel, Service service, RequestLimits limits) {
    this.id = id;
    this.channel = channel;
    this.service = service;
    this.limits = limits;
    this.frames = new FrameBuffer(channel.alloc(), this);
    channel.config().setRecvByteBufAllocator(new FrameReceiver(frames));
    this.replies = new Replies(channel, this::proceed);
    this.allowance = new Allowance(service.account());
    this.memory = new MemoryCheck(allowance, limits, replies, channel.eventLoop(), this::proceed);
    this.requests =
        new Requests(
            id,
            channel,
            replies,
            limits,
            memory,
            service.workers(),
            service.identities(),
            this::afterRequest);
  }

  // ---- Netty ----

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    channel.config().setWriteBufferWaterMark(RequestLimits.UNSENT_TO_STRANGERS);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    frames.add((ByteBuf) message);
    takeFrames();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    flushNow();
    if (limits.active() > 0 && channel.isOpen()) {
      // With Nagle's algorithm, the client delays a small request until its previous one has been
      // acknowledged, and no reply carries the acknowledgement yet.
      service.quickAck().run();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (channel.isWritable()) {
      proceed();
    }
  }

  /** Continues after a wait. Also flushes the replies, because no further read may follow. */
  private void proceed() {
    takeFrames();
    flushLater();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    frames.close();
    endSession("connection lost");
    replies.drop();
    lost = true;
    closeAllowance();
  }

  /**
   * Closes the allowance once no request is in flight: after a disconnect, some may still hold
   * memory.
   */
  private void closeAllowance() {
    if (lost && limits.running() == 0) {
      allowance.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof IOException) {
      log.debug("{}: {}", id, Reason.of(cause));
    } else if (cause instanceof OutOfMemoryError) {
      service.registry().refuse(Refusals.Reason.MEMORY, String.valueOf(cause.getMessage()));
    } else {
      log.error("{}: closed because of a server error", id, cause);
    }
    var _ = channel.close();
  }

  // ---- frames ----

  private void takeFrames() {
    taken = 0;
    boolean all = frames.take();
    if (channel.config().isAutoRead() != all) {
      channel.config().setAutoRead(all);
    }
  }

  @Override
  public int longest() {
    Session current = session;
    return current == null || entry != Entry.INSIDE ? Wire.FIRST_FRAME : current.msize();
  }

  @Override
  public boolean isReady(ByteBuf buffer, int start, int end) {
    if (!channel.isWritable()) {
      replies.flush();
    }
    int type = buffer.getUnsignedByte(start + 4);
    if (!channel.isWritable()
        || entry == Entry.ANSWERED
        || (entry == Entry.ATTACHING && type == MessageType.TATTACH)) {
      return false;
    }
    if (taken == BATCH) {
      // A scheduled task, because tasks that are due now would all run before the next read.
      var _ = channel.eventLoop().schedule(this::proceed, 1, TimeUnit.NANOSECONDS);
    }
    if (++taken > BATCH) {
      return false;
    }
    // A Tflush is always taken: it may end the requests that have used up the limits.
    if (type != MessageType.TFLUSH && !limits.hasRoom()) {
      return false;
    }
    return memory.mayTake(buffer, start, end, frames.held(), longest())
        || (flushed() && memory.mayTake(buffer, start, end, frames.held(), longest()))
        || waits();
  }

  @Override
  public boolean mayHold(long bytes) {
    return memory.mayHoldFrames(bytes) || (flushed() && memory.mayHoldFrames(bytes)) || waits();
  }

  @Override
  public boolean mayCut(ByteBuf buffer, int start, int end) {
    return buffer.getUnsignedByte(start + 4) == MessageType.TWRITE
        && end - start >= LEAST_CUT
        && memory.isAlone();
  }

  /** Sends the collected replies, because their buffer may use the memory that is missing. */
  private boolean flushed() {
    if (!replies.hasBatch()) {
      return false;
    }
    replies.flush();
    return true;
  }

  /**
   * Memory is short: the client must wait. If it is a stranger, one of the strangers is
   * disconnected.
   */
  private boolean waits() {
    if (entry != Entry.INSIDE) {
      service.registry().crowd();
    }
    return false;
  }

  @Override
  public void broken(long size) {
    end(Refusals.Reason.PROTOCOL, "a frame of %d bytes, at most %d".formatted(size, longest()));
  }

  /** Refuses the client: closes the connection. */
  private void end(Refusals.Reason reason, String detail) {
    service.registry().refuse(reason, detail);
    frames.close();
    var _ = channel.close();
  }

  @Override
  public void frame(ByteBuf buffer, int start, int end) {
    int type = buffer.getUnsignedByte(start + 4);
    int tag = buffer.getUnsignedShortLE(start + 5);
    boolean cut = buffer.getIntLE(start) != end - start;
    reader.reset(buffer, start + Wire.HEADER, end);
    if (requests.holds(tag)) {
      end(Refusals.Reason.PROTOCOL, "tag %d is in use".formatted(tag));
      return;
    }
    OperationFactory current = factory;
    Session open = session;
    if (type == MessageType.TVERSION) {
      version(tag);
    } else if (current == null || open == null) {
      refuse(tag);
    } else if (type == MessageType.TFLUSH) {
      flush(tag);
    } else if (type == MessageType.TATTACH && entry == Entry.OUTSIDE) {
      entry = Entry.ATTACHING;
      requests.run(type, tag, reader, cut, open, current);
      judgeEntry();
    } else {
      requests.run(type, tag, reader, cut, open, current);
    }
  }

  /**
   * Some clients continue after "unknown", and show their users only the text of a plain Rerror.
   */
  private void refuse(int tag) {
    if (spokeOtherwise) {
      replies.text(tag, "this server speaks " + VERSION + " only");
    } else {
      replies.error(tag, Errno.EPROTO); // no Tversion yet
    }
  }

  /** Called after each request that had left the event loop. */
  private void afterRequest() {
    judgeEntry();
    flushLater();
    takeFrames();
    reportIdle();
    closeAllowance();
  }

  /** Once the first Tattach has ended, admits the client or closes the connection. */
  private void judgeEntry() {
    if (entry != Entry.ATTACHING || limits.running() > 0) {
      return;
    }
    Session open = session;
    boolean attached = open != null && open.firstCaller() != null;
    entry = attached ? Entry.ANSWERED : Entry.REFUSED;
    ChannelFuture sent = replies.flushAll();
    if (attached) {
      var _ = sent.addListener(result -> answered(result.isSuccess()));
    } else {
      frames.close();
      var _ = sent.addListener(ChannelFutureListener.CLOSE);
    }
  }

  private void answered(boolean sent) {
    if (sent && entry == Entry.ANSWERED) {
      entry = Entry.INSIDE;
      channel.config().setWriteBufferWaterMark(limits.unsent());
      proceed();
    }
  }

  private void flushLater() {
    if (!flushScheduled) {
      flushScheduled = true;
      channel.eventLoop().execute(this::flushNow);
    }
  }

  private void flushNow() {
    flushScheduled = false;
    replies.flush();
    memory.settle(frames.held());
  }

  // ---- messages about other requests ----

  private void flush(int tag) {
    try {
      Tmessage.Flush message = (Tmessage.Flush) Tmessage.read(MessageType.TFLUSH, reader);
      requests.flush(message.oldTag());
      reportIdle();
    } catch (FsException e) {
      log.debug("{}: malformed Tflush", id); // Tflush never gets an error
    }
    replies.empty(MessageType.replyTo(MessageType.TFLUSH), tag);
  }

  private void version(int tag) {
    Tmessage.Version message;
    try {
      message = (Tmessage.Version) Tmessage.read(MessageType.TVERSION, reader);
    } catch (FsException e) {
      replies.error(tag, e.errno());
      return;
    }
    endSession("new Tversion");
    int msize = (int) Math.min(message.msize(), service.limits().msize());
    boolean spoken =
        message.version().equals(VERSION) || message.version().startsWith(VERSION + ".");
    spokeOtherwise = !spoken;
    if (spoken && msize >= Wire.LEAST_MSIZE) {
      Session begun =
          new Session(
              service.exported(),
              service.policy(),
              this::admit,
              service.limits(),
              allowance,
              msize);
      session = begun;
      factory = new OperationFactory(begun, this, channel.alloc());
      rversion(tag, msize, VERSION);
    } else {
      rversion(tag, msize, "unknown");
    }
  }

  private void admit(Caller caller) throws FsException {
    service.registry().admit(caller);
    allowance.admit(service.registry().holder(caller));
  }

  private void rversion(int tag, int msize, String version) {
    byte[] bytes = version.getBytes(StandardCharsets.US_ASCII);
    replies
        .header(Wire.HEADER + 4 + 2 + bytes.length, MessageType.replyTo(MessageType.TVERSION), tag)
        .writeIntLE(msize)
        .writeShortLE(bytes.length)
        .writeBytes(bytes);
  }

  /** Ends the session: its requests get no replies, locks are released, open files are aborted. */
  private void endSession(String reason) {
    Session ending = session;
    if (ending == null) {
      return;
    }
    info().ifPresent(ended -> log(ended, reason));
    session = null;
    factory = null;
    requests.dropAll();
    ending.locks().releaseConnection(this);
    List<Handle> handles = ending.removeAll();
    if (!handles.isEmpty()) {
      FsException cause = new FsException(Errno.ECONNABORTED, reason);
      service.workers().execute(() -> handles.forEach(handle -> handle.abort(cause)));
    }
    reportIdle();
  }

  /** Writes the session's line in the access log. */
  private static void log(SessionInfo ended, String reason) {
    log.atInfo()
        .addKeyValue("session", ended.id())
        .addKeyValue("user", ended.caller().user())
        .addKeyValue("remote", String.valueOf(ended.caller().remoteAddress()))
        .addKeyValue("seconds", Duration.between(ended.since(), Instant.now()).toSeconds())
        .addKeyValue("bytes_read", ended.bytesRead())
        .addKeyValue("bytes_written", ended.bytesWritten())
        .addKeyValue("reason", reason)
        .log("session ended:");
  }

  // ---- for the server; any thread ----

  String id() {
    return id;
  }

  void disconnect() {
    var _ = channel.close();
  }

  /** Whether the client has attached, in this session or an earlier one. */
  boolean hasAttached() {
    return entry == Entry.INSIDE;
  }

  Optional<SessionInfo> info() {
    Session current = session;
    Caller caller = current == null ? null : current.firstCaller();
    return current == null || caller == null
        ? Optional.empty()
        : Optional.of(
            new SessionInfo(
                id,
                caller,
                since,
                current.bytesRead(),
                current.bytesWritten(),
                current.openFiles()));
  }

  /** A future that completes once no request is left that will get a reply. */
  CompletableFuture<Void> idle() {
    CompletableFuture<Void> idle = new CompletableFuture<>();
    try {
      channel
          .eventLoop()
          .execute(
              () -> {
                waitingForIdle.add(idle);
                reportIdle();
              });
    } catch (RejectedExecutionException e) {
      idle.complete(null);
    }
    return idle;
  }

  private void reportIdle() {
    if (limits.active() == 0) {
      waitingForIdle.forEach(waiting -> waiting.complete(null));
      waitingForIdle.clear();
    }
  }
}
