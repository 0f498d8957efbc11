package dev.warren.localfs.linux;

import dev.warren.api.FsException;

/** The rights with which an operation makes file-system calls. */
interface Identity {
  /** The host's own rights, for callers that are trusted. */
  Identity HOST = new Unchanged(true);

  /** The host's own rights, for callers that are not trusted. */
  Identity HOST_FOR_STRANGERS = new Unchanged(false);

  /**
   * Gives the calling thread the rights of this identity. Until {@link #drop}, the thread must not
   * wait for a lock or another thread, nor start a thread: a virtual thread would leave the rights
   * on its carrier, and a new thread inherits its creator's rights permanently.
   *
   * @throws FsException if it cannot; the thread then has the host's rights
   */
  void assume(Scratch s) throws FsException;

  /** Restores the host's rights on the calling thread. */
  void drop(Scratch s);

  /** Whether the caller may change attributes that grant rights on this system ({@link Xattrs}). */
  boolean isTrusted();

  /**
   * The thread's own rights, unchanged.
   *
   * @param isTrusted as {@link Identity#isTrusted}
   */
  record Unchanged(boolean isTrusted) implements Identity {
    @Override
    public void assume(Scratch s) {}

    @Override
    public void drop(Scratch s) {}
  }
}
