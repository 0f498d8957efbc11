package dev.warren.api;

/**
 * What statfs(2) tells of a file system.
 *
 * @param type the file system's magic number, for people
 * @param blockSize bytes in a block, at least 1
 * @param blocks blocks in all
 * @param freeBlocks free blocks
 * @param availableBlocks free blocks for an ordinary user
 * @param files files that can exist in all; 0 where there is no limit
 * @param freeFiles files that can still be created
 * @param fileSystemId tells file systems of one host apart
 * @param maxNameLength the longest name, in bytes
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
  /** The numbers of a file system that stores nothing. */
  public static final FileSystemStats EMPTY =
      new FileSystemStats(0, 4096, 0, 0, 0, 0, 0, 0, FileNames.MAX_BYTES);
}
