package dev.warren.ninep.server;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * Whom a connection counts for before it has said anything: the user where the kernel knows them,
 * the address elsewhere. A host of IPv6 has as many addresses as it likes, so it is the network of
 * 64 bits that counts there.
 *
 * @param way how they come
 * @param name which of those who come so, for people
 */
record Source(Way way, String name) {
  /** How connections come. */
  enum Way {
    /** Over a Unix socket. */
    UNIX,
    /** Over TCP, from this system. */
    LOOPBACK,
    /** Over TCP, from elsewhere. */
    REMOTE
  }

  private static final int NETWORK_BYTES = 8;

  /** Somebody of this system. */
  static Source local(Way way, OptionalInt uid) {
    return new Source(
        way,
        uid.isPresent()
            ? "user " + Integer.toUnsignedString(uid.getAsInt())
            : "a user of this system");
  }

  /** Somebody of another system, or of this one through one of its outer addresses. */
  static Source remote(InetSocketAddress peer) {
    InetAddress address = peer.getAddress();
    if (!(address instanceof Inet6Address)) {
      return new Source(Way.REMOTE, address.getHostAddress());
    }
    byte[] network = Arrays.copyOf(Arrays.copyOf(address.getAddress(), NETWORK_BYTES), 16);
    try {
      return new Source(Way.REMOTE, InetAddress.getByAddress(network).getHostAddress() + "/64");
    } catch (java.net.UnknownHostException e) {
      throw new IllegalStateException(e); // 16 bytes are an address
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
