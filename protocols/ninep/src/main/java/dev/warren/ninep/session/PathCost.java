package dev.warren.ninep.session;

import dev.warren.api.VfsPath;
import org.jspecify.annotations.Nullable;

/**
 * The memory that a fid's path uses. A path shares its leading names with the path that it was
 * walked from, and keeps them alive; costs are shared in the same way. For the event loop only.
 */
public final class PathCost {
  /** Measured: bytes of a name of a path, without its text, in all views of it. */
  private static final int NAME = 192;

  /** Bytes of a char in a name that is not all Latin-1. */
  private static final int CHAR = 2;

  private final @Nullable PathCost above;
  private final int bytes;
  private int users = 1;

  PathCost(@Nullable PathCost above, int bytes) {
    this.above = above;
    this.bytes = bytes;
    if (above != null) {
      above.users++;
    }
  }

  /** Adds a user: another fid with the same path. */
  PathCost shared() {
    users++;
    return this;
  }

  /** The cost of a name, in bytes. */
  static int ofName(String name) {
    return NAME + CHAR * name.length();
  }

  /** The cost of all names of a path, in bytes. */
  static int ofPath(VfsPath path) {
    int sum = 0;
    for (VfsPath p = path; !p.isRoot(); p = p.parentOrRoot()) {
      sum += ofName(p.name());
    }
    return sum;
  }

  /** Removes a user. Returns how many bytes no path uses any more. */
  int release() {
    int freed = 0;
    PathCost cost = this;
    while (cost != null && --cost.users == 0) {
      freed += cost.bytes;
      cost = cost.above;
    }
    return freed;
  }
}
