package dev.warren.api.synthetic;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.TimeChange;
import org.jspecify.annotations.Nullable;

/** Which changes of attributes a synthetic file takes. */
final class Refusals {
  private Refusals() {}

  /**
   * Lets pass what a client asks for that is about to write, which is {@code >} in a shell: a size
   * and times, of a file that is written. Nothing of that is kept.
   *
   * @param unwritable the error for the size of a file that is not written
   * @throws FsException EPERM for owner and permissions, and for times of a file that is not
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
   * Lets pass what a client does to the content of a file that is stored: a size, and the times of
   * now, which come with one.
   *
   * @throws FsException EPERM for owner, permissions and other times, and for the times of a file
   *     that is not open for writing; EINVAL for a negative size, or one of such a file
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
