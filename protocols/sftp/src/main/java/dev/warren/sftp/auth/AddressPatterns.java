package dev.warren.sftp.auth;

import dev.warren.sftp.source.AddressBlock;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A list of addresses in the format of an authorized key's {@code from=} option: addresses, CIDR
 * blocks and wildcards, separated by commas; a leading {@code !} excludes a pattern. Host names
 * match nothing, since they are not looked up.
 *
 * @see <a href="https://man.openbsd.org/ssh_config.5#PATTERNS">ssh_config(5), "PATTERNS"</a>
 */
public final class AddressPatterns {
  private final List<String> patterns;

  /** Parses a list; invalid patterns match nothing. */
  public AddressPatterns(String list) {
    this.patterns =
        Arrays.stream(list.split(",", -1))
            .map(pattern -> pattern.strip().toLowerCase(Locale.ROOT))
            .filter(pattern -> !pattern.isEmpty())
            .toList();
  }

  /** Whether some pattern matches the address and none excludes it. */
  public boolean matches(InetAddress address) {
    boolean found = false;
    for (String pattern : patterns) {
      boolean excludes = pattern.startsWith("!");
      if (matches(excludes ? pattern.substring(1) : pattern, address)) {
        if (excludes) {
          return false;
        }
        found = true;
      }
    }
    return found;
  }

  private static boolean matches(String pattern, InetAddress address) {
    if (pattern.indexOf('/') >= 0) {
      return inBlock(pattern, address);
    }
    InetAddress literal = literal(pattern);
    return literal != null
        ? literal.equals(address)
        : glob(pattern).matcher(address.getHostAddress().toLowerCase(Locale.ROOT)).matches();
  }

  private static boolean inBlock(String pattern, InetAddress address) {
    int slash = pattern.indexOf('/');
    InetAddress network = literal(pattern.substring(0, slash));
    String length = pattern.substring(slash + 1);
    if (network == null || !length.matches("[0-9]{1,3}")) {
      return false;
    }
    int bits = Integer.parseInt(length);
    return bits <= network.getAddress().length * Byte.SIZE
        && new AddressBlock(network, bits).contains(address);
  }

  private static @Nullable InetAddress literal(String text) {
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static Pattern glob(String pattern) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      regex.append(
          switch (c) {
            case '*' -> ".*";
            case '?' -> ".";
            default -> Pattern.quote(String.valueOf(c));
          });
    }
    return Pattern.compile(regex.toString());
  }
}
