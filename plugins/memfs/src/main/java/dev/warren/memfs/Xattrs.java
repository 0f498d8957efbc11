package dev.warren.memfs;

import dev.warren.api.Errno;
import dev.warren.api.FileNames;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.XattrMode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The extended attributes of one file, by the rules of xattr(7) for a process with all privileges.
 * Not thread-safe.
 */
final class Xattrs {
  private static final int MAX_NAME = 255;
  private static final int MAX_VALUE = 65_536;

  /** The charge for an attribute, in addition to its name and value. */
  private static final int CHARGE = 128;

  /** The limit for the total length of one file's attribute names: XATTR_LIST_MAX. */
  private static final int MAX_LIST = 65_536;

  /**
   * The supported name spaces. POSIX ACLs ({@code system.}) are not supported: storing them without
   * enforcing them would mislead.
   */
  private static final List<String> NAME_SPACES = List.of("user.", "trusted.", "security.");

  private final Map<String, byte[]> values = new TreeMap<>();

  List<String> names() {
    return List.copyOf(values.keySet());
  }

  byte[] get(String name) throws FsException {
    byte[] value = values.get(name);
    if (value == null) {
      throw new FsException(Errno.ENODATA);
    }
    return value.clone();
  }

  void set(String name, byte[] value, XattrMode mode, Space space) throws FsException {
    byte[] old = values.get(name);
    if (mode == XattrMode.CREATE && old != null) {
      throw new FsException(Errno.EEXIST);
    }
    if (mode == XattrMode.REPLACE && old == null) {
      throw new FsException(Errno.ENODATA);
    }
    if (old == null && listLength() + FileNames.encodedLength(name) + 1 > MAX_LIST) {
      throw new FsException(Errno.ENOSPC);
    }
    space.take(charge(name, value));
    values.put(name, value.clone());
    if (old != null) {
      space.giveBack(charge(name, old));
    }
  }

  void remove(String name, Space space) throws FsException {
    byte[] old = values.remove(name);
    if (old == null) {
      throw new FsException(Errno.ENODATA);
    }
    space.giveBack(charge(name, old));
  }

  void removeAll(Space space) {
    values.forEach((name, value) -> space.giveBack(charge(name, value)));
    values.clear();
  }

  /**
   * Checks lengths, which does not require looking up the file.
   *
   * @throws FsException ERANGE for the length of a name, E2BIG for that of a value
   */
  static void checkLengths(String name, int valueLength) throws FsException {
    if (name.isEmpty() || FileNames.encodedLength(name) > MAX_NAME) {
      throw new FsException(Errno.ERANGE);
    }
    if (valueLength > MAX_VALUE) {
      throw new FsException(Errno.E2BIG);
    }
  }

  /**
   * Checks whether a file of this type can have an attribute of this name.
   *
   * @throws FsException EOPNOTSUPP for an unknown name space, EINVAL for a name space without a
   *     name; for {@code user.} attributes of a file that is neither regular nor a directory, EPERM
   *     to change, ENODATA to read
   */
  static void checkName(String name, FileType type, boolean change) throws FsException {
    if (name.startsWith("user.") && type != FileType.REGULAR && type != FileType.DIRECTORY) {
      throw new FsException(change ? Errno.EPERM : Errno.ENODATA);
    }
    for (String space : NAME_SPACES) {
      if (name.startsWith(space)) {
        if (name.length() == space.length()) {
          throw new FsException(Errno.EINVAL);
        }
        return;
      }
    }
    throw new FsException(Errno.EOPNOTSUPP);
  }

  private int listLength() throws FsException {
    int length = 0;
    for (String name : values.keySet()) {
      length += FileNames.encodedLength(name) + 1;
    }
    return length;
  }

  private static long charge(String name, byte[] value) {
    return CHARGE + 2L * name.length() + value.length;
  }
}
