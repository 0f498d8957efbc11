package dev.warren.sftp.ssh;

import dev.warren.api.config.HostPort;
import dev.warren.frontend.ListenException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.util.List;
import org.apache.sshd.server.SshServer;

/** MINA's server, on any number of addresses. It can stop listening before it stops serving. */
final class MultiAddressServer extends SshServer {
  /** Starts to listen on all addresses or, if one fails, on none. */
  void start(List<HostPort> addresses) throws IOException {
    HostPort tried = addresses.getFirst();
    setHost(tried.host());
    setPort(tried.port());
    try {
      start();
      for (HostPort address : addresses.subList(1, addresses.size())) {
        tried = address;
        acceptor.bind(new InetSocketAddress(address.host(), address.port()));
      }
    } catch (IOException | UnresolvedAddressException e) {
      close(true);
      throw new ListenException("sftp", tried.toString(), e);
    }
  }

  /** The addresses as bound. */
  List<SocketAddress> boundAddresses() {
    return List.copyOf(acceptor.getBoundAddresses());
  }

  /** Stops accepting connections. */
  void stopListening() {
    acceptor.unbind();
  }
}
