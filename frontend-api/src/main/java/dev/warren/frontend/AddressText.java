package dev.warren.frontend;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Formats addresses as ssh, known_hosts and logs do. Java prints all eight groups of an IPv6
 * address, which no other program does, so a search for its output finds nothing.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5952">RFC 5952</a>
 */
public final class AddressText {
  private static final int GROUPS = 8;

  private AddressText() {}

  /** {@code 192.0.2.1}, {@code ::1}, {@code fe80::1%eth0}. */
  public static String of(InetAddress address) {
    if (!(address instanceof Inet6Address six)) {
      return address.getHostAddress();
    }
    String text = compressed(groups(six.getAddress()));
    String full = six.getHostAddress();
    int scope = full.indexOf('%');
    return scope < 0 ? text : text + full.substring(scope);
  }

  /** {@code 192.0.2.1:22}, {@code [::1]:22}; for other kinds of address, their own text. */
  public static String of(@Nullable SocketAddress address) {
    if (!(address instanceof InetSocketAddress socket) || socket.getAddress() == null) {
      return String.valueOf(address);
    }
    String host = of(socket.getAddress());
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + socket.getPort();
  }

  private static int[] groups(byte[] address) {
    int[] groups = new int[GROUPS];
    for (int i = 0; i < GROUPS; i++) {
      groups[i] = (address[2 * i] & 0xFF) << 8 | (address[2 * i + 1] & 0xFF);
    }
    return groups;
  }

  /** Replaces the first of the longest runs of at least two zeros by {@code ::}. */
  private static String compressed(int[] groups) {
    int start = 0;
    int length = 1;
    for (int i = 0; i < GROUPS; i++) {
      int end = i;
      while (end < GROUPS && groups[end] == 0) {
        end++;
      }
      if (end - i > length) {
        start = i;
        length = end - i;
      }
    }
    if (length < 2) {
      return joined(groups, 0, GROUPS);
    }
    return joined(groups, 0, start) + "::" + joined(groups, start + length, GROUPS);
  }

  private static String joined(int[] groups, int from, int to) {
    List<String> texts = new ArrayList<>();
    for (int i = from; i < to; i++) {
      texts.add(Integer.toHexString(groups[i]));
    }
    return String.join(":", texts);
  }
}
