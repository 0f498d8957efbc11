package dev.warren.sftp.ssh;

/** All connections that have not logged in. Thread-safe. */
@FunctionalInterface
interface Strangers {
  /** Why one goes where there is no room. */
  String NO_MEMORY = "no memory left for those who have not logged in";

  /**
   * Ends another one, so that its memory is free.
   *
   * @return false if there is no other
   */
  boolean makeRoomFor(SshSession newest);
}
