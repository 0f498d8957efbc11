package dev.warren.api;

/**
 * A reference to a file that was looked up. Like an inode, it always refers to the same file,
 * whatever happens to the file's names. {@link FileSystem#find} returns a handle, and {@link
 * VfsPath#at} makes it the start of a path; so every operation of a file system can be applied to
 * that file, or to a name in that directory.
 *
 * <p>A handle belongs to the file system that returned it, and is valid in all of its views. If a
 * path contains a handle of another file system as its {@linkplain VfsPath#anchor anchor}, the
 * handle is ignored and the path is looked up by its names.
 */
public interface FileHandle extends AutoCloseable {
  /**
   * Releases the handle. Never blocks and never fails; a second call does nothing. Using a path
   * that starts at a closed handle is EBADF.
   */
  @Override
  void close();
}
