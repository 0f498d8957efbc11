package dev.warren.ninep.server;

import dev.warren.api.Reason;
import dev.warren.frontend.ListenException;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A bound listening address. */
final class BoundListener {
  private static final Logger log = LoggerFactory.getLogger(BoundListener.class);

  private static final String NAME = "ninep";

  // S_IFMT, S_IFSOCK
  private static final int TYPE_BITS = 0170000;
  private static final int SOCKET = 0140000;

  private final Channel channel;
  private final ListenAddress address;
  private final AtomicBoolean closed = new AtomicBoolean();

  private BoundListener(Channel channel, ListenAddress address) {
    this.channel = channel;
    this.address = address;
  }

  /**
   * Binds the address and listens.
   *
   * @throws IOException if the address is in use or does not belong to this machine
   */
  static BoundListener bind(ServerBootstrap bootstrap, Transport transport, ListenAddress address)
      throws IOException {
    return switch (address) {
      case ListenAddress.Tcp tcp -> bindTcp(bootstrap, transport, tcp);
      case ListenAddress.Unix unix -> bindUnix(bootstrap, transport, unix);
    };
  }

  private static BoundListener bindTcp(
      ServerBootstrap bootstrap, Transport transport, ListenAddress.Tcp tcp) throws IOException {
    bootstrap
        .channel(transport.tcp())
        .option(ChannelOption.SO_REUSEADDR, true)
        .option(ChannelOption.SO_BACKLOG, 1024)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.SO_KEEPALIVE, true);
    Channel channel = bind(bootstrap, tcp.socket(), tcp);
    return new BoundListener(
        channel, new ListenAddress.Tcp((InetSocketAddress) channel.localAddress()));
  }

  /**
   * Restricts the socket to its owner; until that is done, {@code SO_PEERCRED} keeps others out.
   */
  private static BoundListener bindUnix(
      ServerBootstrap bootstrap, Transport transport, ListenAddress.Unix unix) throws IOException {
    removeStale(unix.path());
    bootstrap.channel(transport.unix()).option(ChannelOption.SO_BACKLOG, 1024);
    Channel channel = bind(bootstrap, transport.unixAddress(unix.path()), unix);
    Files.setPosixFilePermissions(unix.path(), PosixFilePermissions.fromString("rw-------"));
    return new BoundListener(channel, unix);
  }

  private static Channel bind(
      ServerBootstrap bootstrap, SocketAddress socket, ListenAddress address) throws IOException {
    ChannelFuture bound = bootstrap.bind(socket).awaitUninterruptibly();
    if (bound.isSuccess()) {
      bound.channel().pipeline().addLast(new AcceptFailures(address, System::nanoTime));
      return bound.channel();
    }
    throw new ListenException(NAME, address.toString(), bound.cause());
  }

  /** Deletes a socket without a listener, as a killed host leaves behind. */
  private static void removeStale(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!isSocket(path)) {
      throw new ListenException(NAME, "unix:" + path, "a file is in the way");
    }
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      probe.connect(UnixDomainSocketAddress.of(path));
      throw new ListenException(NAME, "unix:" + path, "another process does");
    } catch (ConnectException e) {
      Files.delete(path);
    }
  }

  /** Whether the file is a socket. {@code isOther()} would also be true for a FIFO or a device. */
  private static boolean isSocket(Path path) throws IOException {
    try {
      int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
      return (mode & TYPE_BITS) == SOCKET;
    } catch (UnsupportedOperationException | IllegalArgumentException e) {
      return false; // the platform has no file modes
    }
  }

  /** The address as bound: with the port that the system chose for port 0. */
  ListenAddress address() {
    return address;
  }

  /**
   * Stops listening. A second call does nothing, because another listener may have bound the
   * socket's path by then.
   */
  void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    channel.close().awaitUninterruptibly();
    if (address instanceof ListenAddress.Unix unix) {
      try {
        Files.deleteIfExists(unix.path());
      } catch (IOException e) {
        log.warn("cannot remove {}: {}", unix, Reason.of(e));
      }
    }
  }
}
