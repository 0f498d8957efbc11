package dev.warren.ninep.codec;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.OpenOptions;

/**
 * The flags of Tlopen and Tlcreate: those of Linux's generic open(2), on every architecture. Flags
 * that only matter inside the client are ignored. So is O_DIRECT, because there is no page cache
 * between a client and the file system to bypass.
 */
public final class OpenFlags {
  private static final int ACCESS_MODE = 03;
  private static final int WRITE_ONLY = 01;
  private static final int READ_WRITE = 02;
  private static final int EXCLUSIVE = 0200;
  private static final int TRUNCATE = 01000;
  private static final int APPEND = 02000;
  private static final int DATA_SYNC = 010000;
  private static final int DIRECTORY = 0200000;
  private static final int SYNC = 04000000;

  private OpenFlags() {}

  /** Whether the flags allow only a directory to be opened. */
  public static boolean directoryOnly(int flags) {
    return (flags & DIRECTORY) != 0;
  }

  /** Whether the flags are valid for a directory; otherwise opening one fails with EISDIR. */
  public static boolean suitDirectory(int flags) {
    return (flags & (ACCESS_MODE | TRUNCATE)) == 0;
  }

  /** Whether the flags open the file for writing. */
  public static boolean writes(int flags) {
    int mode = flags & ACCESS_MODE;
    return mode == WRITE_ONLY || mode == READ_WRITE;
  }

  /**
   * Translates the flags for a regular file.
   *
   * @param create whether the message is Tlcreate; only then are the creation flags honoured
   * @return options that also open the file for writing if it is only truncated, as Linux does for
   *     O_RDONLY with O_TRUNC
   * @throws FsException EINVAL for the invalid access mode 3
   */
  public static OpenOptions options(int flags, boolean create) throws FsException {
    int mode = flags & ACCESS_MODE;
    boolean truncate = (flags & TRUNCATE) != 0;
    boolean write = writes(flags) || truncate;
    if (mode == ACCESS_MODE) {
      throw new FsException(Errno.EINVAL, "open flags " + Integer.toOctalString(flags));
    }
    return new OpenOptions(
        mode != WRITE_ONLY,
        write,
        write && (flags & APPEND) != 0,
        create,
        create && (flags & EXCLUSIVE) != 0,
        truncate,
        (flags & (SYNC | DATA_SYNC)) != 0);
  }
}
