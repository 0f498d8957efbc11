package dev.warren.api;

/**
 * The statistics of a file system, as returned by statfs(2).
 *
 * @param type the file system's magic number, for display only
 * @param blockSize bytes in a block, at least 1
 * @param blocks total number of blocks
 * @param freeBlocks free blocks
 * @param availableBlocks free blocks that an unprivileged user can allocate
 * @param files greatest number of files; 0 if there is no limit
 * @param freeFiles how many more files can be created
 * @param fileSystemId distinguishes the file systems of one host
 * @param maxNameLength greatest length of a name, in bytes
 */
public record FileSystemStats(
    int type,
    int blockSize,
    long blocks,
    long freeBlocks,
    long availableBlocks,
    long files,
    long freeFiles,
    long fileSystemId,
    int maxNameLength) {
  /** The statistics of a file system that stores nothing. */
  public static final FileSystemStats EMPTY =
      new FileSystemStats(0, 4096, 0, 0, 0, 0, 0, 0, FileNames.MAX_BYTES);
}
