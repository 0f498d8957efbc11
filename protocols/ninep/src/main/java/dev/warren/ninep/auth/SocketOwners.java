package dev.warren.ninep.auth;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Knows which user has the other end of a TCP connection within this system. Thread-safe. */
public interface SocketOwners extends AutoCloseable {
  /**
   * The user number of the process that holds an established socket.
   *
   * @param local the socket's own address
   * @param remote the address it is connected to
   * @return empty if there is no such socket
   * @throws IOException if the system cannot be asked
   */
  OptionalInt owner(InetSocketAddress local, InetSocketAddress remote) throws IOException;

  /** Whether {@link #owner} takes so little time that an event loop may call it. */
  boolean atOnce();

  @Override
  void close();

  /**
   * The best that works here, which is tried out on a connection of our own.
   *
   * @throws IOException if nothing does; the message says what of the system is missing
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
