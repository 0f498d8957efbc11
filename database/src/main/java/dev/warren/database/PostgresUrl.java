package dev.warren.database;

import dev.warren.api.config.HostPort;
import dev.warren.api.config.Suggestion;
import java.net.InetAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parts of a PostgreSQL URL: {@code jdbc:postgresql://HOST[:PORT][,HOST...]/NAME}, with options
 * after a question mark. The driver accepts any option and ignores unknown ones: a misspelt one
 * could silently mean a connection without TLS. So only known options are accepted here.
 *
 * @param hosts the hosts, in the order in which they are tried
 * @param name the name of the database
 * @param options the options, by the driver's names
 */
record PostgresUrl(List<HostPort> hosts, String name, Map<String, String> options) {
  static final String KIND = "postgresql";
  private static final int PORT = 5432;
  private static final String PREFIX = "jdbc:" + KIND + ":";
  private static final Pattern WHOLE = Pattern.compile("//([^/?]+)/([^/?]+)(\\?(.*))?");

  /** The accepted options: where the server is, and how to connect and log in. */
  private static final List<String> OPTIONS =
      List.of(
          "ApplicationName",
          "channelBinding",
          "connectTimeout",
          "currentSchema",
          "gssEncMode",
          "hostRecheckSeconds",
          "loadBalanceHosts",
          "prepareThreshold",
          "requireAuth",
          "socketTimeout",
          "sslcert",
          "sslkey",
          "sslmode",
          "sslNegotiation",
          "sslrootcert",
          "targetServerType");

  private static final List<String> MODES =
      List.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");

  PostgresUrl {
    hosts = List.copyOf(hosts);
    options = Map.copyOf(options);
  }

  /** Parses a URL, and adds its errors to {@code faults}. */
  static PostgresUrl parse(String url, List<Fault> faults) {
    Matcher matcher = WHOLE.matcher(url.substring(PREFIX.length()));
    if (!matcher.matches()) {
      faults.add(Fault.url("write jdbc:postgresql://HOST/NAME, or //HOST:PORT/NAME"));
      return new PostgresUrl(List.of(), "", Map.of());
    }
    return new PostgresUrl(
        hosts(matcher.group(1), faults),
        decode(matcher.group(2), faults),
        options(matcher.group(4) == null ? "" : matcher.group(4), faults));
  }

  private static List<HostPort> hosts(String written, List<Fault> faults) {
    List<HostPort> hosts = new ArrayList<>();
    if (written.contains("@")) {
      faults.add(
          Fault.url("the URL must not contain a user: write 'user' and 'password' beside it"));
      return hosts;
    }
    for (String one : written.split(",", -1)) {
      boolean hasPort = one.matches(".*:\\d+");
      try {
        HostPort host = HostPort.parse(hasPort ? one : one + ":" + PORT, PORT);
        if (host.port() == 0) {
          throw new IllegalArgumentException("a port is from 1 to 65535");
        }
        hosts.add(host);
      } catch (IllegalArgumentException e) {
        faults.add(Fault.url("behind the '//' there is no HOST or HOST:PORT: " + e.getMessage()));
      }
    }
    return hosts;
  }

  private static Map<String, String> options(String written, List<Fault> faults) {
    Map<String, String> options = new LinkedHashMap<>();
    for (String one : written.split("&", -1)) {
      int equals = one.indexOf('=');
      String option = equals < 0 ? one : one.substring(0, equals);
      if (one.isEmpty()) {
        continue;
      }
      if (option.equals("user") || option.equals("password") || option.equals("sslpassword")) {
        faults.add(
            Fault.url(
                "the URL is shown, and must not hold '%s': write user and password beside it"
                    .formatted(option)));
      } else if (!OPTIONS.contains(option)) {
        faults.add(
            Fault.url(
                "there is no option '%s'%s; there are %s"
                    .formatted(
                        option, Suggestion.of(option, OPTIONS), String.join(", ", OPTIONS))));
      } else if (equals < 0 || equals == one.length() - 1) {
        faults.add(Fault.url("the option '%s' has no value".formatted(option)));
      } else {
        options.put(option, decode(one.substring(equals + 1), faults));
      }
    }
    String mode = options.getOrDefault("sslmode", "require");
    if (!MODES.contains(mode)) {
      faults.add(
          Fault.url(
              "sslmode is one of %s%s"
                  .formatted(String.join(", ", MODES), Suggestion.of(mode, MODES))));
    }
    for (String seconds : List.of("connectTimeout", "socketTimeout")) {
      if (!options.getOrDefault(seconds, "1").matches("[1-9][0-9]{0,4}")) {
        faults.add(Fault.url("'%s' is a number of seconds, from 1 on".formatted(seconds)));
      }
    }
    return options;
  }

  private static String decode(String written, List<Fault> faults) {
    try {
      return URLDecoder.decode(written, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      faults.add(Fault.url("there is a '%' that no two hexadecimal digits follow"));
      return "";
    }
  }

  /** Whether all hosts are this machine. */
  boolean isLocal() {
    return hosts.stream().allMatch(host -> isLoopback(host.host()));
  }

  private static boolean isLoopback(String host) {
    if (host.equalsIgnoreCase("localhost")) {
      return true;
    }
    try {
      return InetAddress.ofLiteral(host).isLoopbackAddress();
    } catch (IllegalArgumentException e) {
      return false; // a name may resolve to any machine
    }
  }

  /** The hosts and ports, separated by commas. */
  String where() {
    return String.join(", ", hosts.stream().map(HostPort::toString).toList());
  }

  /** The URL without options. */
  String address() {
    return "%s//%s/%s"
        .formatted(PREFIX, String.join(",", hosts.stream().map(HostPort::toString).toList()), name);
  }
}
