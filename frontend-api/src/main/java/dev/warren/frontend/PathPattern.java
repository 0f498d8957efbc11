package dev.warren.frontend;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import java.util.List;

/**
 * A path whose names may contain wildcards: {@code *} for any characters of one name, {@code ?} for
 * one character. It matches the paths that fit and everything below them, so {@code /local} and
 * {@code /local/**} are equivalent.
 */
public final class PathPattern {
  private final List<String> names;

  private PathPattern(List<String> names) {
    this.names = names;
  }

  /**
   * Parses a pattern.
   *
   * @throws FsException EINVAL if it is not absolute, or has {@code **} anywhere but at its end;
   *     otherwise as {@link VfsPath#parse}
   */
  public static PathPattern parse(String text) throws FsException {
    VfsPath path = VfsPath.parse(text);
    if (path.name().equals("**")) {
      path = path.parentOrRoot();
    }
    List<String> names = path.names();
    if (names.contains("**")) {
      throw new FsException(Errno.EINVAL, "'**' stands at the end of a pattern only: " + text);
    }
    return new PathPattern(names);
  }

  /** How many names the pattern has. */
  int depth() {
    return names.size();
  }

  /** Whether the pattern and the path match in as many names as both have. */
  boolean agrees(List<String> path) {
    int common = Math.min(names.size(), path.size());
    for (int i = 0; i < common; i++) {
      if (!matches(names.get(i), path.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean matches(String glob, String name) {
    int g = 0;
    int n = 0;
    int star = -1;
    int resume = 0;
    while (n < name.length()) {
      if (g < glob.length() && glob.charAt(g) == '*') {
        star = g++;
        resume = n;
      } else if (g < glob.length() && (glob.charAt(g) == '?' || glob.charAt(g) == name.charAt(n))) {
        g++;
        n++;
      } else if (star >= 0) { // let the last star match one more character
        g = star + 1;
        n = ++resume;
      } else {
        return false;
      }
    }
    while (g < glob.length() && glob.charAt(g) == '*') {
      g++;
    }
    return g == glob.length();
  }

  /** The pattern as text. */
  @Override
  public String toString() {
    return "/" + String.join("/", names);
  }
}
