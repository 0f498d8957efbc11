package dev.warren.ninep.session;

import dev.warren.api.FsException;

/** What a fid is open on. */
public sealed interface Handle permits Opened, XattrValue, XattrDraft {
  /**
   * Closes the handle because the client clunked the fid.
   *
   * @param mayBlock whether the thread may block
   * @throws FsException the error that the clunk replies with; {@link
   *     dev.warren.api.WouldBlockException} if nothing has been done yet
   */
  void close(boolean mayBlock) throws FsException;

  /** Closes the handle because the connection has ended. Blocking. */
  void abort(FsException cause);

  /** Bytes of memory that the handle holds. */
  default int bytes() {
    return 0;
  }
}
