package dev.warren.sftp.ssh;

import java.time.Instant;
import java.time.InstantSource;

/**
 * The clocks.
 *
 * @param calendar the date and the time of day, for the log and for expiry dates
 * @param steady the clock for durations, which is never set and never goes backwards
 */
public record Clocks(InstantSource calendar, InstantSource steady) {
  /** The system's clocks. */
  public static Clocks system() {
    long begun = System.nanoTime();
    return new Clocks(
        InstantSource.system(), () -> Instant.EPOCH.plusNanos(System.nanoTime() - begun));
  }
}
