package dev.warren.ninep.server;

import dev.warren.api.config.HostPort;
import dev.warren.frontend.AddressText;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** An address to listen on. */
public sealed interface ListenAddress {
  /** The length of sun_path in sockaddr_un, without the NUL. */
  int LONGEST_UNIX_PATH = 107;

  /** The default port, for messages. */
  int USUAL_PORT = 5640;

  /** A TCP port. */
  record Tcp(InetSocketAddress socket) implements ListenAddress {
    @Override
    public boolean isWide() {
      return !socket.getAddress().isLoopbackAddress();
    }

    @Override
    public String toString() {
      return AddressText.of(socket);
    }
  }

  /** A Unix domain socket. */
  record Unix(Path path) implements ListenAddress {
    @Override
    public boolean isWide() {
      return false;
    }

    @Override
    public String toString() {
      return "unix:" + path;
    }
  }

  /** Whether other systems can connect. */
  boolean isWide();

  /**
   * Reads {@code HOST:PORT}, {@code [IPV6]:PORT} or {@code unix:PATH}.
   *
   * @throws IllegalArgumentException if the text is none of these; the message says what to write
   */
  static ListenAddress parse(String text) {
    if (text.startsWith("unix:")) {
      String path = text.substring("unix:".length());
      Path absolute = Path.of(path).toAbsolutePath();
      int bytes = absolute.toString().getBytes(StandardCharsets.UTF_8).length;
      if (path.isEmpty() || bytes > LONGEST_UNIX_PATH) {
        throw new IllegalArgumentException(
            "'%s': the path of a Unix socket has 1 to %d bytes; %s has %d"
                .formatted(text, LONGEST_UNIX_PATH, absolute, bytes));
      }
      return new Unix(absolute);
    }
    HostPort written = HostPort.parse(text, USUAL_PORT);
    try {
      return new Tcp(new InetSocketAddress(InetAddress.getByName(written.host()), written.port()));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(
          "'%s': there is no host '%s'".formatted(text, written.host()), e);
    }
  }
}
