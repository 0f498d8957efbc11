package dev.warren.sftp.source;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Who is behind a connection as long as nobody has logged in: an IPv4 address, or an IPv6 network
 * of 64 bits, in which one machine has as many addresses as it likes.
 *
 * @param text the address or the network
 * @param kind where that is, for metrics
 */
public record Source(String text, Kind kind) {
  /** The kinds of sources that metrics tell apart. */
  public enum Kind {
    /** This machine. */
    LOOPBACK("loopback"),
    /** Others. */
    NETWORK("network");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  /** The source of a connection from an address. */
  public static Source of(@Nullable SocketAddress remote) {
    return remote instanceof InetSocketAddress socket && socket.getAddress() != null
        ? of(socket.getAddress())
        : new Source("somewhere", Kind.NETWORK);
  }

  /** The source that an address belongs to. */
  public static Source of(InetAddress address) {
    if (address.isLoopbackAddress()) {
      return new Source(AddressText.of(address), Kind.LOOPBACK);
    }
    return new Source(
        address instanceof Inet6Address six ? network(six) : AddressText.of(address), Kind.NETWORK);
  }

  private static String network(Inet6Address address) {
    long prefix = ByteBuffer.wrap(address.getAddress()).getLong();
    try {
      byte[] network = ByteBuffer.allocate(16).putLong(prefix).array();
      return AddressText.of(InetAddress.getByAddress(network)) + "/64";
    } catch (UnknownHostException e) {
      throw new IllegalStateException("16 bytes are an address", e);
    }
  }
}
