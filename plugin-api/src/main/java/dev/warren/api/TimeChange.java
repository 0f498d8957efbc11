package dev.warren.api;

import java.time.Instant;

/**
 * A change of one time of a file, as in utimensat(2).
 *
 * @param now whether to set the present time of the file system's clock; seconds and nanos are then
 *     0
 * @param seconds since 1970-01-01T00:00:00Z
 * @param nanos 0 to 999,999,999
 */
public record TimeChange(boolean now, long seconds, int nanos) {
  /** Sets the present time of the file system's clock: UTIME_NOW. */
  public static final TimeChange NOW = new TimeChange(true, 0, 0);

  public TimeChange {
    if (nanos < 0 || nanos > 999_999_999) {
      throw new IllegalArgumentException("nanoseconds: " + nanos);
    }
  }

  /** Sets a given time. */
  public static TimeChange to(Instant time) {
    return new TimeChange(false, time.getEpochSecond(), time.getNano());
  }

  /** Sets a given time. */
  public static TimeChange to(long seconds, int nanos) {
    return new TimeChange(false, seconds, nanos);
  }
}
