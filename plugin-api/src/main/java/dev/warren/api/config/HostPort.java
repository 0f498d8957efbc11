package dev.warren.api.config;

import java.net.InetAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A TCP address to listen on, in the syntax that all front ends use: {@code HOST:PORT}, with an
 * IPv6 address in brackets.
 *
 * @param host a name, or an address without brackets
 * @param port 0 to 65535; 0 for any free port
 */
public record HostPort(String host, int port) {
  private static final int MOST = 65_535;
  private static final Pattern WHOLE =
      Pattern.compile("(\\[[0-9A-Fa-f:.]+(%\\w+)?]|[^\\s:/*\\[\\]]+):(\\d{1,5})");
  private static final Pattern URL = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://([^/]*).*");
  private static final Pattern PORT = Pattern.compile(".*:(\\d{5,})");
  private static final Pattern LIST = Pattern.compile("\\[(.*:\\d{1,5})]");
  private static final Pattern BARE_IPV6_AND_PORT = Pattern.compile("(.*:.*):(\\d{1,5})");

  /**
   * Parses an address.
   *
   * @param usualPort the port to suggest in messages if the text contains none
   * @throws IllegalArgumentException if it is not an address; the message quotes it and says what
   *     to write
   */
  public static HostPort parse(String text, int usualPort) {
    HostPort whole = whole(text);
    if (whole != null) {
      return whole;
    }
    Matcher port = PORT.matcher(text);
    if (port.matches() && (port.group(1).length() > 5 || number(port.group(1)) > MOST)) {
      throw new IllegalArgumentException("'%s': a port is at most %d".formatted(text, MOST));
    }
    String meant = meant(text, usualPort);
    throw new IllegalArgumentException(
        meant == null
            ? "'%s' must be HOST:PORT, such as 127.0.0.1:%d or [::1]:%d"
                .formatted(text, usualPort, usualPort)
            : "'%s' must be HOST:PORT: write '%s'".formatted(text, meant));
  }

  private static @Nullable HostPort whole(String text) {
    Matcher matcher = WHOLE.matcher(text);
    if (!matcher.matches() || number(matcher.group(3)) > MOST) {
      return null;
    }
    String host = matcher.group(1);
    return new HostPort(
        host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
        number(matcher.group(3)));
  }

  /** Guesses what the author of an invalid address meant; null if that is not possible. */
  private static @Nullable String meant(String text, int usualPort) {
    Matcher url = URL.matcher(text.strip());
    String plain = url.matches() ? url.group(1) : text.strip();
    Matcher list = LIST.matcher(plain);
    if (list.matches()) {
      plain = list.group(1);
    }
    Matcher ipv6 = BARE_IPV6_AND_PORT.matcher(plain);
    return Stream.of(
            plain,
            ipv6.matches() && isIpv6(ipv6.group(1))
                ? "[%s]:%s".formatted(ipv6.group(1), ipv6.group(2))
                : "",
            isIpv6(plain) ? "[%s]:%d".formatted(plain, usualPort) : "",
            plain.startsWith("*:") ? "0.0.0.0" + plain.substring(1) : "",
            "127.0.0.1" + (plain.startsWith(":") ? "" : ":") + plain,
            plain + ":" + usualPort)
        .filter(guess -> whole(guess) != null)
        .findFirst()
        .orElse(null);
  }

  private static int number(String digits) {
    return Integer.parseInt(digits);
  }

  private static boolean isIpv6(String text) {
    if (!text.contains(":")) {
      return false;
    }
    try {
      return InetAddress.ofLiteral(text).getHostAddress().contains(":");
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** The address in the syntax that {@link #parse} accepts. */
  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
