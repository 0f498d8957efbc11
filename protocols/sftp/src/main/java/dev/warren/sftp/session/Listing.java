package dev.warren.sftp.session;

/** How far a client has come in a directory. For the session's thread only. */
final class Listing {
  /** Which of the two entries that no file system lists come next: 0 is ".", 1 "..", 2 neither. */
  int dots;

  /** Where to go on, as {@link dev.warren.api.OpenDirectory#read} has it. */
  long cookie;
}
