package dev.warren.localfs.linux;

import dev.warren.api.DescriptorBudget.Lease;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A file descriptor that any number of threads may use while any of them closes it. The kernel
 * reuses the number of a closed descriptor for the next file that is opened, so it is closed only
 * when no call uses it: by {@link #close} or by the last of those calls.
 */
final class Descriptor {
  private static final long CLOSED = 1L << 62;
  private static final VarHandle USES;

  static {
    try {
      USES = MethodHandles.lookup().findVarHandle(Descriptor.class, "uses", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final int number;
  private final @Nullable Lease lease;

  /**
   * The number of calls that use the descriptor, plus {@link #CLOSED} once it is closed; from then
   * on it only decreases.
   */
  private volatile long uses;

  /** Creates a descriptor for the file system's own use. */
  Descriptor(int number) {
    this(number, null);
  }

  /**
   * @param lease returned to the budget when the descriptor is closed
   */
  Descriptor(int number, @Nullable Lease lease) {
    this.number = number;
    this.lease = lease;
  }

  /**
   * Returns the number, which may be used until {@link #release}.
   *
   * @throws FsException EBADF after {@link #close}
   */
  int acquire() throws FsException {
    if (!tryAcquire()) {
      throw new FsException(Errno.EBADF);
    }
    return number;
  }

  /**
   * Returns whether the {@link #number} may be used until {@link #release}; false after {@link
   * #close}.
   */
  boolean tryAcquire() {
    long seen = uses;
    while (seen < CLOSED) {
      if (USES.compareAndSet(this, seen, seen + 1)) {
        return true;
      }
      seen = uses;
    }
    return false;
  }

  int number() {
    return number;
  }

  /** Ends one use. */
  void release(Scratch s) {
    if ((long) USES.getAndAdd(this, -1L) == CLOSED + 1) {
      s.close(number); // there is no caller to whom an error could be reported
    }
  }

  /**
   * Closes the descriptor as soon as no call uses it. A second call does nothing.
   *
   * @return the result of close(2); 0 if it will be closed later or is already closed
   */
  long close(Scratch s) {
    if (lease != null) {
      lease.giveBack();
    }
    return (long) USES.getAndBitwiseOr(this, CLOSED) == 0
        ? Syscalls.call(s, SyscallNumbers.CLOSE, number)
        : 0;
  }

  /** Whether {@link #close} was called. */
  boolean isClosed() {
    return uses >= CLOSED;
  }
}
