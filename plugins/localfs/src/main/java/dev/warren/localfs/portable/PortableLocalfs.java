package dev.warren.localfs.portable;

import dev.warren.api.DescriptorBudget;
import dev.warren.api.FileSystem;
import java.io.IOException;
import java.nio.file.Path;

/** Opens a directory of any machine as a file system. */
public final class PortableLocalfs {
  /** The limitations of this implementation, for the log and the manual. */
  public static final String LIMITS =
      "another user of this machine who replaces directories by symbolic links at the right moment"
          + " can lead an operation out of the directory; no FIFOs, sockets or extended"
          + " attributes; names must be Unicode; a file that is open and removed has no attributes;"
          + " a listing keeps all names in memory; errors that Java does not distinguish are EIO";

  private PortableLocalfs() {}

  /**
   * Opens a directory.
   *
   * @param directory an absolute path; symbolic links in it are resolved once, now
   * @param readOnly whether all changes are refused
   * @throws IOException if it cannot be opened
   */
  public static FileSystem open(Path directory, boolean readOnly) throws IOException {
    return open(directory, readOnly, DescriptorBudget.unlimited());
  }

  /**
   * Opens a directory, as {@link #open(Path, boolean)}.
   *
   * @param descriptors the budget for files that callers open
   */
  public static FileSystem open(Path directory, boolean readOnly, DescriptorBudget descriptors)
      throws IOException {
    return new PortableFileSystem(directory.toRealPath(), readOnly, descriptors);
  }
}
