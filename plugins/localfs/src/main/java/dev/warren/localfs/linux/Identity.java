package dev.warren.localfs.linux;

import dev.warren.api.FsException;

/** Whose rights the file system calls of an operation have. */
interface Identity {
  /** The host's own. */
  Identity HOST =
      new Identity() {
        @Override
        public void assume(Scratch s) {}

        @Override
        public void drop(Scratch s) {}
      };

  /**
   * Gives the calling thread the rights of this identity. Until {@link #drop}, the thread must not
   * wait for a lock or another thread: a virtual thread would leave them behind on its carrier.
   *
   * @throws FsException if it cannot; the thread has the host's rights then
   */
  void assume(Scratch s) throws FsException;

  /** Gives the calling thread the host's rights. */
  void drop(Scratch s);
}
