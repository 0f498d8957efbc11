package dev.warren.sqlfs.history;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The names below a root, each with its file. Immutable.
 *
 * @param files the file of each path; a path has no slash at its start
 */
public record NameTree(SortedMap<String, File> files) {
  /** A tree without names. */
  public static final NameTree EMPTY = new NameTree(new TreeMap<>());

  /** A file; two are the same if their marks are equal. */
  public record File(boolean directory, int mark) {
    @Override
    public String toString() {
      return (directory ? "directory " : "file ") + mark;
    }
  }

  @Nullable File file(String path) {
    return files.get(path);
  }

  /** How many names a file has. */
  long links(File file) {
    return files.values().stream().filter(file::equals).count();
  }

  boolean isEmpty(String directory) {
    return files.tailMap(directory + "/").isEmpty()
        || !files.tailMap(directory + "/").firstKey().startsWith(directory + "/");
  }

  NameTree with(String path, File file) {
    SortedMap<String, File> more = new TreeMap<>(files);
    more.put(path, file);
    return new NameTree(more);
  }

  NameTree without(String path) {
    SortedMap<String, File> fewer = new TreeMap<>(files);
    fewer.remove(path);
    return new NameTree(fewer);
  }

  /** Moves a name, and the names below it. */
  NameTree moved(String from, String to) {
    SortedMap<String, File> after = new TreeMap<>();
    for (Map.Entry<String, File> one : files.entrySet()) {
      String path = one.getKey();
      if (path.equals(from) || path.startsWith(from + "/")) {
        after.put(to + path.substring(from.length()), one.getValue());
      } else if (!path.equals(to)) {
        after.put(path, one.getValue());
      }
    }
    return new NameTree(after);
  }

  @Override
  public String toString() {
    return files.toString();
  }
}
