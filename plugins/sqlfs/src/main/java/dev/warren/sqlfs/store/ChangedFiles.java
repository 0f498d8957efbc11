package dev.warren.sqlfs.store;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The files and names that a transaction has changed, for caches of them. */
public final class ChangedFiles {
  private final Set<Long> inodes = new HashSet<>();
  private final Set<Name> names = new HashSet<>();

  ChangedFiles() {}

  /** A name in a directory. */
  public static final class Name {
    private final long parent;
    private final byte[] bytes;

    /** A name in a directory; its bytes must not be modified afterwards. */
    public Name(long parent, byte[] bytes) {
      this.parent = parent;
      this.bytes = bytes;
    }

    /** The directory. */
    public long parent() {
      return parent;
    }

    /** The name; must not be modified. */
    public byte[] bytes() {
      return bytes;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Name name
          && parent == name.parent
          && Arrays.equals(bytes, name.bytes);
    }

    @Override
    public int hashCode() {
      return 31 * Long.hashCode(parent) + Arrays.hashCode(bytes);
    }
  }

  /** The files whose attributes, content or existence changed. */
  public Set<Long> inodes() {
    return inodes;
  }

  /** The names that were added or removed, or refer to another file. */
  public Set<Name> names() {
    return names;
  }
}
