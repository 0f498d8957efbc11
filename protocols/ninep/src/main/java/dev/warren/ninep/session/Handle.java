package dev.warren.ninep.session;

import dev.warren.api.FsException;

/** What a fid is open on. */
public sealed interface Handle permits Opened, XattrValue, XattrDraft {
  /**
   * Ends the use because the client clunked the fid.
   *
   * @param mayWait whether the thread may wait
   * @throws FsException what the clunk answers; {@link dev.warren.api.WouldBlockException} if
   *     nothing has happened yet
   */
  void close(boolean mayWait) throws FsException;

  /** Ends the use because the client is gone. May wait. */
  void abort(FsException cause);

  /** Bytes of memory that the handle keeps. */
  default int bytes() {
    return 0;
  }
}
