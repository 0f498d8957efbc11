package dev.warren.sftp.ssh;

/** All connections that have not logged in. Thread-safe. */
@FunctionalInterface
interface Strangers {
  /** The reason if a connection is closed to free memory. */
  String NO_MEMORY = "no memory left for connections that have not logged in";

  /**
   * Closes another connection to free its memory.
   *
   * @return false if there is no other
   */
  boolean makeRoomFor(SshSession newest);
}
