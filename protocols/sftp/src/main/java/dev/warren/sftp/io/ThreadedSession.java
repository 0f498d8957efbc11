package dev.warren.sftp.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.sshd.common.future.CloseFuture;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.IoService;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.util.Readable;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.closeable.AbstractCloseable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection. One platform thread reads: the kernel wakes it directly, without the JDK's pollers
 * in between. It also does the work that need not block ({@link DeferredWork}). Data is written by
 * the thread that produces it, if that may block ({@link DeferredWrites}), and otherwise by a
 * separate virtual thread: if the reading thread wrote, two sides that both write could wait for
 * each other for ever. Thread-safe.
 */
final class ThreadedSession extends AbstractCloseable implements IoSession {
  private static final Logger LOG = LoggerFactory.getLogger(ThreadedSession.class);
  private static final AtomicLong IDS = new AtomicLong();

  private final long id = IDS.incrementAndGet();
  private final ThreadedAcceptor acceptor;
  private final IoHandler handler;
  private final SocketChannel socket;
  private final SocketAddress acceptance;
  private final SocketAddress local;
  private final SocketAddress remote;
  private final Map<Object, Object> attributes = new ConcurrentHashMap<>();
  private final WriteQueue writes = new WriteQueue();
  private final ReentrantLock readLock = new ReentrantLock();
  private final Condition resumed = readLock.newCondition();
  private boolean suspended;

  ThreadedSession(
      ThreadedAcceptor acceptor, IoHandler handler, SocketChannel socket, SocketAddress acceptance)
      throws IOException {
    this.acceptor = acceptor;
    this.handler = handler;
    this.socket = socket;
    this.acceptance = acceptance;
    this.local = socket.getLocalAddress();
    this.remote = socket.getRemoteAddress();
  }

  void startReading(int bufferSize) {
    Thread.ofPlatform().daemon().name("sftp-read-" + id).start(() -> readAll(bufferSize));
  }

  private void readAll(int bufferSize) {
    DeferredWork deferred = new DeferredWork();
    // For reads into a heap buffer, the JDK would keep a direct buffer for each thread.
    try (Arena memory = Arena.ofConfined()) {
      ByteBuffer buffer = memory.allocate(bufferSize).asByteBuffer();
      Readable readable = new Received(buffer);
      deferred.run(
          () -> {
            while (awaitResumed() && socket.read(buffer) >= 0) {
              buffer.flip();
              handler.messageReceived(this, readable);
              buffer.clear();
              deferred.runWork();
            }
            return null;
          });
      close(true);
    } catch (Exception | OutOfMemoryError e) { // out of memory: only this connection ends
      failed(e);
    }
  }

  /** Received bytes, in the form that MINA expects. */
  private record Received(ByteBuffer buffer) implements Readable {
    @Override
    public int available() {
      return buffer.remaining();
    }

    @Override
    public void getRawBytes(byte[] data, int offset, int length) {
      buffer.get(data, offset, length);
    }
  }

  private boolean awaitResumed() {
    readLock.lock();
    try {
      while (suspended && !isClosing()) {
        resumed.awaitUninterruptibly();
      }
    } finally {
      readLock.unlock();
    }
    return !isClosed();
  }

  private void failed(Throwable cause) {
    if (isClosing() || !socket.isOpen()) {
      close(true);
      return;
    }
    try {
      handler.exceptionCaught(this, cause);
    } catch (Exception e) {
      LOG.debug("{} failed", this, e);
      close(true);
    }
  }

  @Override
  public IoWriteFuture writeBuffer(Buffer buffer) {
    ByteBuffer bytes = ByteBuffer.wrap(buffer.array(), buffer.rpos(), buffer.available());
    WriteQueue.Write write = new WriteQueue.Write(remote, bytes);
    if (writes.add(write) && !DeferredWrites.takes(this)) {
      Thread.ofVirtual().name("sftp-write-" + id).start(this::writeAll);
    }
    return write;
  }

  /** Writes everything that is queued, on this thread. */
  void writeAll() {
    try {
      writes.writeAll(socket);
    } catch (IOException e) {
      failed(e);
    }
  }

  @Override
  public void shutdownOutputStream() throws IOException {
    socket.shutdownOutput();
  }

  @Override
  public void suspendRead() {
    suspend(true);
  }

  @Override
  public void resumeRead() {
    suspend(false);
  }

  private void suspend(boolean value) {
    readLock.lock();
    try {
      suspended = value;
      resumed.signalAll();
    } finally {
      readLock.unlock();
    }
  }

  @Override
  protected CloseFuture doCloseGracefully() {
    return builder()
        .when(toString(), writes.waiting())
        .run(toString(), this::endOutput)
        .build()
        .close(false);
  }

  private void endOutput() {
    try {
      socket.shutdownOutput();
    } catch (IOException e) {
      LOG.trace("{} is closed", this, e);
    }
  }

  @Override
  protected void doCloseImmediately() {
    writes.end();
    try {
      socket.close();
    } catch (IOException e) {
      LOG.debug("closing {}", this, e);
    }
    acceptor.ended(this);
    super.doCloseImmediately();
    suspend(false);
    try {
      handler.sessionClosed(this);
    } catch (Exception e) {
      LOG.debug("closing {}", this, e);
    }
  }

  @Override
  public long getId() {
    return id;
  }

  @Override
  public IoService getService() {
    return acceptor;
  }

  @Override
  public SocketAddress getLocalAddress() {
    return local;
  }

  @Override
  public SocketAddress getRemoteAddress() {
    return remote;
  }

  @Override
  public SocketAddress getAcceptanceAddress() {
    return acceptance;
  }

  @Override
  public @Nullable Object getAttribute(Object key) {
    return attributes.get(key);
  }

  @Override
  public @Nullable Object setAttribute(Object key, Object value) {
    return attributes.put(key, value);
  }

  @Override
  public @Nullable Object setAttributeIfAbsent(Object key, Object value) {
    return attributes.putIfAbsent(key, value);
  }

  @Override
  public @Nullable Object removeAttribute(Object key) {
    return attributes.remove(key);
  }

  @Override
  public String toString() {
    return "connection " + id + " from " + remote;
  }
}
