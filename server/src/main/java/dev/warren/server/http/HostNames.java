package dev.warren.server.http;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The names under which browsers may reach the listener. A page of another site could let its own
 * name resolve to this host (DNS rebinding) and would then read what is meant for the owner; but
 * the browser sends that name in the header {@code Host}. IP addresses are safe, since they need no
 * DNS.
 */
final class HostNames {
  private static final Pattern PORT = Pattern.compile(":[0-9]{1,5}$");
  private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
  private static final Pattern IPV6 = Pattern.compile("\\[[0-9a-f:.]+]");

  private final Set<String> names = new HashSet<>(Set.of("localhost"));

  /**
   * @param further names in addition to {@code localhost}
   */
  HostNames(List<String> further) {
    further.forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
  }

  /** Whether a request with this header {@code Host} is meant for this host. */
  boolean contains(@Nullable String header) {
    if (header == null) {
      return false;
    }
    String host = PORT.matcher(header.toLowerCase(Locale.ROOT)).replaceFirst("");
    return names.contains(host) || IPV4.matcher(host).matches() || IPV6.matcher(host).matches();
  }
}
