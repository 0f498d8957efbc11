package dev.warren.sftp.ssh;

import java.net.InetSocketAddress;

/**
 * Where to listen.
 *
 * @param host a name or an address
 * @param port 0 to 65535; 0 for any that is free
 */
public record ListenAddress(String host, int port) {
  /**
   * Parses {@code host:port}, with an IPv6 address in brackets.
   *
   * @throws IllegalArgumentException with what is wrong
   */
  public static ListenAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0 || !text.substring(colon + 1).matches("[0-9]{1,5}")) {
      throw new IllegalArgumentException("must be host:port, such as 127.0.0.1:2022 or [::1]:2022");
    }
    String host = text.substring(0, colon);
    int port = Integer.parseInt(text.substring(colon + 1));
    if (port > 65535) {
      throw new IllegalArgumentException("a port is at most 65535");
    }
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (!bracketed && host.indexOf(':') >= 0) {
      throw new IllegalArgumentException("an IPv6 address stands in brackets: [::1]:2022");
    }
    return new ListenAddress(bracketed ? host.substring(1, host.length() - 1) : host, port);
  }

  InetSocketAddress socketAddress() {
    return new InetSocketAddress(host, port);
  }
}
