package dev.warren.ninep.ops;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.frontend.FileLocks.Kind;
import dev.warren.frontend.FileLocks.Range;
import org.jspecify.annotations.Nullable;

/** Types and ranges of locks on the wire. */
final class LockTypes {
  static final int READ = 0;
  static final int WRITE = 1;
  static final int UNLOCK = 2;

  private LockTypes() {}

  /** The kind of lock for a type; null for an unlock. */
  static @Nullable Kind kind(int type) throws FsException {
    return switch (type) {
      case READ -> Kind.SHARED;
      case WRITE -> Kind.EXCLUSIVE;
      case UNLOCK -> null;
      default -> throw new FsException(Errno.EINVAL, "lock type " + type);
    };
  }

  static int type(Kind kind) {
    return kind == Kind.SHARED ? READ : WRITE;
  }

  /** A range, in which the length 0 means to the end of the file. */
  static Range range(long start, long length) throws FsException {
    if (start < 0 || length < 0 || start > Long.MAX_VALUE - length) {
      throw new FsException(Errno.EINVAL, "lock on bytes past 2^63-1");
    }
    return new Range(start, length);
  }
}
