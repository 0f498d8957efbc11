package dev.warren.sftp.ssh;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.List;
import org.apache.sshd.server.SshServer;

/** MINA's server, listening on any number of addresses, which it can give up before it stops. */
final class MultiAddressServer extends SshServer {
  /** Starts to listen on all addresses, or on none. */
  void start(List<ListenAddress> addresses) throws IOException {
    ListenAddress first = addresses.getFirst();
    setHost(first.host());
    setPort(first.port());
    try {
      start();
      for (ListenAddress address : addresses.subList(1, addresses.size())) {
        acceptor.bind(address.socketAddress());
      }
    } catch (IOException e) {
      close(true);
      throw new IOException("cannot listen on " + addresses + ": " + e.getMessage(), e);
    }
  }

  /** The addresses as they were bound. */
  List<SocketAddress> boundAddresses() {
    return List.copyOf(acceptor.getBoundAddresses());
  }

  /** Takes no more connections. */
  void stopListening() {
    acceptor.unbind();
  }
}
