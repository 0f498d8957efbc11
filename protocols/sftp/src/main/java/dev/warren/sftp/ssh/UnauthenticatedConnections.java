package dev.warren.sftp.ssh;

/** All connections that have not logged in. Thread-safe. */
interface UnauthenticatedConnections {
  /** The reason if a connection is closed to free memory. */
  String NO_MEMORY = "no memory left for connections that have not logged in";

  /**
   * Closes another connection to free its memory.
   *
   * @return false if there is no other
   */
  boolean makeRoomFor(SshSession newest);

  /** Called when a proxy has given the address of a connection's client. */
  void clientKnown(SshSession session);
}
