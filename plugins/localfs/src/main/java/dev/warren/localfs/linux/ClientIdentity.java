package dev.warren.localfs.linux;

import dev.warren.api.FsException;
import java.lang.foreign.MemorySegment;

/**
 * A caller whose permissions a trusted client has already checked, as a client's kernel does for
 * its processes: new files belong to the caller, and every operation that the host itself may do is
 * permitted. The client may know groups of the user that this system does not know.
 *
 * @param caller the user and groups to which new files belong
 * @param capabilities those of the host, which the kernel removes when the thread stops being root
 */
record ClientIdentity(CallerIdentity caller, MemorySegment capabilities) implements Identity {
  @Override
  public void assume(Scratch s) throws FsException {
    caller.assume(s);
    try {
      Capabilities.restore(s, capabilities);
    } catch (FsException e) {
      caller.drop(s);
      throw e;
    }
  }

  @Override
  public void drop(Scratch s) {
    caller.drop(s);
  }

  @Override
  public boolean isTrusted() {
    return caller.isTrusted();
  }
}
