package dev.warren.server.host;

import dev.warren.api.Reason;
import dev.warren.frontend.ListenException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tries the addresses that a front end is configured to listen on. */
final class ListenPlaces {
  private static final String UNIX = "unix:";

  private ListenPlaces() {}

  /**
   * Checks that the files of Unix sockets are gone.
   *
   * @throws IOException if one still exists
   */
  static void requireNoSocket(String name, Collection<String> places) throws IOException {
    for (String place : places) {
      if (place.startsWith(UNIX)
          && Files.exists(Path.of(place.substring(UNIX.length())), LinkOption.NOFOLLOW_LINKS)) {
        throw new ListenException(name, place, "it is in use");
      }
    }
  }

  /**
   * Like {@link #taken}, but throws.
   *
   * @throws IOException if an address cannot be bound; the message lists all such addresses
   */
  static void requireFree(String name, Collection<String> places) throws IOException {
    List<String> taken = taken(name, places);
    if (!taken.isEmpty()) {
      throw new IOException(String.join("; ", taken));
    }
  }

  /**
   * Tries to bind TCP ports, checks whether the files of Unix sockets can be created, and leaves
   * nothing bound.
   *
   * @param name the front end's name
   * @return what is wrong with each address that cannot be used, and how to find the cause
   */
  static List<String> taken(String name, Collection<String> places) {
    List<String> taken = new ArrayList<>();
    for (String place : places) {
      int colon = place.lastIndexOf(':');
      if (place.startsWith(UNIX)) {
        String wrong = obstacle(Path.of(place.substring(UNIX.length())).toAbsolutePath());
        if (wrong != null) {
          taken.add(String.valueOf(new ListenException(name, place, wrong).getMessage()));
        }
        continue;
      }
      if (colon <= 0 || !place.substring(colon + 1).matches("[0-9]{1,5}")) {
        continue;
      }
      String host = place.substring(0, colon).replaceAll("[\\[\\]]", "");
      int port = Integer.parseInt(place.substring(colon + 1));
      if (port == 0 || port > 65535) {
        continue;
      }
      try (ServerSocket socket = new ServerSocket()) {
        socket.setReuseAddress(true); // as the front ends do
        socket.bind(new InetSocketAddress(host, port));
      } catch (IOException e) {
        taken.add(String.valueOf(new ListenException(name, place, e).getMessage()));
      }
    }
    return taken;
  }

  /**
   * Returns why a Unix socket cannot be created; null if it can. A socket file without a listener
   * is replaced.
   */
  private static @Nullable String obstacle(Path socket) {
    Path directory = socket.getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      return "there is no directory " + directory;
    }
    if (!Files.isWritable(directory)) {
      return "the directory %s cannot be written".formatted(directory);
    }
    if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
      return null;
    }
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      if (!Files.readAttributes(socket, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .isOther()) {
        return "a file is in the way";
      }
      probe.connect(UnixDomainSocketAddress.of(socket));
      return "another process does";
    } catch (ConnectException e) {
      return null; // left behind by a host that was killed
    } catch (IOException e) {
      return Reason.of(e);
    }
  }
}
