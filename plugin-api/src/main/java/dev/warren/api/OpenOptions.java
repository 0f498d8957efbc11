package dev.warren.api;

import java.util.ArrayList;
import java.util.List;

/**
 * How to open a file, as the flags of open(2). A symbolic link as the last name is never followed
 * (ELOOP). A directory can be opened only with {@link FileSystem#openDirectory} (otherwise EISDIR).
 *
 * @param read allow reading
 * @param write allow writing
 * @param append every write goes to the end of the file, whatever its offset; finding the end and
 *     writing are one atomic step
 * @param create create the file if it does not exist
 * @param exclusive with create: an existing name, even that of a dangling link, is EEXIST
 * @param truncate with write: empty the file
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
  /** Reads an existing file. */
  public static final OpenOptions READ =
      new OpenOptions(true, false, false, false, false, false, false);

  /** Writes an existing file. */
  public static final OpenOptions WRITE =
      new OpenOptions(false, true, false, false, false, false, false);

  /** Reads and writes an existing file. */
  public static final OpenOptions READ_WRITE =
      new OpenOptions(true, true, false, false, false, false, false);

  /** Writes a file, which is created or emptied: what a shell does for {@code >}. */
  public static final OpenOptions REPLACE = WRITE.withCreate().withTruncate();

  /**
   * @throws IllegalArgumentException for neither read nor write, or for an option that requires
   *     write without it
   */
  public OpenOptions {
    if (!read && !write) {
      throw new IllegalArgumentException("neither read nor write");
    }
    if (!write && (append || truncate)) {
      throw new IllegalArgumentException("append and truncate need write");
    }
  }

  /** Returns these options with {@link #append()}. */
  public OpenOptions withAppend() {
    return new OpenOptions(read, write, true, create, exclusive, truncate, sync);
  }

  /** Returns these options with {@link #create()}. */
  public OpenOptions withCreate() {
    return new OpenOptions(read, write, append, true, exclusive, truncate, sync);
  }

  /** Returns these options with {@link #create()} and {@link #exclusive()}. */
  public OpenOptions withExclusive() {
    return new OpenOptions(read, write, append, true, true, truncate, sync);
  }

  /** Returns these options with {@link #truncate()}. */
  public OpenOptions withTruncate() {
    return new OpenOptions(read, write, append, create, exclusive, true, sync);
  }

  /** Returns these options with {@link #sync()}. */
  public OpenOptions withSync() {
    return new OpenOptions(read, write, append, create, exclusive, truncate, true);
  }

  /** The names of the options that are set. */
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
