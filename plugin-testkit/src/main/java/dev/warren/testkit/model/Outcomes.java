package dev.warren.testkit.model;

import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.testkit.Gap;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/** Puts results into words in which file systems that agree say the same. */
final class Outcomes {
  /** What is this close to the present was set by a clock rather than by a step. */
  private static final Duration PRESENT = Duration.ofDays(2);

  private Outcomes() {}

  /** An error. A link on the way is ELOOP or ENOTDIR, as the file system likes. */
  static String errno(FsException e) {
    return e.errno() == Errno.ELOOP || e.errno() == Errno.ENOTDIR
        ? "ELOOP or ENOTDIR"
        : e.errno().name();
  }

  /** Content, by its length and hash, and in full where it is short. */
  static String content(byte[] bytes) {
    return bytes.length <= 16
        ? Arrays.toString(bytes)
        : bytes.length + " bytes, hash " + Integer.toHexString(Arrays.hashCode(bytes));
  }

  /**
   * Attributes, without what may differ: numbers, blocks, the sizes of directories, times that a
   * clock has set, and the time of access, which reading may or may not change.
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

  /** The time of access, right after it was set. */
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
