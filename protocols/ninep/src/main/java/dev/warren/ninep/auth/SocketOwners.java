package dev.warren.ninep.auth;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the user that owns the client's end of a TCP connection within this system. Thread-safe.
 */
public interface SocketOwners extends AutoCloseable {
  /**
   * The user number of the process that holds an established socket.
   *
   * @param local the socket's own address
   * @param remote the address it is connected to
   * @return empty if there is no such socket
   * @throws IOException if the lookup fails
   */
  OptionalInt owner(InetSocketAddress local, InetSocketAddress remote) throws IOException;

  /** Whether {@link #owner} is non-blocking and fast enough for an event loop. */
  boolean isNonBlocking();

  @Override
  void close();

  /**
   * The fastest lookup that works here, tested with a connection to this process itself.
   *
   * @throws IOException if none works; the message says what the system lacks
   */
  static SocketOwners best() throws IOException {
    Logger log = LoggerFactory.getLogger(SocketOwners.class);
    try {
      return tried(SocketDiag.open());
    } catch (IOException e) {
      log.debug("no NETLINK_SOCK_DIAG here ({}), so /proc/net/tcp is read", e.getMessage());
    }
    return tried(new SocketTable());
  }

  private static SocketOwners tried(SocketOwners owners) throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket client = new Socket(server.getInetAddress(), server.getLocalPort())) {
      OptionalInt uid =
          owners.owner(
              (InetSocketAddress) client.getLocalSocketAddress(),
              (InetSocketAddress) client.getRemoteSocketAddress());
      if (uid.isPresent() && uid.getAsInt() == HostIdentity.ofProcess().uid()) {
        return owners;
      }
      throw new IOException("the system does not know its own connections");
    } catch (IOException e) {
      owners.close();
      throw e;
    }
  }
}
