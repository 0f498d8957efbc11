package dev.warren.api.synthetic;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import java.io.IOException;
import java.util.Map;

/**
 * The extended attributes of a file or directory: {@link SyntheticNode#withXattrs}. Names include
 * their name space ({@code user.mime_type}).
 */
@FunctionalInterface
public interface Xattrs {
  /**
   * Returns all current attributes.
   *
   * @throws IOException to fail the client's operation; the client sees the error of an FsException
   */
  Map<String, byte[]> all() throws IOException;

  /**
   * Creates or replaces an attribute. Changes in one file system are made one at a time; whether
   * the client permits creation or replacement has been checked.
   *
   * @param name has a name space, and 3 to 255 bytes
   * @param value at most 65,536 bytes; then belongs to the plugin
   * @throws IOException EPERM unless overridden
   */
  default void set(String name, byte[] value) throws IOException {
    throw new FsException(Errno.EPERM, "extended attributes cannot be changed here");
  }

  /**
   * Removes an existing attribute.
   *
   * @throws IOException EPERM unless overridden
   */
  default void remove(String name) throws IOException {
    throw new FsException(Errno.EPERM, "extended attributes cannot be changed here");
  }
}
