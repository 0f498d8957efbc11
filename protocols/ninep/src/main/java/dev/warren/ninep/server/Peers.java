package dev.warren.ninep.server;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.frontend.Source;
import dev.warren.frontend.Source.Kind;
import dev.warren.ninep.auth.PeerIdentity;
import dev.warren.ninep.auth.SocketOwners;
import dev.warren.ninep.auth.User;
import dev.warren.ninep.auth.Users;
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
import org.jspecify.annotations.Nullable;

/**
 * Identifies the client of a channel by SO_PEERCRED, or by the kernel's data about a TCP socket.
 */
final class Peers {
  private final @Nullable SocketOwners owners;
  private final Users users;

  /**
   * @param owners null if the system cannot determine the owner of a TCP socket
   */
  Peers(@Nullable SocketOwners owners, Users users) {
    this.owners = owners;
    this.users = users;
  }

  /** The peer of a channel that has just been accepted. Non-blocking. */
  Peer of(Channel channel) {
    return switch (channel) {
      case EpollDomainSocketChannel unix -> unix(unix);
      case NioDomainSocketChannel unix ->
          new Peer(
              Source.local(Kind.UNIX, OptionalInt.empty()),
              () -> OptionalInt.of(nioUid(unix)),
              unixAddress(unix));
      default -> tcp(channel);
    };
  }

  private static String unixAddress(Channel channel) {
    return "unix:" + channel.localAddress();
  }

  private static Peer unix(EpollDomainSocketChannel channel) {
    OptionalInt uid;
    try {
      uid = OptionalInt.of(channel.peerCredentials().uid());
    } catch (IOException e) {
      uid = OptionalInt.empty();
    }
    return new Peer(
        Source.local(Kind.UNIX, uid),
        known(uid, "the system does not know who connected"),
        unixAddress(channel));
  }

  private int nioUid(NioDomainSocketChannel channel) throws FsException {
    SocketOption<UnixDomainPrincipal> option = ExtendedSocketOptions.SO_PEERCRED;
    UnixDomainPrincipal peer = channel.config().getOption(NioChannelOption.of(option));
    if (peer == null) {
      throw new FsException(Errno.EACCES, "peer without credentials");
    }
    String name = peer.user().getName();
    try {
      return users.byName(name).map(User::uid).orElseGet(() -> Integer.parseUnsignedInt(name));
    } catch (IOException | NumberFormatException e) {
      throw new FsException(Errno.EACCES, "no such user: " + name, e);
    }
  }

  private Peer tcp(Channel channel) {
    if (!(channel.remoteAddress() instanceof InetSocketAddress peer)
        || !(channel.localAddress() instanceof InetSocketAddress here)) {
      // closed already
      return new Peer(Source.local(Kind.LOOPBACK, OptionalInt.empty()), OptionalInt::empty, "?");
    }
    String address = new ListenAddress.Tcp(peer).toString();
    if (!peer.getAddress().isLoopbackAddress()) {
      return new Peer(Source.of(peer), OptionalInt::empty, address);
    }
    SocketOwners table = owners;
    if (table == null) {
      return new Peer(
          Source.local(Kind.LOOPBACK, OptionalInt.empty()),
          known(OptionalInt.empty(), "this system does not report the owner of a TCP connection"),
          address);
    }
    if (!table.isNonBlocking()) {
      return new Peer(
          Source.local(Kind.LOOPBACK, OptionalInt.empty()),
          () -> known(owner(table, peer, here), unknown(address)).uid(),
          address);
    }
    OptionalInt uid;
    try {
      uid = table.owner(peer, here);
    } catch (IOException e) {
      uid = OptionalInt.empty();
    }
    return new Peer(Source.local(Kind.LOOPBACK, uid), known(uid, unknown(address)), address);
  }

  private static OptionalInt owner(
      SocketOwners owners, InetSocketAddress peer, InetSocketAddress here) throws FsException {
    try {
      return owners.owner(peer, here);
    } catch (IOException e) {
      throw new FsException(Errno.EACCES, "cannot read the system's table of sockets", e);
    }
  }

  private static String unknown(String address) {
    return "the system does not know the owner of " + address;
  }

  private static PeerIdentity known(OptionalInt uid, String otherwise) {
    return () -> {
      if (uid.isEmpty()) {
        throw new FsException(Errno.EACCES, otherwise);
      }
      return uid;
    };
  }
}
