package dev.warren.sftp.ssh;

import dev.warren.api.config.HostPort;
import java.net.InetSocketAddress;

/**
 * An address to listen on.
 *
 * @param host a name or an address
 * @param port 0 to 65535; 0 for any free port
 */
public record ListenAddress(String host, int port) {
  private static final int USUAL_PORT = 2022;

  /**
   * Parses {@code host:port}, with an IPv6 address in brackets.
   *
   * @throws IllegalArgumentException with the text and the reason
   */
  public static ListenAddress parse(String text) {
    HostPort written = HostPort.parse(text, USUAL_PORT);
    return new ListenAddress(written.host(), written.port());
  }

  InetSocketAddress socketAddress() {
    return new InetSocketAddress(host, port);
  }

  /** The address in the form that {@link #parse} accepts. */
  @Override
  public String toString() {
    return new HostPort(host, port).toString();
  }
}
