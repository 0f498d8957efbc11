package dev.warren.localfs.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.warren.api.FileNames;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A path in the format of the kernel: bytes with a NUL at the end, relative to a directory. It is
 * written backwards from its last name, because a {@link VfsPath} is linked in that direction.
 */
final class PathBuffer {
  /** PATH_MAX: the limit for one system call, including the NUL. */
  static final int PATH_MAX = 4096;

  /** How many names certainly fit into one system call, whatever their lengths. */
  static final int NAMES_THAT_FIT = (PATH_MAX - 3) / (FileNames.MAX_BYTES + 1);

  private final MemorySegment memory = Arena.ofAuto().allocate(PATH_MAX, 16);
  private final long address = memory.address();
  private int start;
  private int name;

  /**
   * Writes the names of a path.
   *
   * @param base how many names at the front are left out, fewer than the path has
   * @return how many names at the front did not fit: {@code base} if the path is complete
   */
  int encode(VfsPath path, int base) throws FsException {
    int position = PATH_MAX - 1;
    memory.set(JAVA_BYTE, position, (byte) 0);
    name = -1;
    VfsPath p = path;
    for (; p.depth() > base; p = p.parentOrRoot()) {
      int begin = prepend(p.name(), position);
      if (begin <= 1) {
        break;
      }
      start = begin;
      position = begin - 1;
      memory.set(JAVA_BYTE, position, (byte) '/');
      if (name < 0) {
        name = begin;
        // Two slashes, so that one remains when the other is replaced by the end of the parent's
        // path: with a trailing slash, a symbolic link in the parent's place is ELOOP, as in every
        // other place.
        position--;
        memory.set(JAVA_BYTE, position, (byte) '/');
      }
    }
    return p.depth();
  }

  private int prepend(String text, int end) throws FsException {
    int begin = end - text.length();
    if (begin <= 0) {
      return begin;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        return prependEncoded(text, end);
      }
      memory.set(JAVA_BYTE, begin + i, (byte) c);
    }
    return begin;
  }

  private int prependEncoded(String text, int end) throws FsException {
    byte[] bytes = FileNames.encode(text);
    int begin = end - bytes.length;
    if (begin > 0) {
      MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, begin, bytes.length);
    }
    return begin;
  }

  /** Writes any text, such as the target of a symbolic link. Returns false if it does not fit. */
  boolean text(byte[] bytes) {
    if (bytes.length >= PATH_MAX) {
      return false;
    }
    MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, 0, bytes.length);
    memory.set(JAVA_BYTE, bytes.length, (byte) 0);
    start = 0;
    name = 0;
    return true;
  }

  /** Writes ".", the name of a directory for itself. */
  void dot() {
    memory.set(JAVA_BYTE, 0, (byte) '.');
    memory.set(JAVA_BYTE, 1, (byte) 0);
    start = 0;
    name = 0;
  }

  /** Returns the address of the complete path. */
  long whole() {
    if (name > start) {
      memory.set(JAVA_BYTE, name - 1, (byte) '/');
    }
    return address + start;
  }

  /** Whether the path has more than one name. */
  boolean hasParent() {
    return name > start;
  }

  /**
   * Returns the address of all names but the last. {@link #whole()} must not be used afterwards.
   */
  long parent() {
    memory.set(JAVA_BYTE, name - 1, (byte) 0);
    return address + start;
  }

  /** Returns the address of the last name. */
  long name() {
    return address + name;
  }
}
