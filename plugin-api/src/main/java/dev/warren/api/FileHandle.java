package dev.warren.api;

/**
 * A file that was found, as an inode is: it stays the file that it is, whatever becomes of its
 * names. {@link FileSystem#find} gives one, and {@link VfsPath#at} makes it what a path begins at;
 * so every operation of a file system can be asked about the file that was found, or about a name
 * in a directory that was found.
 *
 * <p>A handle belongs to the file system that gave it, in all of its views. What is found below
 * {@linkplain VfsPath#anchor an anchor} of another file system is found by its names, as if there
 * were no handle.
 */
public interface FileHandle extends AutoCloseable {
  /**
   * Ends the use of the handle. Never waits and never fails; a second call does nothing. A path
   * that begins at a closed handle is EBADF.
   */
  @Override
  void close();
}
