package dev.warren.server.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Where to listen: {@code HOST:PORT}, an IPv6 address in brackets. */
final class ListenAddress {
  private ListenAddress() {}

  /**
   * Parses one.
   *
   * @throws IllegalArgumentException with what is wrong
   */
  static InetSocketAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    String port = text.substring(colon + 1);
    if (colon <= 0 || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
      throw new IllegalArgumentException(
          "must be HOST:PORT, such as 127.0.0.1:2080 or [::1]:2080, not '" + text + "'");
    }
    String host = text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (host.indexOf(':') >= 0 && !bracketed) {
      throw new IllegalArgumentException("an IPv6 address stands in brackets: [::1]:2080");
    }
    InetSocketAddress address =
        new InetSocketAddress(
            bracketed ? host.substring(1, host.length() - 1) : host, Integer.parseInt(port));
    if (address.isUnresolved()) {
      throw new IllegalArgumentException("there is no host '" + host + "'");
    }
    return address;
  }

  /** As a browser takes it. */
  static String url(InetSocketAddress address) {
    InetAddress ip = address.getAddress();
    String host = ip.getHostAddress();
    return "http://%s:%d/"
        .formatted(host.contains(":") ? "[" + host + "]" : host, address.getPort());
  }
}
