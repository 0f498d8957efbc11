package dev.warren.ninep.session;

import dev.warren.api.VfsPath;
import org.jspecify.annotations.Nullable;

/**
 * What a fid's path takes of memory. A path shares the names above with the path that it was walked
 * from, and keeps them as long as it lives; so does this. For the event loop only.
 */
public final class PathCost {
  /** Measured: a name of a path in all views of it, its text apart. */
  private static final int NAME = 192;

  /** Of a char of a name that is not all Latin-1. */
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

  /** Another fid for the same path. */
  PathCost shared() {
    users++;
    return this;
  }

  /** What a name costs. */
  static int ofName(String name) {
    return NAME + CHAR * name.length();
  }

  /** What all names of a path cost. */
  static int ofPath(VfsPath path) {
    int sum = 0;
    for (VfsPath p = path; !p.isRoot(); p = p.parentOrRoot()) {
      sum += ofName(p.name());
    }
    return sum;
  }

  /** Ends one use; answers how many bytes nobody uses any more. */
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
