package dev.warren.localfs.linux;

import dev.warren.api.DescriptorBudget.Lease;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A file descriptor that any number of threads use while any of them closes it. The kernel gives a
 * number that was closed to the next file that is opened, so it is closed only when no call is
 * under way with it: by {@link #close} or by the last of those calls.
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

  /** How many calls are under way, and {@link #CLOSED}, from when on it only falls. */
  private volatile long uses;

  /** One that the file system has for itself. */
  Descriptor(int number) {
    this(number, null);
  }

  /**
   * @param lease given back when it is closed
   */
  Descriptor(int number, @Nullable Lease lease) {
    this.number = number;
    this.lease = lease;
  }

  /**
   * The number, to be used until {@link #release}.
   *
   * @throws FsException EBADF after {@link #close}
   */
  int acquire() throws FsException {
    if (!tryAcquire()) {
      throw new FsException(Errno.EBADF);
    }
    return number;
  }

  /** Whether the {@link #number} can be used until {@link #release}; not after {@link #close}. */
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
      s.close(number); // nobody is left to be told of an error
    }
  }

  /**
   * Ends all use, as soon as nobody is at it. A second call does nothing.
   *
   * @return what close(2) says; 0 if it is yet to come or was before
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
