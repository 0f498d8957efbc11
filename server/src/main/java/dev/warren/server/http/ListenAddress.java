package dev.warren.server.http;

import dev.warren.api.config.HostPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** An address to listen on: {@code HOST:PORT}, with an IPv6 address in brackets. */
final class ListenAddress {
  private static final int USUAL_PORT = 2080;

  private ListenAddress() {}

  /**
   * Parses an address.
   *
   * @throws IllegalArgumentException with what is wrong
   */
  static InetSocketAddress parse(String text) {
    HostPort written = HostPort.parse(text, USUAL_PORT);
    InetSocketAddress address = new InetSocketAddress(written.host(), written.port());
    if (address.isUnresolved()) {
      throw new IllegalArgumentException(
          "'%s': there is no host '%s'".formatted(text, written.host()));
    }
    return address;
  }

  /** Returns the URL for browsers. */
  static String url(InetSocketAddress address) {
    InetAddress ip = address.getAddress();
    String host = ip.getHostAddress();
    return "http://%s:%d/"
        .formatted(host.contains(":") ? "[" + host + "]" : host, address.getPort());
  }
}
