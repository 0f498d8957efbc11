package dev.warren.sftp.ssh;

import dev.warren.api.Cancellation;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.sftp.io.ReadTurn;
import dev.warren.sftp.io.WriteTurn;
import dev.warren.sftp.session.Limits;
import dev.warren.sftp.session.Session;
import dev.warren.sftp.wire.BadPacketException;
import dev.warren.sftp.wire.PacketQueue;
import dev.warren.sftp.wire.PacketReader;
import dev.warren.sftp.wire.SpareArrays;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.sshd.common.channel.WindowClosedException;
import org.apache.sshd.common.channel.exception.SshChannelException;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelDataReceiver;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@code sftp} subsystem on one channel. Packets are handled in order, by one thread at a time:
 * by the thread that reads the connection as long as nothing has to wait, from there on by a
 * virtual thread, until it has nothing left to do.
 */
final class SftpChannel implements Command, ChannelDataReceiver {
  private static final Logger LOG = LoggerFactory.getLogger(SftpChannel.class);

  /** How much is handled before the client is told that it may send as much again. */
  private static final int RELEASE_STEP = 256 * 1024;

  /**
   * What comes in larger pieces is content: the thread that reads decrypts the next while another
   * one writes it.
   */
  private static final int MAX_AT_ONCE = 16 * 1024;

  private final ChannelSession channel;
  private final Connection connection;
  private final ChannelTransport transport;
  private final Session session;
  private final PacketQueue queue;
  private final Cancellation cancellation = new Cancellation();
  private final CountDownLatch finished = new CountDownLatch(1);
  private final AtomicBoolean draining = new AtomicBoolean();
  private final AtomicReference<@Nullable FsException> ended = new AtomicReference<>();
  private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
  private final Runnable atOnce = this::handleAtOnce;
  private @Nullable ExitCallback exitCallback;

  /** Held by the thread that handles packets. Never waited for by the one that reads. */
  private final ReentrantLock handling = new ReentrantLock();

  private long consumed; // and not released yet; under the lock

  SftpChannel(
      ChannelSession channel, Connection connection, SpareArrays received, SpareArrays sent) {
    this.channel = channel;
    this.connection = connection;
    this.queue = new PacketQueue(Limits.MAX_PACKET, received);
    this.transport = new ChannelTransport(channel, sent);
    this.session = connection.openSession(transport);
    channel.setDataReceiver(this);
  }

  @Override
  public void start(ChannelSession self, Environment environment) {
    connection.add(this);
    Thread.ofVirtual().name("sftp-" + connection.id()).start(() -> WriteTurn.run(this::run));
  }

  /** On a thread of MINA's. */
  @Override
  public int data(ChannelSession self, byte[] bytes, int start, int length) {
    try {
      queue.offer(bytes, start, length);
    } catch (BadPacketException e) {
      LOG.warn("{}: {}", connection, e.reason());
      queue.end();
    }
    if (!ReadTurn.then(atOnce)) {
      queue.wake();
    }
    return 0; // released when handled
  }

  /** The client sends no more. On a thread of MINA's. */
  @Override
  public void close() {
    queue.end();
  }

  /** The channel is gone. On a thread of MINA's. */
  @Override
  public void destroy(ChannelSession self) {
    abort(new FsException(Errno.ECONNRESET, "the connection was lost"));
  }

  /** Ends everything at once, without a wait; nothing more is answered. */
  void abort(FsException cause) {
    if (!ended.compareAndSet(null, cause)) {
      return;
    }
    queue.discard();
    transport.close();
    // What the file system does at an abort may take its time, and must not take this thread's.
    Thread.ofVirtual()
        .name("sftp-abort-" + connection.id())
        .start(
            () -> {
              cancellation.cancel();
              session.abort(cause);
              connection.remove(this);
            });
  }

  /** Handles what has arrived, and nothing after it. */
  void drain() {
    draining.set(true);
    queue.end();
  }

  /** Waits until {@link #drain} is done. */
  boolean awaitFinished(long nanos) throws InterruptedException {
    return finished.await(nanos, TimeUnit.NANOSECONDS);
  }

  private void run() {
    int status = 0;
    handling.lock();
    try {
      cancellation.call(
          () -> {
            handleAll();
            return null;
          });
    } catch (BadPacketException e) {
      LOG.warn("{}: {}", connection, e.reason());
      status = 1;
    } catch (ClosedChannelException | WindowClosedException | SshChannelException e) {
      LOG.debug("{}: the channel was closed", connection, e);
      status = 1;
    } catch (Exception e) {
      if (ended.get() == null) {
        LOG.warn("{}: the session ends", connection, e);
      } else {
        LOG.debug("{}: what was under way when it ended", connection, e);
      }
      status = 1;
    } finally {
      handling.unlock();
      finished.countDown();
    }
    if (!draining.get()) {
      end(status);
    }
  }

  private void end(int status) {
    abort(new FsException(Errno.ECONNRESET, "the session ended without closing the file"));
    ExitCallback callback = exitCallback;
    if (callback != null && !channel.isClosing()) {
      callback.onExit(status);
    }
  }

  private void handleAll() throws IOException {
    while (true) {
      IOException failed = failure.get();
      if (failed != null) {
        throw failed;
      }
      boolean last = queue.isEnded(); // before the look for more, or that might come in between
      PacketQueue.Slice slice = queue.poll();
      if (slice != null) {
        handle(slice);
        continue;
      }
      session.flush();
      release();
      if (last) {
        return;
      }
      handling.unlock();
      try {
        queue.await();
      } finally {
        handling.lock();
      }
    }
  }

  private void handle(PacketQueue.Slice slice) throws IOException {
    int position = slice.start();
    while (position < slice.end()) {
      int length = lengthAt(slice, position);
      session.handle(slice.array(), position + 4, length);
      position = handled(position, length);
    }
    queue.recycle(slice);
  }

  /** On the thread that reads: what has to wait is left to the other one, and what follows. */
  private void handleAtOnce() {
    if (handling.tryLock()) {
      try {
        PacketQueue.Slice slice = queue.isEnded() ? null : queue.poll();
        while (slice != null && handledAtOnce(slice)) {
          slice = queue.poll();
        }
        session.flush();
        release();
      } catch (IOException e) {
        failure.compareAndSet(null, e);
        queue.end();
      } finally {
        handling.unlock();
      }
    }
    queue.wake();
  }

  /** Whether the whole of it was handled. */
  private boolean handledAtOnce(PacketQueue.Slice slice) throws IOException {
    int position = slice.start();
    while (position < slice.end()) {
      int length = lengthAt(slice, position);
      if (slice.end() - position > MAX_AT_ONCE
          || !session.handleAtOnce(slice.array(), position + 4, length)) {
        queue.putBack(new PacketQueue.Slice(slice.array(), position, slice.end()));
        return false;
      }
      position = handled(position, length);
    }
    return true;
  }

  private int lengthAt(PacketQueue.Slice slice, int position) throws IOException {
    if (ended.get() != null) {
      throw new ClosedChannelException();
    }
    return new PacketReader(slice.array(), position, 4).readInt();
  }

  private int handled(int position, int length) throws IOException {
    consumed += 4 + length;
    if (consumed >= RELEASE_STEP) {
      release();
    }
    return position + 4 + length;
  }

  private void release() throws IOException {
    if (consumed > 0) {
      long released = consumed;
      consumed = 0;
      channel.getLocalWindow().release(released);
      WriteTurn.push();
    }
  }

  @Override
  public void setExitCallback(ExitCallback callback) {
    exitCallback = callback;
  }

  @Override
  public void setInputStream(InputStream in) {
    throw new IllegalStateException("data comes through the receiver");
  }

  /** Not used: replies go out as packets. */
  @Override
  public void setOutputStream(OutputStream out) {}

  /** Not used. */
  @Override
  public void setErrorStream(OutputStream err) {}
}
