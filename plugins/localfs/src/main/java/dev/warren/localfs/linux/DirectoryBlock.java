package dev.warren.localfs.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.warren.api.Errno;
import dev.warren.api.FileNames;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A block of struct linux_dirent64, with a current entry. */
final class DirectoryBlock {
  static final DirectoryBlock NONE = new DirectoryBlock(new byte[0]);

  private static final int BYTES = 32 * 1024;
  private static final int OFFSET = 8;
  private static final int LENGTH = 16;
  private static final int TYPE = 18;
  private static final int NAME = 19;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.nativeOrder());
  private static final @Nullable FileType[] TYPES = new FileType[16];

  static {
    for (FileType type : FileType.values()) {
      TYPES[type.directoryType()] = type;
    }
  }

  private final byte[] bytes;
  private int start;

  private DirectoryBlock(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Reads the next block; it is empty at the end of the directory. */
  static DirectoryBlock load(Scratch s, int fd) throws FsException {
    MemorySegment buffer = s.bounce();
    long n = Syscalls.call(s, SyscallNumbers.GETDENTS64, fd, buffer.address(), BYTES);
    if (n == 0 || LinuxErrors.is(n, Errno.ENOENT)) { // ENOENT: the directory was removed
      return NONE;
    }
    return new DirectoryBlock(buffer.asSlice(0, LinuxErrors.check(n)).toArray(JAVA_BYTE));
  }

  boolean isAtEnd() {
    return start >= bytes.length;
  }

  /** Advances to the next entry. */
  void next() {
    start += (short) SHORT.get(bytes, start + LENGTH) & 0xFFFF;
  }

  long inode() {
    return (long) LONG.get(bytes, start);
  }

  /** The position of the directory after this entry. */
  long offset() {
    return (long) LONG.get(bytes, start + OFFSET);
  }

  /** The type; null if the file system does not report it. */
  @Nullable FileType type() {
    return TYPES[bytes[start + TYPE] & 15];
  }

  /** The type, where {@link #type()} is known not to be null. */
  FileType knownType() {
    FileType type = type();
    if (type == null) {
      throw new IllegalStateException("an entry without a type");
    }
    return type;
  }

  /** Whether the entry is {@code .} or {@code ..}. */
  boolean isDots() {
    int first = start + NAME;
    return bytes[first] == '.'
        && (bytes[first + 1] == 0 || (bytes[first + 1] == '.' && bytes[first + 2] == 0));
  }

  String name() {
    return FileNames.decode(bytes, start + NAME, nameEnd() - start - NAME);
  }

  /** Offers the entry; the bytes of the name are not copied. */
  boolean offer(OpenDirectory.BytesVisitor visitor, FileType type, long fileId, long cookie) {
    int first = start + NAME;
    return visitor.visit(bytes, first, nameEnd() - first, type, fileId, cookie);
  }

  /** Returns the address of the name, for a system call. */
  long name(Scratch s) {
    s.path.text(Arrays.copyOfRange(bytes, start + NAME, nameEnd()));
    return s.path.whole();
  }

  private int nameEnd() {
    int end = start + NAME;
    while (bytes[end] != 0) {
      end++;
    }
    return end;
  }
}
