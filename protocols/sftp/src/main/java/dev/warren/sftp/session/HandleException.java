package dev.warren.sftp.session;

import dev.warren.api.Errno;
import dev.warren.api.FsException;

/** A request names a handle that is not open or has the wrong type. */
final class HandleException extends FsException {
  private static final long serialVersionUID = 1;

  HandleException() {
    super(Errno.EBADF, "no such handle");
  }
}
