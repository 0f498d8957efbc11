package dev.warren.sftp.ssh;

import java.time.Instant;
import java.time.InstantSource;

/**
 * What time it is.
 *
 * @param calendar the date and the time of day, for the log and for what ends at a date
 * @param steady for how long something takes: never set, it only goes on
 */
public record Clocks(InstantSource calendar, InstantSource steady) {
  /** The system's. */
  public static Clocks system() {
    long begun = System.nanoTime();
    return new Clocks(
        InstantSource.system(), () -> Instant.EPOCH.plusNanos(System.nanoTime() - begun));
  }
}
