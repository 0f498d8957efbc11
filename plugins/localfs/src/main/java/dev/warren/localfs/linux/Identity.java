package dev.warren.localfs.linux;

import dev.warren.api.FsException;

/** Whose rights the file system calls of an operation have. */
interface Identity {
  /** The host's own. */
  Identity HOST = new Unchanged(true);

  /** The host's own, for callers who are not trusted. */
  Identity HOST_FOR_STRANGERS = new Unchanged(false);

  /**
   * Gives the calling thread the rights of this identity. Until {@link #drop}, the thread must not
   * wait for a lock or another thread, nor start one: a virtual thread would leave them behind on
   * its carrier, and a thread has for ever the rights that its creator had.
   *
   * @throws FsException if it cannot; the thread has the host's rights then
   */
  void assume(Scratch s) throws FsException;

  /** Gives the calling thread the host's rights. */
  void drop(Scratch s);

  /** Whether attributes that give rights on this system ({@link Xattrs}) are theirs to change. */
  boolean isTrusted();

  /**
   * The rights that the thread has.
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
