package dev.warren.ninep.server;

import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/** The kernel interface that Netty uses. */
public enum Transport {
  /** Linux's epoll, by a native library. */
  EPOLL(EpollServerSocketChannel.class, EpollServerDomainSocketChannel.class) {
    @Override
    IoHandlerFactory handlers() {
      return EpollIoHandler.newFactory(0, BriefSpin.FACTORY);
    }

    @Override
    SocketAddress unixAddress(Path path) {
      return new DomainSocketAddress(path.toString());
    }

    @Override
    Runnable quickAck(Channel channel) {
      return channel instanceof EpollSocketChannel tcp
          ? () -> tcp.config().setTcpQuickAck(true)
          : () -> {};
    }
  },
  /** java.nio, on every platform. */
  NIO(NioServerSocketChannel.class, NioServerDomainSocketChannel.class) {
    @Override
    IoHandlerFactory handlers() {
      return NioIoHandler.newFactory();
    }

    @Override
    SocketAddress unixAddress(Path path) {
      return UnixDomainSocketAddress.of(path);
    }
  };

  private final Class<? extends ServerChannel> tcp;
  private final Class<? extends ServerChannel> unix;

  Transport(Class<? extends ServerChannel> tcp, Class<? extends ServerChannel> unix) {
    this.tcp = tcp;
    this.unix = unix;
  }

  /** The fastest transport that works here. */
  public static Transport best() {
    return Epoll.isAvailable() ? EPOLL : NIO;
  }

  abstract IoHandlerFactory handlers();

  Class<? extends ServerChannel> tcp() {
    return tcp;
  }

  Class<? extends ServerChannel> unix() {
    return unix;
  }

  abstract SocketAddress unixAddress(Path path);

  /** Makes the kernel acknowledge what a TCP connection has received, without delay. */
  Runnable quickAck(Channel channel) {
    return () -> {};
  }
}
