package dev.warren.sftp.io;

import dev.warren.frontend.AddressText;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.apache.sshd.common.Closeable;
import org.apache.sshd.common.FactoryManager;
import org.apache.sshd.common.io.IoAcceptor;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.IoServiceEventListener;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.util.closeable.AbstractInnerCloseable;
import org.apache.sshd.core.CoreModuleProperties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts connections, on a virtual thread for each address. Thread-safe. */
final class ThreadedAcceptor extends AbstractInnerCloseable implements IoAcceptor {
  private static final Logger LOG = LoggerFactory.getLogger(ThreadedAcceptor.class);

  /** How long to wait for connections to end if there is no file descriptor for a new one. */
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** How long to wait for an accepting thread to finish with the connection it accepted last. */
  private static final Duration LONGEST_LEAVE = Duration.ofSeconds(1);

  private final Shortage shortage = new Shortage(System::nanoTime, LOG::warn);
  private final FactoryManager manager;
  private final IoHandler handler;
  private final Map<SocketAddress, Bound> bound = new ConcurrentHashMap<>();
  private final Map<Long, IoSession> sessions = new ConcurrentHashMap<>();
  private @Nullable IoServiceEventListener listener;

  /** A bound address, with its accepting thread. */
  private record Bound(ServerSocketChannel server, Thread thread) {}

  ThreadedAcceptor(FactoryManager manager, IoHandler handler) {
    this.manager = manager;
    this.handler = handler;
  }

  @Override
  public void bind(Collection<? extends SocketAddress> addresses) throws IOException {
    for (SocketAddress address : addresses) {
      bind(address);
    }
  }

  @Override
  public void bind(SocketAddress address) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open();
    try {
      server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      server.bind(address, CoreModuleProperties.SOCKET_BACKLOG.getRequired(manager));
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
    SocketAddress local = server.getLocalAddress();
    Thread thread =
        Thread.ofVirtual().name("sftp-accept").unstarted(() -> acceptAll(server, local));
    bound.put(local, new Bound(server, thread));
    thread.start();
  }

  private void acceptAll(ServerSocketChannel server, SocketAddress local) {
    while (server.isOpen()) {
      try {
        accept(server.accept(), local);
      } catch (ClosedChannelException e) {
        LOG.debug("no more connections to {}", local, e);
      } catch (IOException e) {
        shortage.met("connections to " + AddressText.of(local), String.valueOf(e.getMessage()));
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  private void accept(SocketChannel socket, SocketAddress local) throws IOException {
    ThreadedSession session;
    try {
      socket.setOption(
          StandardSocketOptions.TCP_NODELAY,
          CoreModuleProperties.TCP_NODELAY.get(manager).orElse(false));
      socket.setOption(
          StandardSocketOptions.SO_KEEPALIVE,
          CoreModuleProperties.SOCKET_KEEPALIVE.get(manager).orElse(false));
      session = new ThreadedSession(this, handler, socket, local);
    } catch (IOException e) {
      LOG.debug("a connection was gone before it was accepted", e);
      socket.close();
      return;
    }
    sessions.put(session.getId(), session);
    if (isClosing()) {
      session.close(true);
      return;
    }
    try {
      handler.sessionCreated(session);
      session.startReading(CoreModuleProperties.NIO2_READ_BUFFER_SIZE.getRequired(manager));
    } catch (OutOfMemoryError e) { // no more threads; existing connections continue
      shortage.met(session.toString(), String.valueOf(e.getMessage()));
      session.close(true);
    } catch (Exception e) {
      LOG.debug("{} did not begin", session, e);
      session.close(true);
    }
  }

  void ended(ThreadedSession session) {
    sessions.remove(session.getId());
  }

  @Override
  public void unbind() {
    unbind(getBoundAddresses());
  }

  @Override
  public void unbind(Collection<? extends SocketAddress> addresses) {
    addresses.forEach(this::unbind);
  }

  @Override
  public void unbind(SocketAddress address) {
    Bound there = bound.remove(address);
    if (there == null) {
      return;
    }
    try {
      there.server().close();
      // The system's socket continues to listen until the accepting thread has left it.
      there.thread().join(LONGEST_LEAVE);
    } catch (IOException e) {
      LOG.warn("closing {}", address, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public Set<SocketAddress> getBoundAddresses() {
    return Set.copyOf(bound.keySet());
  }

  @Override
  public Map<Long, IoSession> getManagedSessions() {
    return Collections.unmodifiableMap(sessions);
  }

  @Override
  protected void preClose() {
    unbind();
    super.preClose();
  }

  @Override
  protected Closeable getInnerCloseable() {
    return builder().parallel(toString(), List.copyOf(sessions.values())).build();
  }

  @Override
  public @Nullable IoServiceEventListener getIoServiceEventListener() {
    return listener;
  }

  @Override
  public void setIoServiceEventListener(@Nullable IoServiceEventListener listener) {
    this.listener = listener;
  }
}
