package dev.warren.sftp.ssh;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.sftp.io.DeferredWork;
import dev.warren.sftp.io.DeferredWrites;
import dev.warren.sftp.session.ChannelMemory;
import dev.warren.sftp.session.Limits;
import dev.warren.sftp.session.RequestQueue;
import dev.warren.sftp.session.Session;
import dev.warren.sftp.session.Surroundings;
import dev.warren.sftp.wire.BadPacketException;
import dev.warren.sftp.wire.PacketQueue;
import dev.warren.sftp.wire.SpareArrays;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
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
 * The {@code sftp} subsystem on one channel: passes the received data to a {@link RequestQueue}.
 * Queue and channel end together.
 */
final class SftpChannel implements Command, ChannelDataReceiver {
  private static final Logger LOG = LoggerFactory.getLogger(SftpChannel.class);

  /**
   * How long a request may take before it counts as blocked: as a disk may need, and unnoticeable
   * to a person.
   */
  private static final long PATIENCE_MILLIS = 20;

  private final ChannelSession channel;
  private final Connection connection;
  private final ChannelTransport transport;
  private final ChannelMemory memory;
  private final ReceiveWindow window;
  private final Session session;
  private final PacketQueue queue;
  private final RequestQueue requests;
  private final Executor starter = this::start;
  private final Executor later =
      CompletableFuture.delayedExecutor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS, starter);
  private final Runnable nonBlocking;
  private final AtomicBoolean draining = new AtomicBoolean();
  private final AtomicReference<@Nullable FsException> ended = new AtomicReference<>();
  private @Nullable ExitCallback exitCallback;

  /**
   * Creates a channel that has not started.
   *
   * @throws FsException ENOMEM
   */
  SftpChannel(ChannelSession channel, Connection connection, SpareArrays received, SpareArrays sent)
      throws FsException {
    this.channel = channel;
    this.connection = connection;
    this.memory = ChannelMemory.open(connection.account());
    this.window =
        new ReceiveWindow(
            channel.getLocalWindow()::release,
            connection.memory(),
            memory,
            channel.getLocalWindow().getMaxSize(),
            System::nanoTime);
    this.queue = new PacketQueue(Limits.MAX_PACKET, received);
    this.transport = new ChannelTransport(channel, sent, memory);
    this.session = connection.openSession(memory);
    this.requests = new RequestQueue(session, queue, transport, new OfQueue());
    this.nonBlocking = requests::handleNonBlocking;
    channel.setDataReceiver(this);
  }

  @Override
  public void start(ChannelSession self, Environment environment) {
    connection.add(this);
    requests.start();
  }

  private void start(Runnable work) {
    Thread.ofVirtual().name("sftp-" + connection.id()).start(() -> DeferredWrites.run(work));
  }

  /** Called on a thread of MINA's. */
  @Override
  public int data(ChannelSession self, byte[] bytes, int start, int length) {
    try {
      int dropped = queue.offer(bytes, start, length);
      if (!window.letIn(queue.begun(), queue.arrived())) {
        dropped += queue.refuse();
      }
      if (dropped > 0) {
        window.release(dropped);
      }
    } catch (BadPacketException e) {
      LOG.warn("{}: {}", connection, e.reason());
      queue.end();
    } catch (IOException e) {
      LOG.debug("{}: the channel was closed", connection, e);
      queue.end();
    }
    if (!DeferredWork.then(nonBlocking)) {
      requests.arrived();
    }
    return 0; // released when handled
  }

  /** The client sends no more data. Called on a thread of MINA's. */
  @Override
  public void close() {
    queue.end();
  }

  /** The channel has closed. Called on a thread of MINA's. */
  @Override
  public void destroy(ChannelSession self) {
    abort(new FsException(Errno.ECONNRESET, "the connection was lost"));
  }

  /** Ends everything at once, non-blocking; no more replies are sent. */
  void abort(FsException cause) {
    if (!ended.compareAndSet(null, cause)) {
      return;
    }
    queue.discard();
    transport.close();
    // Not on this thread, because the file system may take long to abort.
    Thread.ofVirtual()
        .name("sftp-abort-" + connection.id())
        .start(
            () -> {
              requests.abort();
              session.abort(cause);
              memory.close();
              connection.remove(this);
            });
  }

  /** Handles the packets that have arrived, and no more after them. */
  void drain() {
    draining.set(true);
    requests.drain();
  }

  /** Waits until {@link #drain} has completed. */
  boolean awaitFinished(long nanos) throws InterruptedException {
    return requests.awaitFinished(nanos);
  }

  /** The queue's interface to this channel. */
  private final class OfQueue implements Surroundings {
    @Override
    public void start(Runnable work) {
      starter.execute(work);
    }

    @Override
    public void later(Runnable work) {
      later.execute(work);
    }

    @Override
    public void release(long bytes) throws IOException {
      window.release(bytes);
      DeferredWrites.push();
    }

    @Override
    public void ended(@Nullable Throwable failure) {
      if (failure != null) {
        log(failure);
      }
      if (!draining.get()) {
        end(failure == null ? 0 : 1);
      }
    }
  }

  private void log(Throwable failure) {
    switch (failure) {
      case BadPacketException e -> LOG.warn("{}: {}", connection, e.reason());
      case ClosedChannelException e -> LOG.debug("{}: the channel was closed", connection, e);
      case WindowClosedException e -> LOG.debug("{}: the channel was closed", connection, e);
      case SshChannelException e -> LOG.debug("{}: the channel was closed", connection, e);
      default -> {
        if (ended.get() == null && !channel.getSession().isClosing()) {
          LOG.warn("{}: the session ends", connection, failure);
        } else {
          LOG.debug("{}: a request that was in flight at the end failed", connection, failure);
        }
      }
    }
  }

  private void end(int status) {
    abort(new FsException(Errno.ECONNRESET, "the session ended without closing the file"));
    ExitCallback callback = exitCallback;
    if (callback != null && !channel.isClosing()) {
      callback.onExit(status);
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

  /** Not used: replies are sent as packets. */
  @Override
  public void setOutputStream(OutputStream out) {}

  /** Not used. */
  @Override
  public void setErrorStream(OutputStream err) {}
}
