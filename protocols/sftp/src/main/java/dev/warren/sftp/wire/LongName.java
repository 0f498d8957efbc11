package dev.warren.sftp.wire;

import dev.warren.api.FileAttributes;
import dev.warren.api.FileType;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;

/**
 * The line that {@code ls -l} prints for a file, in the format of OpenSSH's server: the {@code ls
 * -l} of sftp(1) prints the line that it receives.
 */
public final class LongName {
  private static final long HALF_A_YEAR = 365L * 24 * 60 * 60 / 2;
  private static final List<String> MONTHS =
      List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");

  private final ZoneId zone;
  private final OwnerNames names;

  /** The names of users and groups. */
  public interface OwnerNames {
    /** A user's name, or the number if there is no name. */
    String user(int uid);

    /** A group's name, or the number if there is no name. */
    String group(int gid);
  }

  /** Creates long names with times in a time zone. */
  public LongName(ZoneId zone, OwnerNames names) {
    this.zone = zone;
    this.names = names;
  }

  /**
   * The line without the file's name, with a space at the end.
   *
   * @param now decides whether the time or the year is shown: the time only in the last half year
   */
  public String prefix(FileAttributes a, Instant now) {
    StringBuilder line = new StringBuilder(80);
    appendMode(line, a.type(), a.permissions());
    line.append("  ");
    padLeft(line, Integer.toUnsignedString(a.linkCount()), 3);
    padRight(line.append(' '), names.user(a.uid()), 8);
    padRight(line.append(' '), names.group(a.gid()), 8);
    padLeft(line.append(' '), Long.toUnsignedString(a.size()), 8);
    appendTime(line.append(' '), a.modifySeconds(), now.getEpochSecond());
    return line.append(' ').toString();
  }

  private static void appendMode(StringBuilder line, FileType type, int bits) {
    line.append(
        switch (type) {
          case FIFO -> 'p';
          case CHARACTER_DEVICE -> 'c';
          case DIRECTORY -> 'd';
          case BLOCK_DEVICE -> 'b';
          case REGULAR -> '-';
          case SYMBOLIC_LINK -> 'l';
          case SOCKET -> 's';
        });
    appendTriple(line, bits >> 6, (bits & 04000) != 0, 's', 'S');
    appendTriple(line, bits >> 3, (bits & 02000) != 0, 's', 'S');
    appendTriple(line, bits, (bits & 01000) != 0, 't', 'T');
  }

  private static void appendTriple(
      StringBuilder line, int bits, boolean special, char executable, char other) {
    line.append((bits & 4) != 0 ? 'r' : '-').append((bits & 2) != 0 ? 'w' : '-');
    boolean runs = (bits & 1) != 0;
    line.append(special ? (runs ? executable : other) : runs ? 'x' : '-');
  }

  private void appendTime(StringBuilder line, long seconds, long now) {
    if (Math.abs(seconds) > Integer.MAX_VALUE * 1000L) {
      return; // OpenSSH omits times that it cannot format
    }
    ZonedDateTime time = Instant.ofEpochSecond(seconds).atZone(zone);
    line.append(MONTHS.get(time.getMonthValue() - 1)).append(' ');
    padLeft(line, Integer.toString(time.getDayOfMonth()), 2);
    if (seconds > now - HALF_A_YEAR && seconds <= now) {
      line.append(' ').append((char) ('0' + time.getHour() / 10));
      line.append((char) ('0' + time.getHour() % 10)).append(':');
      line.append((char) ('0' + time.getMinute() / 10));
      line.append((char) ('0' + time.getMinute() % 10));
    } else {
      line.append("  ").append(time.getYear());
    }
  }

  private static void padLeft(StringBuilder line, String text, int width) {
    line.repeat(' ', Math.max(0, width - text.length())).append(text);
  }

  private static void padRight(StringBuilder line, String text, int width) {
    line.append(text).repeat(' ', Math.max(0, width - text.length()));
  }
}
