package dev.warren.sftp.io;

import org.apache.sshd.common.Factory;
import org.apache.sshd.common.FactoryManager;
import org.apache.sshd.common.io.IoAcceptor;
import org.apache.sshd.common.io.IoConnector;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.IoServiceEventListener;
import org.apache.sshd.common.io.IoServiceFactory;
import org.apache.sshd.common.io.IoServiceFactoryFactory;
import org.apache.sshd.common.util.closeable.AbstractCloseable;
import org.apache.sshd.common.util.threads.CloseableExecutorService;
import org.jspecify.annotations.Nullable;

/** Makes MINA's server use the acceptor of this package. Does not create connectors. */
public final class ThreadedIo implements IoServiceFactoryFactory {
  /** Creates a factory for any number of servers. */
  public ThreadedIo() {}

  @Override
  public IoServiceFactory create(FactoryManager manager) {
    return new Services(manager);
  }

  /** Ignored: there is no thread pool. */
  @Override
  public void setExecutorServiceFactory(@Nullable Factory<CloseableExecutorService> factory) {}

  private static final class Services extends AbstractCloseable implements IoServiceFactory {
    private final FactoryManager manager;
    private @Nullable IoServiceEventListener listener;

    Services(FactoryManager manager) {
      this.manager = manager;
    }

    @Override
    public IoAcceptor createAcceptor(IoHandler handler) {
      return new ThreadedAcceptor(manager, handler);
    }

    @Override
    public IoConnector createConnector(IoHandler handler) {
      throw new UnsupportedOperationException("a server does not connect");
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
}
