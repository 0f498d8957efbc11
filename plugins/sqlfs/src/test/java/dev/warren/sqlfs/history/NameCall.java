package dev.warren.sqlfs.history;

import java.util.List;

/**
 * A call that uses names. Each call that can create a file has a mark of its own; the created file
 * keeps the mark in its permissions.
 */
public sealed interface NameCall {
  /** The number of marks. */
  int MARKS = 1 << 10;

  /** The paths that this call uses. */
  List<String> paths();

  /** Creates a file; an existing name is an error. */
  record Create(String path, int mark) implements NameCall {
    @Override
    public List<String> paths() {
      return List.of(path);
    }
  }

  /** Opens a file, or creates it; the result is the file. */
  record Open(String path, int mark) implements NameCall {
    @Override
    public List<String> paths() {
      return List.of(path);
    }
  }

  /** Creates a directory. */
  record Mkdir(String path, int mark) implements NameCall {
    @Override
    public List<String> paths() {
      return List.of(path);
    }
  }

  /** Adds a name to a file. */
  record Link(String existing, String path) implements NameCall {
    @Override
    public List<String> paths() {
      return List.of(existing, path);
    }
  }

  /** Removes a name of a file. */
  record Unlink(String path) implements NameCall {
    @Override
    public List<String> paths() {
      return List.of(path);
    }
  }

  /** Removes an empty directory. */
  record Rmdir(String path) implements NameCall {
    @Override
    public List<String> paths() {
      return List.of(path);
    }
  }

  /** Renames. */
  record Rename(String from, String to, boolean replace) implements NameCall {
    @Override
    public List<String> paths() {
      return List.of(from, to);
    }
  }

  /** How a file is looked up. */
  enum Lookup {
    /** By name, and the result is the file. */
    STAT,
    /** By name, and the result is the file and its number of names. */
    STAT_LINKS,
    /** By name, for a handle; no handle is returned for a file that was removed meanwhile. */
    HANDLE
  }

  /** Looks up a name in the root. */
  record Find(String path, Lookup how) implements NameCall {
    @Override
    public List<String> paths() {
      return List.of(path);
    }
  }
}
