package dev.warren.ninep.codec;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.TimeChange;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The fields that follow the fid in Tsetattr. */
final class AttributeMask {
  private static final int MODE = 0x1;
  private static final int UID = 0x2;
  private static final int GID = 0x4;
  private static final int SIZE = 0x8;
  private static final int ATIME = 0x10;
  private static final int MTIME = 0x20;
  private static final int ATIME_SET = 0x80;
  private static final int MTIME_SET = 0x100;

  private AttributeMask() {}

  /**
   * Reads which attributes to change. The CTIME bit (0x40) only comes together with other bits, and
   * the change sets the ctime anyway, so it is ignored.
   *
   * @throws FsException EINVAL for a size over 2^63-1, for nanoseconds outside 0 to 999,999,999, or
   *     for seconds that java.time cannot represent (a billion years from now)
   */
  static AttributeChanges read(MessageReader in) throws FsException {
    int valid = in.bits32();
    int mode = in.bits32();
    int uid = in.bits32();
    int gid = in.bits32();
    long size = in.bits64();
    TimeChange access = time(valid, ATIME, ATIME_SET, in.bits64(), in.bits64());
    TimeChange modify = time(valid, MTIME, MTIME_SET, in.bits64(), in.bits64());
    if ((valid & SIZE) != 0 && size < 0) {
      throw new FsException(Errno.EINVAL, "size over 2^63-1");
    }
    return new AttributeChanges(
        (valid & MODE) != 0 ? (Integer) (mode & FileAttributes.PERMISSION_MASK) : null,
        (valid & UID) != 0 ? (Integer) uid : null,
        (valid & GID) != 0 ? (Integer) gid : null,
        (valid & SIZE) != 0 ? (Long) size : null,
        access,
        modify);
  }

  private static @Nullable TimeChange time(int valid, int change, int set, long seconds, long nanos)
      throws FsException {
    if ((valid & change) == 0) {
      return null;
    }
    if ((valid & set) == 0) {
      return TimeChange.NOW;
    }
    if (nanos < 0 || nanos > 999_999_999) {
      throw new FsException(Errno.EINVAL, "nanoseconds: " + nanos);
    }
    if (seconds < Instant.MIN.getEpochSecond() || seconds > Instant.MAX.getEpochSecond()) {
      throw new FsException(Errno.EINVAL, "seconds: " + seconds);
    }
    return TimeChange.to(seconds, (int) nanos);
  }
}
