package dev.warren.ninep.server;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;

/** An address to listen on. */
public sealed interface ListenAddress {
  /** A TCP port. */
  record Tcp(InetSocketAddress socket) implements ListenAddress {
    /** Whether only this system can connect. */
    public boolean isLoopback() {
      return socket.getAddress().isLoopbackAddress();
    }

    @Override
    public String toString() {
      String host = socket.getAddress().getHostAddress();
      return (host.contains(":") ? "[" + host + "]" : host) + ":" + socket.getPort();
    }
  }

  /** A Unix domain socket. */
  record Unix(Path path) implements ListenAddress {
    @Override
    public String toString() {
      return "unix:" + path;
    }
  }

  /**
   * Reads {@code HOST:PORT}, {@code [IPV6]:PORT} or {@code unix:PATH}.
   *
   * @throws IllegalArgumentException if the text is none of these; the message says what to write
   */
  static ListenAddress parse(String text) {
    if (text.startsWith("unix:")) {
      String path = text.substring("unix:".length());
      // sun_path of sockaddr_un, less the NUL
      if (path.isEmpty() || Path.of(path).toAbsolutePath().toString().length() > 107) {
        throw new IllegalArgumentException(
            "'" + text + "': the path of a Unix socket has 1 to 107 bytes");
      }
      return new Unix(Path.of(path).toAbsolutePath());
    }
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    String port = text.substring(colon + 1);
    if (host.isEmpty() || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
      throw new IllegalArgumentException(
          "'" + text + "': write HOST:PORT, such as 127.0.0.1:5640, or unix:PATH");
    }
    try {
      return new Tcp(new InetSocketAddress(InetAddress.getByName(host), Integer.parseInt(port)));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("'" + text + "': no such host", e);
    }
  }
}
