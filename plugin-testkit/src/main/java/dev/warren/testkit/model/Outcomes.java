package dev.warren.testkit.model;

import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.testkit.Gap;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/** Describes results in text that is the same for file systems that agree. */
final class Outcomes {
  /** A time this close to the present was set by a clock rather than by a step. */
  private static final Duration PRESENT = Duration.ofDays(2);

  private Outcomes() {}

  /**
   * Describes an error. A link within the path is ELOOP or ENOTDIR, depending on the file system.
   */
  static String errno(FsException e) {
    return e.errno() == Errno.ELOOP || e.errno() == Errno.ENOTDIR
        ? "ELOOP or ENOTDIR"
        : e.errno().name();
  }

  /** Describes content by its length and hash, or in full if it is short. */
  static String content(byte[] bytes) {
    return bytes.length <= 16
        ? Arrays.toString(bytes)
        : bytes.length + " bytes, hash " + Integer.toHexString(Arrays.hashCode(bytes));
  }

  /**
   * Describes attributes without permitted differences: file ids, blocks, sizes of directories,
   * times that a clock has set, and the access time, which reading may or may not change.
   */
  static String attributes(World world, FileAttributes a) {
    StringBuilder text = new StringBuilder();
    text.append(a.type()).append(' ').append(Integer.toOctalString(a.permissions()));
    text.append(' ').append(world.user(a.uid())).append(':').append(world.group(a.gid()));
    if (!world.lacks(Gap.LINK_COUNT)) {
      text.append(" links ").append(a.linkCount());
    }
    if (a.type() == FileType.REGULAR || a.type() == FileType.SYMBOLIC_LINK) {
      text.append(" size ").append(a.size());
    }
    text.append(" modified ").append(time(world, a.modifySeconds(), a.modifyNanos()));
    return text.toString();
  }

  /** Describes the access time, immediately after it was set. */
  static String accessTime(World world, FileAttributes a) {
    return " accessed " + time(world, a.accessSeconds(), a.accessNanos());
  }

  private static String time(World world, long seconds, int nanos) {
    Duration age = Duration.between(Instant.ofEpochSecond(seconds), Instant.now()).abs();
    if (age.compareTo(PRESENT) < 0) {
      return "now";
    }
    return world.lacks(Gap.NANOSECONDS) ? seconds + "" : seconds + "." + nanos;
  }
}
