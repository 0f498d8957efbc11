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
 * Whom a connection counts for before anybody has logged in: the user of this system where the
 * kernel knows them, the address elsewhere. A host of IPv6 has as many addresses as it likes, so it
 * is the network of 64 bits that counts there. Bounds on strangers are bounds on what one source
 * has of them; sources that are equal are one.
 *
 * @param kind how it comes, for metrics
 * @param name which of those who come so, for the log
 */
public record Source(Kind kind, String name) {
  /** How connections come: the values of the label {@code source} of metrics. */
  public enum Kind {
    /** Over a Unix socket. */
    UNIX,
    /** Over TCP, from this system. */
    LOOPBACK,
    /** Over TCP, from elsewhere. */
    NETWORK;

    /** The kind as metrics have it. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The kinds of those who come over TCP. */
  public static final List<Kind> OVER_TCP = List.of(Kind.LOOPBACK, Kind.NETWORK);

  /**
   * Somebody of this system.
   *
   * @param kind {@link Kind#UNIX} or {@link Kind#LOOPBACK}
   * @param uid as the kernel says; empty where it does not, and all such count as one
   */
  public static Source local(Kind kind, OptionalInt uid) {
    return new Source(
        kind,
        uid.isPresent()
            ? "user " + Integer.toUnsignedString(uid.getAsInt())
            : "a user of this system");
  }

  /** Whom a connection from an address counts for. */
  public static Source of(@Nullable SocketAddress peer) {
    return peer instanceof InetSocketAddress socket && socket.getAddress() != null
        ? of(socket.getAddress())
        : new Source(Kind.NETWORK, "somewhere"); // gone already
  }

  /** Whom connections from an address count for. */
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

  /**
   * The same, where all who come from this system over TCP count as one, whatever their address.
   */
  public Source withOneLoopback() {
    return kind == Kind.LOOPBACK ? local(kind, OptionalInt.empty()) : this;
  }

  /** Its name. */
  @Override
  public String toString() {
    return name;
  }
}
