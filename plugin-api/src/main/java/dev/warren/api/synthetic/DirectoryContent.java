package dev.warren.api.synthetic;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import java.io.IOException;
import java.util.Map;

/**
 * The entries of a directory, and the changes that clients may make to them: {@link
 * SyntheticDirectory#of}. Methods that are not overridden refuse the change, with the error that
 * Linux returns for a file system without that operation.
 *
 * <p>The file system makes one change at a time, and checks it before calling a method: a name to
 * create does not exist; a name to remove or rename exists, has the right type and, if it is a
 * directory, is empty; the target of a rename may be replaced. So a change needs only a {@code put}
 * or a {@code remove}. Look-ups and listings continue during a change: {@link #entries()} must be a
 * concurrent map, such as a {@link java.util.concurrent.ConcurrentSkipListMap}, or a map that is
 * never modified.
 *
 * <p>A change that blocks delays the other changes in this file system, until their clients give
 * up, but nothing else.
 */
public interface DirectoryContent {
  /**
   * Returns the current entries, in the order of a listing. As in {@link
   * SyntheticDirectory#computed}, a look-up calls only {@link Map#get}.
   *
   * @throws IOException to fail the client's operation; the client sees the error of an FsException
   */
  Map<String, ? extends SyntheticNode> entries() throws IOException;

  /**
   * Creates a file, which is then opened. It need not appear among the entries before it is closed.
   *
   * @param name does not exist
   * @param permissions requested by the client, 0 to 0777, for {@link
   *     SyntheticFile#withPermissions}; the file may have others
   * @throws IOException EACCES unless overridden
   */
  default SyntheticFile createFile(String name, int permissions) throws IOException {
    throw new FsException(Errno.EACCES, "no file can be created in this directory");
  }

  /**
   * Creates a directory.
   *
   * @param name does not exist
   * @param permissions requested by the client, 0 to 0777
   * @throws IOException EPERM unless overridden
   */
  default void createDirectory(String name, int permissions) throws IOException {
    throw new FsException(Errno.EPERM, "no directory can be created in this directory");
  }

  /**
   * Removes a file. Clients that have it open can continue to use it.
   *
   * @throws IOException EPERM unless overridden
   */
  default void removeFile(String name) throws IOException {
    throw new FsException(Errno.EPERM, "no file can be removed from this directory");
  }

  /**
   * Removes a directory that has no entries of its own; its {@linkplain SyntheticDirectory#with
   * fixed} entries are removed with it.
   *
   * @throws IOException EPERM unless overridden
   */
  default void removeDirectory(String name) throws IOException {
    throw new FsException(Errno.EPERM, "no directory can be removed from this directory");
  }

  /**
   * Renames an entry in this directory. An existing entry of the new name is replaced: {@code put}
   * the new name before removing the old one, so that look-ups always find the file.
   *
   * @throws IOException EPERM unless overridden
   */
  default void rename(String from, String to) throws IOException {
    throw new FsException(Errno.EPERM, "nothing can be renamed in this directory");
  }

  /**
   * Moves an entry to a name in another directory. An existing entry of that name is replaced.
   *
   * @param target the content of the other directory, which can also be changed
   * @throws IOException EXDEV unless overridden; {@code mv} then copies and removes the file
   */
  default void move(String from, DirectoryContent target, String to) throws IOException {
    throw new FsException(Errno.EXDEV, "nothing can be moved out of this directory");
  }
}
