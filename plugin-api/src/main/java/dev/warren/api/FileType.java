package dev.warren.api;

/**
 * The type of a file.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/inode.7.html">inode(7), "The file type and
 *     mode"</a>
 */
public enum FileType {
  FIFO(0010000),
  CHARACTER_DEVICE(0020000),
  DIRECTORY(0040000),
  BLOCK_DEVICE(0060000),
  REGULAR(0100000),
  SYMBOLIC_LINK(0120000),
  SOCKET(0140000);

  /** The bits of st_mode that hold the type. */
  public static final int MASK = 0170000;

  private final int modeBits;

  FileType(int modeBits) {
    this.modeBits = modeBits;
  }

  /** The S_IFMT bits of st_mode. */
  public int modeBits() {
    return modeBits;
  }

  /** The d_type of readdir(3): DT_FIFO and so on. */
  public int directoryType() {
    return modeBits >> 12;
  }

  /**
   * Returns the type in an st_mode. If no type bits are set, it is a regular file, as in mknod(2).
   *
   * @throws FsException EINVAL if the bits are not a valid type
   */
  public static FileType ofMode(int mode) throws FsException {
    return switch (mode & MASK) {
      case 0010000 -> FIFO;
      case 0020000 -> CHARACTER_DEVICE;
      case 0040000 -> DIRECTORY;
      case 0060000 -> BLOCK_DEVICE;
      case 0, 0100000 -> REGULAR;
      case 0120000 -> SYMBOLIC_LINK;
      case 0140000 -> SOCKET;
      default -> throw new FsException(Errno.EINVAL);
    };
  }
}
