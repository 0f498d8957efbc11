package dev.warren.frontend;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The origin to which a connection is attributed before its client has logged in: the local user if
 * the kernel reports one, otherwise the address. An IPv6 host can choose any number of addresses,
 * so its 64-bit network counts as one origin. Limits for clients that have not logged in apply to
 * each origin; equal sources are one origin.
 *
 * @param kind how the connection arrived, for metrics
 * @param name identifies the origin among those of its kind, for the log
 */
public record Source(Kind kind, String name) {
  /** How connections arrive: the values of the metrics label {@code source}. */
  public enum Kind {
    /** By a Unix socket. */
    UNIX,
    /** By TCP, from this system. */
    LOOPBACK,
    /** By TCP, from another system. */
    NETWORK;

    /** The kind as used in metrics. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The kinds that arrive by TCP. */
  public static final List<Kind> OVER_TCP = List.of(Kind.LOOPBACK, Kind.NETWORK);

  /**
   * Returns the source for a user of this system.
   *
   * @param kind {@link Kind#UNIX} or {@link Kind#LOOPBACK}
   * @param uid as reported by the kernel; if empty, all such connections count as one source
   */
  public static Source local(Kind kind, OptionalInt uid) {
    return new Source(
        kind,
        uid.isPresent()
            ? "user " + Integer.toUnsignedString(uid.getAsInt())
            : "a user of this system");
  }

  /** Returns the source for the peer of a connection. */
  public static Source of(@Nullable SocketAddress peer) {
    return peer instanceof InetSocketAddress socket && socket.getAddress() != null
        ? of(socket.getAddress())
        : new Source(Kind.NETWORK, "somewhere"); // the connection has already been closed
  }

  /** Returns the source for an address. */
  public static Source of(InetAddress address) {
    if (address.isLoopbackAddress()) {
      return new Source(Kind.LOOPBACK, AddressText.of(address));
    }
    return new Source(
        Kind.NETWORK, address instanceof Inet6Address six ? network(six) : AddressText.of(address));
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

  /** Returns this source, or, for any loopback address, one that is common to all of them. */
  public Source withOneLoopback() {
    return kind == Kind.LOOPBACK ? local(kind, OptionalInt.empty()) : this;
  }

  /** The name of the kind. */
  @Override
  public String toString() {
    return name;
  }
}
