package dev.warren.server.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Where connections come from: an IPv4 address, or the /64 of an IPv6 address, since whoever has
 * one address there has all of them. The machine itself is one source.
 *
 * @param name for the log
 */
record Source(String name) {
  private static final int NETWORK_BYTES = 8;

  static Source of(SocketAddress peer) {
    if (!(peer instanceof InetSocketAddress socket) || socket.getAddress() == null) {
      return new Source(String.valueOf(peer));
    }
    InetAddress address = socket.getAddress();
    if (address.isLoopbackAddress()) {
      return new Source("this machine");
    }
    if (address instanceof Inet6Address) {
      byte[] network = Arrays.copyOf(address.getAddress(), NETWORK_BYTES);
      return new Source(HexFormat.ofDelimiter(":").formatHex(network) + "::/64");
    }
    return new Source(address.getHostAddress());
  }
}
