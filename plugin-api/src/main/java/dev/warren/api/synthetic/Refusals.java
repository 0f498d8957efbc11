package dev.warren.api.synthetic;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FsException;

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
    boolean timesOnly =
        changes.permissions() == null && changes.uid() == null && changes.gid() == null;
    if (!changes.isEmpty() && !(written && timesOnly)) {
      throw new FsException(Errno.EPERM);
    }
  }
}
