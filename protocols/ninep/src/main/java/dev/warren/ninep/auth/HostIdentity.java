package dev.warren.ninep.auth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The user that this process runs as.
 *
 * @param uid effective user number; -1 if the system has none
 * @param gid effective group number; -1 if the system has none
 */
public record HostIdentity(int uid, int gid) {
  private static final Pattern UID = Pattern.compile("(?m)^Uid:\\s+\\d+\\s+(\\d+)");
  private static final Pattern GID = Pattern.compile("(?m)^Gid:\\s+\\d+\\s+(\\d+)");

  /**
   * This process's user, from /proc/self/status. The owner of a file that it creates could differ,
   * because the file-system uid changes.
   */
  public static HostIdentity ofProcess() {
    try {
      String status = Files.readString(Path.of("/proc/self/status"));
      return new HostIdentity(number(UID, status), number(GID, status));
    } catch (IOException e) {
      return new HostIdentity(-1, -1); // not Linux: there is no socket table to compare with either
    }
  }

  private static int number(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? Integer.parseUnsignedInt(matcher.group(1)) : -1;
  }
}
