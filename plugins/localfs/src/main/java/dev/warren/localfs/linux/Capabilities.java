package dev.warren.localfs.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.warren.api.FsException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The capabilities of the calling thread: capabilities(7). */
final class Capabilities {
  private static final int VERSION_3 = 0x20080522;
  private static final int CAP_FSETID = 4;
  private static final long HEADER = 8;
  private static final long SETS = 24;

  /** CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH and CAP_FOWNER, which override permissions. */
  private static final int OVERRIDES = 0b1110;

  private Capabilities() {}

  /** Whether the kernel retains set-uid bits when this thread writes. */
  static boolean keepsPrivilegeBits(Scratch s) throws FsException {
    return (effective(s) & (1 << CAP_FSETID)) != 0;
  }

  /**
   * Returns all capability sets of the calling thread in the format of capget(2), for {@link
   * #restore}.
   */
  static MemorySegment load(Scratch s) throws FsException {
    effective(s);
    MemorySegment kept = Arena.ofAuto().allocate(HEADER + SETS);
    return kept.copyFrom(s.general().asSlice(0, HEADER + SETS));
  }

  /**
   * Gives the calling thread the capabilities that were loaded on another thread of this process.
   */
  static void restore(Scratch s, MemorySegment loaded) throws FsException {
    long address = loaded.address();
    LinuxErrors.check(Syscalls.call(s, SyscallNumbers.CAPSET, address, address + HEADER, 0));
  }

  /** Whether this thread may ignore permissions. */
  static boolean overridesPermissions(Scratch s) throws FsException {
    return (effective(s) & OVERRIDES) != 0;
  }

  /** Returns the lower 32 of the effective capabilities. */
  private static int effective(Scratch s) throws FsException {
    MemorySegment memory = s.general();
    memory.set(JAVA_INT, 0, VERSION_3);
    memory.set(JAVA_INT, 4, 0); // the calling thread
    LinuxErrors.check(
        Syscalls.call(s, SyscallNumbers.CAPGET, memory.address(), memory.address() + 8, 0));
    return memory.get(JAVA_INT, 8);
  }
}
