package dev.warren.api.config;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parses and formats durations and sizes as people write them. */
public final class Quantity {
  /** Leading zeros are not accepted: in many languages they indicate another base. */
  private static final String NUMBER = "(0|[1-9][0-9]{0,14})(\\.[0-9]{1,9})?";

  private static final Pattern SIZE = Pattern.compile(NUMBER + " ?([A-Za-z]*)");
  private static final Pattern PART = Pattern.compile(NUMBER + " ?(ms|s|m|h|d) ?");

  private static final Map<String, Long> MILLIS =
      Map.of("ms", 1L, "s", 1000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);

  private Quantity() {}

  /**
   * Parses a duration to milliseconds: {@code 500ms}, {@code 1.5s}, {@code 1m30s}, {@code 7d},
   * {@code 0}; null if it is not a duration or does not fit.
   */
  static @Nullable Long millis(String text) {
    String rest = text.strip().toLowerCase(Locale.ROOT);
    if (rest.equals("0")) {
      return 0L;
    }
    BigDecimal sum = BigDecimal.ZERO;
    long unitBefore = Long.MAX_VALUE;
    Matcher part = PART.matcher(rest);
    int at = 0;
    while (at < rest.length()) {
      if (!part.find(at) || part.start() != at || inMillis(part.group(3)) >= unitBefore) {
        return null; // each unit may occur once, the largest first
      }
      unitBefore = inMillis(part.group(3));
      sum = sum.add(number(part).multiply(BigDecimal.valueOf(unitBefore)));
      at = part.end();
    }
    return at == 0 ? null : whole(sum);
  }

  /**
   * Parses a size to bytes: {@code 4096}, {@code 64k}, {@code 8MiB}, {@code 1.5GiB} are multiples
   * of 1024; {@code 4MB}, {@code 1GB} of 1000; null if it is not a size, not a whole number of
   * bytes, or does not fit.
   */
  static @Nullable Long bytes(String text) {
    Matcher size = SIZE.matcher(text.strip());
    if (!size.matches()) {
      return null;
    }
    String unit = size.group(3).toLowerCase(Locale.ROOT);
    boolean decimal = unit.length() == 2 && unit.endsWith("b");
    int power = unit.isEmpty() || unit.equals("b") ? 0 : "kmgt".indexOf(unit.charAt(0)) + 1;
    boolean known =
        unit.isEmpty() || unit.equals("b") || (power > 0 && unit.substring(1).matches("|b|ib"));
    return known
        ? whole(number(size).multiply(BigDecimal.valueOf(decimal ? 1000 : 1024).pow(power)))
        : null;
  }

  /** Returns the length of a unit, which the pattern has checked. */
  private static long inMillis(String unit) {
    return MILLIS.getOrDefault(unit, 0L);
  }

  private static BigDecimal number(Matcher matcher) {
    String fraction = matcher.group(2);
    return new BigDecimal(matcher.group(1) + (fraction == null ? "" : fraction));
  }

  private static @Nullable Long whole(BigDecimal number) {
    try {
      return number.longValueExact();
    } catch (ArithmeticException _) {
      return null;
    }
  }

  /** Formats a duration in the largest unit of which it is a whole multiple: {@code 90s}. */
  public static String duration(long millis) {
    for (String unit : new String[] {"d", "h", "m", "s"}) {
      if (millis != 0 && millis % inMillis(unit) == 0) {
        return millis / inMillis(unit) + unit;
      }
    }
    return millis == 0 ? "0" : millis + "ms";
  }

  /** Formats a size in the largest unit of which it is a whole multiple: {@code 64KiB}. */
  public static String size(long bytes) {
    String[] units = {"", "KiB", "MiB", "GiB", "TiB"};
    int unit = 0;
    long rest = bytes;
    while (rest != 0 && rest % 1024 == 0 && unit < units.length - 1) {
      rest /= 1024;
      unit++;
    }
    return rest + units[unit];
  }
}
