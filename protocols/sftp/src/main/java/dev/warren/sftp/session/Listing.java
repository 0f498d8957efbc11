package dev.warren.sftp.session;

/** A client's position in a directory. For the session's thread only. */
final class Listing {
  /**
   * The next of the two entries that no file system lists: 0 for ".", 1 for "..", 2 for neither.
   */
  int dots;

  /** Where to continue, as in {@link dev.warren.api.OpenDirectory#read}. */
  long cookie;
}
