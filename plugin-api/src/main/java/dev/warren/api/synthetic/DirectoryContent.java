package dev.warren.api.synthetic;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import java.io.IOException;
import java.util.Map;

/**
 * The entries of a directory, and what clients may do to them: {@link SyntheticDirectory#of}. What
 * is not overridden is refused, with the error that Linux gives for a file system that lacks it.
 *
 * <p>The file system makes one change after the other, and looks before it calls: a name that is to
 * be created is free, one that is to be removed or renamed is there, is of the right type, and has
 * nothing in it if it is a directory; what a rename would replace may be replaced. So a change is a
 * {@code put} or a {@code remove}, and nothing else. Look-ups and listings go on meanwhile: {@link
 * #entries()} must be a map for many threads, such as a {@link
 * java.util.concurrent.ConcurrentSkipListMap}, or one that nobody changes any more.
 *
 * <p>A change that waits holds up the other changes of this file system, until their clients give
 * up, and nothing else.
 */
public interface DirectoryContent {
  /**
   * The entries as they are now, in the order of a listing. As of {@link
   * SyntheticDirectory#computed}: a look-up calls {@link Map#get} alone.
   *
   * @throws IOException to fail the client's operation; an FsException says with which error
   */
  Map<String, ? extends SyntheticNode> entries() throws IOException;

  /**
   * Creates a file, which is opened then. It need not be among the entries before it is closed.
   *
   * @param name is free
   * @param permissions as the client wants them, 0 to 0777, for {@link
   *     SyntheticFile#withPermissions}; a file may have others
   * @throws IOException EACCES unless overridden
   */
  default SyntheticFile createFile(String name, int permissions) throws IOException {
    throw new FsException(Errno.EACCES, "no file can be created in this directory");
  }

  /**
   * Creates a directory.
   *
   * @param name is free
   * @param permissions as the client wants them, 0 to 0777
   * @throws IOException EPERM unless overridden
   */
  default void createDirectory(String name, int permissions) throws IOException {
    throw new FsException(Errno.EPERM, "no directory can be created in this directory");
  }

  /**
   * Removes a file. Who has it open goes on using it.
   *
   * @throws IOException EPERM unless overridden
   */
  default void removeFile(String name) throws IOException {
    throw new FsException(Errno.EPERM, "no file can be removed from this directory");
  }

  /**
   * Removes a directory whose own entries are gone; those that are {@linkplain
   * SyntheticDirectory#with fixed} go with it.
   *
   * @throws IOException EPERM unless overridden
   */
  default void removeDirectory(String name) throws IOException {
    throw new FsException(Errno.EPERM, "no directory can be removed from this directory");
  }

  /**
   * Gives an entry another name in this directory. What has that name is replaced: {@code put} it
   * before the old name is removed, and nobody finds it missing.
   *
   * @throws IOException EPERM unless overridden
   */
  default void rename(String from, String to) throws IOException {
    throw new FsException(Errno.EPERM, "nothing can be renamed in this directory");
  }

  /**
   * Gives an entry a name in another directory. What has that name is replaced.
   *
   * @param target the content of the other directory, which can be changed too
   * @throws IOException EXDEV unless overridden, whereupon {@code mv} copies and removes
   */
  default void move(String from, DirectoryContent target, String to) throws IOException {
    throw new FsException(Errno.EXDEV, "nothing can be moved out of this directory");
  }
}
