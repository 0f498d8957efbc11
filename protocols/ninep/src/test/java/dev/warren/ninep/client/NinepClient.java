package dev.warren.ninep.client;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.testkit.Waiting;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** A connection to a server, with any number of requests in flight. Thread-safe. */
public final class NinepClient implements AutoCloseable {
  public static final int NOFID = -1;
  public static final int NONUNAME = -1;
  public static final int NOTAG = 0xFFFF;

  private final SocketChannel socket;
  private final Map<Integer, CompletableFuture<Reply>> waiting = new ConcurrentHashMap<>();
  private final AtomicInteger lastTag = new AtomicInteger();
  private final AtomicInteger lastFid = new AtomicInteger(100);
  private final Thread reader = Thread.ofVirtual().name("9p-client").unstarted(this::read);
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final Semaphore reading = new Semaphore(1);
  private volatile int msize = 8192;

  private NinepClient(SocketChannel socket) {
    this.socket = socket;
  }

  /** Connects, without sending anything. */
  public static NinepClient connect(SocketAddress address) throws IOException {
    return over(
        address instanceof UnixDomainSocketAddress
            ? SocketChannel.open(StandardProtocolFamily.UNIX)
            : SocketChannel.open(),
        address);
  }

  /** Connects a socket, without sending anything. */
  public static NinepClient over(SocketChannel socket, SocketAddress address) throws IOException {
    try {
      socket.connect(address);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    return on(socket);
  }

  /** Uses a connected socket, without sending anything. */
  public static NinepClient on(SocketChannel socket) {
    NinepClient client = new NinepClient(socket);
    client.reader.start();
    return client;
  }

  /** Negotiates msize and version. */
  public NinepClient version(int wanted) throws FsException {
    Reply reply = call(NOTAG, 100, Frame.of(100).u32(wanted).text("9P2000.L"));
    msize = reply.u32();
    return this;
  }

  /** Attaches with a user number, or none. */
  public int attach(String aname, int uid) throws FsException {
    int fid = newFid();
    call(104, Frame.of(104).u32(fid).u32(NOFID).text("nobody").text(aname).u32(uid));
    return fid;
  }

  /** The negotiated msize. */
  public int msize() {
    return msize;
  }

  /** A fid that has not been used before. */
  public int newFid() {
    return lastFid.incrementAndGet();
  }

  /** Sends a request and waits for its reply. */
  public Reply call(int type, Frame frame) throws FsException {
    return call(newTag(), type, frame);
  }

  /** Sends a request with a tag and waits for its reply. */
  public Reply call(int tag, int type, Frame frame) throws FsException {
    return await(send(tag, frame)).to(type);
  }

  /** Sends a request. */
  public CompletableFuture<Reply> send(int tag, Frame frame) throws FsException {
    CompletableFuture<Reply> reply = new CompletableFuture<>();
    waiting.put(tag, reply);
    if (ended.isDone()) {
      throw new FsException(Errno.EIO, "the server has closed the connection");
    }
    sendRaw(frame.bytes(tag));
    return reply;
  }

  /** Sends arbitrary bytes. */
  public synchronized void sendRaw(ByteBuffer bytes) throws FsException {
    try {
      while (bytes.hasRemaining()) {
        socket.write(bytes);
      }
    } catch (IOException e) {
      throw new FsException(Errno.EIO, "cannot send", e);
    }
  }

  /** A tag that is not in use. */
  public int newTag() {
    int tag = lastTag.updateAndGet(last -> last >= 60_000 ? 1 : last + 1);
    while (waiting.containsKey(tag)) {
      tag = lastTag.updateAndGet(last -> last >= 60_000 ? 1 : last + 1);
    }
    return tag;
  }

  /** Waits for a reply. */
  public static Reply await(CompletableFuture<Reply> reply) throws FsException {
    try {
      return reply.get();
    } catch (ExecutionException e) {
      throw new FsException(Errno.EIO, "no reply", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FsException(Errno.EINTR, "interrupted", e);
    }
  }

  /** A future that completes once the server has closed the connection. */
  public CompletableFuture<Void> ended() {
    return ended;
  }

  /**
   * Waits until the server has closed the connection.
   *
   * @throws IllegalStateException if that takes longer than {@link Waiting#LIMIT}
   */
  public void awaitEnd() throws InterruptedException, ExecutionException {
    try {
      ended.get(Waiting.LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException("the server does not close the connection", e);
    }
  }

  /** The requests without a reply, by tag. */
  public Map<Integer, CompletableFuture<Reply>> waiting() {
    return waiting;
  }

  /** Whether {@link #close()} has not been called. */
  public boolean isOpen() {
    return socket.isOpen();
  }

  /** Stops reading, after the next reply. */
  public void pauseReading() {
    reading.acquireUninterruptibly();
  }

  /** Continues reading after {@link #pauseReading}. */
  public void resumeReading() {
    reading.release();
  }

  private void read() {
    try {
      while (true) {
        reading.acquireUninterruptibly();
        reading.release();
        ByteBuffer size = fill(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN));
        ByteBuffer frame = ByteBuffer.allocate(size.getInt(0));
        Reply reply = new Reply(fill(frame.put(size)));
        CompletableFuture<Reply> expected = waiting.remove(reply.tag());
        if (expected == null) {
          throw new IOException("reply with tag " + reply.tag() + ", which nobody waits for");
        }
        expected.complete(reply);
      }
    } catch (IOException e) {
      ended.complete(null);
      waiting.values().forEach(reply -> reply.completeExceptionally(e));
    }
  }

  private ByteBuffer fill(ByteBuffer target) throws IOException {
    while (target.hasRemaining()) {
      if (socket.read(target) < 0) {
        throw new EOFException();
      }
    }
    return target.flip();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
