package dev.warren.localfs.linux;

import dev.warren.api.FsException;
import java.lang.foreign.MemorySegment;

/**
 * A caller whose rights somebody trusted has looked at already, as the kernel of a client does for
 * its processes: what they make is theirs, and nothing is refused that the host itself may do. The
 * client may know groups of the user that this system does not.
 *
 * @param caller whose user and groups new files have
 * @param capabilities of the host, which the kernel takes away with root's user
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
