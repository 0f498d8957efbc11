package dev.warren.sftp.wire;

import dev.warren.api.Errno;

/**
 * The status codes of version 3. Its clients know no others: OpenSSH's prints "Unknown status" for
 * codes of later versions.
 *
 * @see <a
 *     href="https://datatracker.ietf.org/doc/html/draft-ietf-secsh-filexfer-02#section-7">draft-ietf-secsh-filexfer-02,
 *     7</a>
 */
public enum Status {
  OK(0, "Success"),
  EOF(1, "End of file"),
  NO_SUCH_FILE(2, "No such file"),
  PERMISSION_DENIED(3, "Permission denied"),
  FAILURE(4, "Failure"),
  BAD_MESSAGE(5, "Bad message"),
  NO_CONNECTION(6, "No connection"),
  CONNECTION_LOST(7, "Connection lost"),
  OP_UNSUPPORTED(8, "Operation unsupported");

  private final int code;
  private final String message;

  Status(int code, String message) {
    this.code = code;
    this.message = message;
  }

  /** The number on the wire, 0 to 8. */
  public int code() {
    return code;
  }

  /** The message for the code if there is no more specific one. */
  public String message() {
    return message;
  }

  /**
   * Translates error numbers to status codes; the only place that does. The table is that of {@code
   * errno_to_portable} in OpenSSH's sftp-server, which clients are used to, with two additions:
   * EOPNOTSUPP counts as ENOSYS, and EROFS as EACCES. These mean the same and say more than
   * "Failure".
   */
  public static Status of(Errno errno) {
    return switch (errno) {
      case ENOENT, ENOTDIR, EBADF, ELOOP -> NO_SUCH_FILE;
      case EPERM, EACCES, EFAULT, EROFS -> PERMISSION_DENIED;
      case ENAMETOOLONG, EINVAL, EILSEQ -> BAD_MESSAGE;
      case ENOSYS, EOPNOTSUPP -> OP_UNSUPPORTED;
      default -> FAILURE;
    };
  }
}
