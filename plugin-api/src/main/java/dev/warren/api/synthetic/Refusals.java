package dev.warren.api.synthetic;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.TimeChange;
import org.jspecify.annotations.Nullable;

/** Which attribute changes synthetic files accept. */
final class Refusals {
  private Refusals() {}

  /**
   * Accepts changes that a client makes before it writes, as a shell does for {@code >}: a size and
   * times of a file that can be written. The values are ignored.
   *
   * @param unwritable the error for a size if the file cannot be written
   * @throws FsException EPERM for owner and permissions, and for times if the file cannot be
   *     written; EINVAL for a negative size
   */
  static void checkChanges(AttributeChanges changes, boolean written, Errno unwritable)
      throws FsException {
    if (changes.size() != null && changes.size() < 0) {
      throw new FsException(Errno.EINVAL);
    }
    if (changes.size() != null && !written) {
      throw new FsException(unwritable);
    }
    if (!changes.isEmpty() && !(written && changesContent(changes))) {
      throw new FsException(Errno.EPERM);
    }
  }

  /**
   * Accepts changes of the content of a stored file: a size, and times that are set to now, which
   * accompany a size.
   *
   * @throws FsException EPERM for owner, permissions and other times, and for any times if the file
   *     is not open for writing; EINVAL for a negative size, or for a size if the file is not open
   *     for writing
   */
  static void checkStoredChanges(AttributeChanges changes, boolean written) throws FsException {
    checkChanges(changes, written, Errno.EINVAL);
    if (isOtherThanNow(changes.accessTime()) || isOtherThanNow(changes.modifyTime())) {
      throw new FsException(Errno.EPERM);
    }
  }

  private static boolean changesContent(AttributeChanges changes) {
    return changes.permissions() == null && changes.uid() == null && changes.gid() == null;
  }

  private static boolean isOtherThanNow(@Nullable TimeChange time) {
    return time != null && !time.now();
  }
}
