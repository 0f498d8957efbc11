package dev.warren.api.synthetic;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import java.io.IOException;
import java.util.Map;

/**
 * The extended attributes of a file or directory: {@link SyntheticNode#withXattrs}. Names have
 * their name space with them ({@code user.mime_type}).
 */
@FunctionalInterface
public interface Xattrs {
  /**
   * All of them as they are now.
   *
   * @throws IOException to fail the client's operation; an FsException says with which error
   */
  Map<String, byte[]> all() throws IOException;

  /**
   * Creates or replaces one. Changes of one file system are made one after the other, and whether
   * the client wants one of them only has been looked at.
   *
   * @param name has a name space, and 3 to 255 bytes
   * @param value at most 65,536 bytes, the plugin's from then on
   * @throws IOException EPERM unless overridden
   */
  default void set(String name, byte[] value) throws IOException {
    throw new FsException(Errno.EPERM, "extended attributes cannot be changed here");
  }

  /**
   * Removes one that is there.
   *
   * @throws IOException EPERM unless overridden
   */
  default void remove(String name) throws IOException {
    throw new FsException(Errno.EPERM, "extended attributes cannot be changed here");
  }
}
