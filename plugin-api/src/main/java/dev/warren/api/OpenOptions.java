package dev.warren.api;

import java.util.ArrayList;
import java.util.List;

/**
 * How to open a file, as the flags of open(2). A final symbolic link is never followed (ELOOP), and
 * a directory is opened with {@link FileSystem#openDirectory} only (EISDIR here).
 *
 * @param read reading is allowed
 * @param write writing is allowed
 * @param append every write goes to the end of the file, whatever its offset, as one step with
 *     finding the end
 * @param create a missing file is created
 * @param exclusive with create: an existing name, even a dangling link, is EEXIST
 * @param truncate with write: the file is emptied
 * @param sync every write is on stable storage before it returns, as O_SYNC
 */
public record OpenOptions(
    boolean read,
    boolean write,
    boolean append,
    boolean create,
    boolean exclusive,
    boolean truncate,
    boolean sync) {
  /** Read an existing file. */
  public static final OpenOptions READ =
      new OpenOptions(true, false, false, false, false, false, false);

  /** Write an existing file. */
  public static final OpenOptions WRITE =
      new OpenOptions(false, true, false, false, false, false, false);

  /** Read and write an existing file. */
  public static final OpenOptions READ_WRITE =
      new OpenOptions(true, true, false, false, false, false, false);

  /** Write a file, created or emptied: what a shell does for {@code >}. */
  public static final OpenOptions REPLACE = WRITE.withCreate().withTruncate();

  /**
   * @throws IllegalArgumentException for neither read nor write, or what needs write without it
   */
  public OpenOptions {
    if (!read && !write) {
      throw new IllegalArgumentException("neither read nor write");
    }
    if (!write && (append || truncate)) {
      throw new IllegalArgumentException("append and truncate need write");
    }
  }

  /** These options and {@link #append()}. */
  public OpenOptions withAppend() {
    return new OpenOptions(read, write, true, create, exclusive, truncate, sync);
  }

  /** These options and {@link #create()}. */
  public OpenOptions withCreate() {
    return new OpenOptions(read, write, append, true, exclusive, truncate, sync);
  }

  /** These options, {@link #create()} and {@link #exclusive()}. */
  public OpenOptions withExclusive() {
    return new OpenOptions(read, write, append, true, true, truncate, sync);
  }

  /** These options and {@link #truncate()}. */
  public OpenOptions withTruncate() {
    return new OpenOptions(read, write, append, create, exclusive, true, sync);
  }

  /** These options and {@link #sync()}. */
  public OpenOptions withSync() {
    return new OpenOptions(read, write, append, create, exclusive, truncate, true);
  }

  /** The names of what is set. */
  @Override
  public String toString() {
    List<String> set = new ArrayList<>();
    add(set, read, "read");
    add(set, write, "write");
    add(set, append, "append");
    add(set, create, "create");
    add(set, exclusive, "exclusive");
    add(set, truncate, "truncate");
    add(set, sync, "sync");
    return String.join("|", set);
  }

  private static void add(List<String> set, boolean condition, String name) {
    if (condition) {
      set.add(name);
    }
  }
}
