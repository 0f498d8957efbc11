package dev.warren.api;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An absolute, normalised path in one file system. It cannot contain {@code .} or {@code ..}, an
 * empty name, a name with NUL, or a name of more than {@value FileNames#MAX_BYTES} bytes: code that
 * receives a path need not check it again.
 *
 * <p>Immutable; a child shares its parent, so {@link #resolve} has the same cost at every depth.
 *
 * <p>A path may start at a file that was looked up before ({@link #at}). It then refers to that
 * file, or to the file that the names after it lead to; the names before it are the last known
 * location. Code that does not know the handle uses all the names. Paths with the same names are
 * equal, whatever handles they contain.
 */
public final class VfsPath implements Comparable<VfsPath> {
  /** The root of a file system. */
  public static final VfsPath ROOT = new VfsPath(null, "", 0, 1, null);

  /** The greatest depth of a path, in names. It limits the work that one request can cause. */
  public static final int MAX_DEPTH = 4096;

  private final @Nullable VfsPath parent;
  private final String name;
  private final int depth;
  private final int hash;
  private final @Nullable FileHandle handle;

  /**
   * The last result of {@link #rebase}. Requests repeat the same few paths, and the rebased path of
   * a child starts from that of its directory. A data race can lose a cached result but does no
   * other harm.
   */
  private @Nullable Rebased rebased;

  private record Rebased(VfsPath prefix, VfsPath replacement, VfsPath result) {}

  private VfsPath(
      @Nullable VfsPath parent, String name, int depth, int hash, @Nullable FileHandle handle) {
    this.parent = parent;
    this.name = name;
    this.depth = depth;
    this.hash = hash;
    this.handle = handle;
  }

  /**
   * Parses an absolute path. Repeated and trailing slashes are dropped, {@code .} is left out, and
   * {@code ..} removes the name before it, but never goes above the root. No file is accessed.
   *
   * @throws FsException EINVAL if the text is not absolute or contains NUL, ENAMETOOLONG, EILSEQ
   */
  public static VfsPath parse(String text) throws FsException {
    if (!text.startsWith("/")) {
      throw new FsException(Errno.EINVAL, "not an absolute path: " + text);
    }
    return ROOT.resolveText(text);
  }

  /**
   * Resolves a relative or absolute path against this path, by the rules of {@link #parse}.
   *
   * @throws FsException EINVAL, ENAMETOOLONG, EILSEQ
   */
  public VfsPath resolveText(String text) throws FsException {
    VfsPath path = text.startsWith("/") ? ROOT : this;
    int start = 0;
    while (start <= text.length()) {
      int end = text.indexOf('/', start);
      if (end < 0) {
        end = text.length();
      }
      String part = text.substring(start, end);
      switch (part) {
        case "", "." -> {}
        case ".." -> path = path.parent == null ? path : path.parent;
        default -> path = path.resolve(part);
      }
      start = end + 1;
    }
    return path;
  }

  /**
   * Returns the path of an entry of this directory. This is the only place where names are checked.
   *
   * @throws FsException EINVAL for an empty name, {@code .}, {@code ..} or a name with {@code /} or
   *     NUL; ENAMETOOLONG for more than {@value FileNames#MAX_BYTES} bytes or {@value #MAX_DEPTH}
   *     names; EILSEQ for a string that {@link FileNames#encode} rejects
   */
  public VfsPath resolve(String entry) throws FsException {
    if (entry.isEmpty() || entry.equals(".") || entry.equals("..")) {
      throw new FsException(Errno.EINVAL, "not a file name: '" + entry + "'");
    }
    if (entry.indexOf('/') >= 0 || entry.indexOf('\0') >= 0) {
      throw new FsException(Errno.EINVAL, "a file name must not contain '/' or NUL");
    }
    if (FileNames.encodedLength(entry) > FileNames.MAX_BYTES || depth >= MAX_DEPTH) {
      throw new FsException(Errno.ENAMETOOLONG);
    }
    return child(entry);
  }

  /** Returns a path with the same names that refers to the given file. */
  public VfsPath at(FileHandle file) {
    return new VfsPath(parent, name, depth, hash, file);
  }

  /** The handle of the file that this path refers to; null if the path does not end at a handle. */
  public @Nullable FileHandle handle() {
    return handle;
  }

  /**
   * Returns this path or the nearest directory above it that has a {@link #handle}; null if none
   * has one.
   */
  public @Nullable VfsPath anchor() {
    VfsPath p = this;
    while (p != null && p.handle == null) {
      p = p.parent;
    }
    return p;
  }

  /** Returns a path with the same names and without handles. */
  public VfsPath plain() {
    return anchor() == null ? this : parent == null ? ROOT : parent.plain().child(name);
  }

  /** The last name; empty for the root. */
  public String name() {
    return name;
  }

  /** The directory that contains this path's last name; null for the root. */
  public @Nullable VfsPath parent() {
    return parent;
  }

  /** The directory that contains this path's last name; for the root, the root. */
  public VfsPath parentOrRoot() {
    return parent == null ? this : parent;
  }

  /** How many names the path has; 0 for the root. */
  public int depth() {
    return depth;
  }

  /** Whether this is the root. */
  public boolean isRoot() {
    return parent == null;
  }

  /** The names from the root down. */
  public List<String> names() {
    List<String> names = new ArrayList<>(depth);
    for (VfsPath p = this; p.parent != null; p = p.parent) {
      names.add(p.name);
    }
    Collections.reverse(names);
    return names;
  }

  /** Returns the path's first {@code count} names, 0 to {@link #depth()}. */
  public VfsPath ancestor(int count) {
    if (count < 0 || count > depth) {
      throw new IllegalArgumentException(count + " names of " + this);
    }
    VfsPath p = this;
    while (p.depth > count) {
      p = p.parentOrRoot();
    }
    return p;
  }

  /** Whether this path is {@code prefix} or below it, compared by whole names. */
  public boolean startsWith(VfsPath prefix) {
    return depth >= prefix.depth && ancestor(prefix.depth).equals(prefix);
  }

  /**
   * Returns this path with {@code prefix}, with which it must start, replaced by {@code
   * replacement}; the path below a mount point is {@code rebase(mountPoint, ROOT)}. Handles below
   * the prefix are kept; a handle at the prefix is replaced by that of the replacement.
   */
  public VfsPath rebase(VfsPath prefix, VfsPath replacement) {
    if (prefix.equals(replacement) && replacement.handle == null) {
      return this;
    }
    VfsPath known = knownRebase(prefix, replacement);
    if (known != null) {
      return known;
    }
    if (equals(prefix)) {
      return onto(replacement);
    }
    VfsPath directory = parent == null ? null : parent.knownAbove(prefix, replacement);
    if (directory != null) {
      VfsPath result = below(directory);
      rebased = new Rebased(prefix, replacement, result);
      return result;
    }
    if (!startsWith(prefix)) {
      throw new IllegalArgumentException(this + " is not below " + prefix);
    }
    VfsPath[] below = new VfsPath[depth - prefix.depth];
    int count = 0;
    VfsPath result = null;
    for (VfsPath p = this; result == null; p = p.parentOrRoot()) {
      result = p.depth == prefix.depth ? p.onto(replacement) : p.knownRebase(prefix, replacement);
      if (result == null) {
        below[count++] = p;
      }
    }
    while (count > 0) {
      VfsPath p = below[--count];
      result = p.below(result);
      if (count <= 1) { // only this path and its directory
        p.rebased = new Rebased(prefix, replacement, result);
      }
    }
    return result;
  }

  /** Returns the rebased path from which that of a child starts, if it is cached. */
  private @Nullable VfsPath knownAbove(VfsPath prefix, VfsPath replacement) {
    return equals(prefix) ? onto(replacement) : knownRebase(prefix, replacement);
  }

  /** Returns the replacement for this path; it gets this path's handle if it has none. */
  private VfsPath onto(VfsPath replacement) {
    return handle == null || replacement.handle != null ? replacement : replacement.at(handle);
  }

  /** Returns this path's last name in another directory. */
  private VfsPath below(VfsPath directory) {
    return new VfsPath(
        directory, name, directory.depth + 1, 31 * directory.hash + name.hashCode(), handle);
  }

  /** Returns the path of an entry whose name has been checked. */
  private VfsPath child(String entry) {
    return new VfsPath(this, entry, depth + 1, 31 * hash + entry.hashCode(), null);
  }

  // callers pass the same two objects each time, so identity suffices
  @SuppressWarnings("ReferenceEquality")
  private @Nullable VfsPath knownRebase(VfsPath prefix, VfsPath replacement) {
    Rebased last = rebased;
    return last != null && last.prefix == prefix && last.replacement == replacement
        ? last.result
        : null;
  }

  /**
   * Compares by names from the root, so that a directory sorts immediately before the paths below
   * it.
   */
  @Override
  public int compareTo(VfsPath other) {
    int common = Math.min(depth, other.depth);
    List<String> mine = names();
    List<String> theirs = other.names();
    for (int i = 0; i < common; i++) {
      int order = mine.get(i).compareTo(theirs.get(i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(depth, other.depth);
  }

  @Override
  public boolean equals(@Nullable Object object) {
    if (!(object instanceof VfsPath other) || hash != other.hash || depth != other.depth) {
      return false;
    }
    VfsPath a = this;
    VfsPath b = other;
    while (a != b && a.parent != null && b.parent != null) {
      if (!a.name.equals(b.name)) {
        return false;
      }
      a = a.parent;
      b = b.parent;
    }
    return true; // both have the same depth, so both are roots, with or without a handle
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** Returns the path as text that {@link #parse} accepts. */
  @Override
  public String toString() {
    return "/" + String.join("/", names());
  }
}
