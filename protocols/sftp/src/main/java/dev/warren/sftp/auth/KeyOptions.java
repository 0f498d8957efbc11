package dev.warren.sftp.auth;

import java.net.InetAddress;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The options in front of a key in {@code authorized_keys}.
 *
 * @param from the addresses that the key may be used from; null for all
 * @param expiry when the key expires; null for never
 * @param certAuthority whether the key does not log in itself, but signs certificates that may
 * @param principals for a {@link #certAuthority()}, the names that a certificate may be for; empty
 *     for the user's own
 * @see <a href="https://man.openbsd.org/sshd.8#AUTHORIZED_KEYS_FILE_FORMAT">sshd(8),
 *     "AUTHORIZED_KEYS FILE FORMAT"</a>
 */
public record KeyOptions(
    @Nullable AddressPatterns from,
    @Nullable Instant expiry,
    boolean certAuthority,
    List<String> principals) {
  /** No options. */
  public static final KeyOptions NONE = new KeyOptions(null, null, false, List.of());

  /** Options that forbid features which this server does not have. */
  private static final Set<String> NOTHING_TO_TAKE =
      Set.of(
          "restrict",
          "no-pty",
          "no-port-forwarding",
          "no-agent-forwarding",
          "no-x11-forwarding",
          "no-user-rc");

  public KeyOptions {
    principals = List.copyOf(principals);
  }

  /** Whether a key with these options may be used at a time and from an address. */
  public boolean allow(InetAddress address, Instant now) {
    return (from == null || from.matches(address)) && (expiry == null || now.isBefore(expiry));
  }

  /**
   * Parses options.
   *
   * @param zone the time zone of an expiry time without {@code Z}
   * @throws IllegalArgumentException for an unknown option: its restriction is unknown too, so the
   *     key cannot be used; the message names the option
   */
  static KeyOptions parse(String text, ZoneId zone) {
    AddressPatterns from = null;
    Instant expiry = null;
    boolean authority = false;
    List<String> principals = List.of();
    for (String option : split(text)) {
      int equals = option.indexOf('=');
      String name = (equals < 0 ? option : option.substring(0, equals)).toLowerCase(Locale.ROOT);
      String value = equals < 0 ? "" : unquote(option.substring(equals + 1));
      switch (name) {
        case "from" -> from = new AddressPatterns(value);
        case "expiry-time" -> expiry = time(value, zone);
        case "cert-authority" -> authority = true;
        case "principals" -> principals = List.of(value.split(",", -1));
        default -> {
          if (!NOTHING_TO_TAKE.contains(name)) {
            // If this is not an option but other text, it must not be repeated.
            String shown = name.matches("[a-z-]{1,40}") ? "the option '" + name + "'" : "the text";
            throw new IllegalArgumentException(shown + " before the key is not supported");
          }
        }
      }
    }
    return new KeyOptions(from, expiry, authority, principals);
  }

  /** The end of the options at the start of a line: the first space or tab outside quotes. */
  static int end(String line) {
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '\\' && quoted) {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if ((c == ' ' || c == '\t') && !quoted) {
        return i;
      }
    }
    return line.length();
  }

  private static List<String> split(String text) {
    List<String> options = new ArrayList<>();
    boolean quoted = false;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && quoted) {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        options.add(text.substring(start, i));
        start = i + 1;
      }
    }
    options.add(text.substring(start));
    return options;
  }

  private static String unquote(String value) {
    return value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")
        ? value.substring(1, value.length() - 1).replace("\\\"", "\"")
        : value;
  }

  /** YYYYMMDD or YYYYMMDDHHMM or YYYYMMDDHHMMSS, with Z for UTC. */
  private static Instant time(String text, ZoneId zone) {
    boolean utc = text.endsWith("Z") || text.endsWith("z");
    String digits = utc ? text.substring(0, text.length() - 1) : text;
    String padded = digits + "000000".substring(Math.min(6, Math.max(0, digits.length() - 8)));
    try {
      return LocalDateTime.parse(padded, DateTimeFormatter.ofPattern("yyyyMMddHHmmss", Locale.ROOT))
          .atZone(utc ? ZoneOffset.UTC : zone)
          .toInstant();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("expiry-time must be YYYYMMDD[HHMM[SS]][Z]", e);
    }
  }
}
