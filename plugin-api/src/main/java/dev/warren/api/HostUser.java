package dev.warren.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The user that the host runs as. A file system whose files have no other owner reports this user
 * as the owner, so that clients that check owner and permissions themselves grant access.
 *
 * @param uid the user's uid
 * @param gid the gid of the user's group
 */
public record HostUser(int uid, int gid) {
  private static final HostUser CURRENT = find();

  /** Returns the user of this process; uid and gid 0 on systems without such numbers. */
  public static HostUser current() {
    return CURRENT;
  }

  private static HostUser find() {
    Path self = Path.of("/proc/self"); // on Linux; it is owned by the user of the process
    try {
      return new HostUser(
          (Integer) Files.getAttribute(self, "unix:uid"),
          (Integer) Files.getAttribute(self, "unix:gid"));
    } catch (IOException | UnsupportedOperationException e) {
      return new HostUser(0, 0);
    }
  }
}
