package dev.warren.ninep.server;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.ninep.auth.PeerIdentity;
import dev.warren.ninep.auth.SocketTable;
import dev.warren.ninep.auth.UserTable;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.util.OptionalInt;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;

/** Who is at the other end of a channel: SO_PEERCRED, or the kernel's table of TCP sockets. */
final class Peers {
  private final SocketTable sockets;
  private final UserTable users;

  Peers(SocketTable sockets, UserTable users) {
    this.sockets = sockets;
    this.users = users;
  }

  PeerIdentity of(Channel channel) {
    return switch (channel) {
      case EpollDomainSocketChannel unix -> () -> epollUid(unix);
      case NioDomainSocketChannel unix -> () -> nioUid(unix);
      default -> tcp(channel);
    };
  }

  /** Where the peer comes from, for people. */
  static String describe(Channel channel) {
    return channel.remoteAddress() instanceof InetSocketAddress peer
        ? new ListenAddress.Tcp(peer).toString()
        : "unix:" + channel.localAddress();
  }

  private static OptionalInt epollUid(EpollDomainSocketChannel channel) throws FsException {
    try {
      return OptionalInt.of(channel.peerCredentials().uid());
    } catch (IOException e) {
      throw new FsException(Errno.EACCES, "peer without credentials", e);
    }
  }

  private OptionalInt nioUid(NioDomainSocketChannel channel) throws FsException {
    SocketOption<UnixDomainPrincipal> option = ExtendedSocketOptions.SO_PEERCRED;
    UnixDomainPrincipal peer = channel.config().getOption(NioChannelOption.of(option));
    if (peer == null) {
      throw new FsException(Errno.EACCES, "peer without credentials");
    }
    String name = peer.user().getName();
    try {
      return OptionalInt.of(
          users
              .byName(name)
              .map(UserTable.User::uid)
              .orElseGet(() -> Integer.parseUnsignedInt(name)));
    } catch (IOException | NumberFormatException e) {
      throw new FsException(Errno.EACCES, "no such user: " + name, e);
    }
  }

  private PeerIdentity tcp(Channel channel) {
    if (!(channel.remoteAddress() instanceof InetSocketAddress peer)
        || !(channel.localAddress() instanceof InetSocketAddress here)) {
      return OptionalInt::empty; // closed already
    }
    return () -> {
      try {
        OptionalInt uid = sockets.owner(peer, here);
        if (uid.isEmpty() && peer.getAddress().isLoopbackAddress()) {
          throw new FsException(Errno.EACCES, "the system does not know whose " + peer + " is");
        }
        return uid;
      } catch (IOException e) {
        throw new FsException(Errno.EACCES, "cannot read the system's table of sockets", e);
      }
    };
  }
}
