package dev.warren.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The user that the host runs as. A file system whose files belong to nobody else lets them belong
 * to that user, so that clients that look at owner and permissions themselves let the user in.
 *
 * @param uid the user's number
 * @param gid the number of the user's group
 */
public record HostUser(int uid, int gid) {
  private static final HostUser CURRENT = find();

  /** The user of this process; user and group 0 where users have no such numbers. */
  public static HostUser current() {
    return CURRENT;
  }

  private static HostUser find() {
    Path self = Path.of("/proc/self"); // on Linux; its owner is the process's
    try {
      return new HostUser(
          (Integer) Files.getAttribute(self, "unix:uid"),
          (Integer) Files.getAttribute(self, "unix:gid"));
    } catch (IOException | UnsupportedOperationException e) {
      return new HostUser(0, 0);
    }
  }
}
