package dev.warren.localfs.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The memory outside the heap that one operation needs at a time: paths, structures, errno. Pooled
 * by hand, since a thread-local of virtual threads would be made anew for each request.
 */
final class Scratch {
  /** The longest transfer of a buffer in the heap that needs no memory of its own, in bytes. */
  static final int BOUNCE_BYTES = 64 * 1024;

  private static final int SLOTS = 64;
  private static final int SPACING = 16; // slots on different cache lines
  private static final AtomicReferenceArray<@Nullable Scratch> POOL =
      new AtomicReferenceArray<>(SLOTS * SPACING);

  private static final long HOW = 16;
  private static final long IOVEC = 48;
  private static final long TIMES = 64;
  private static final long STATX = 128;
  private static final long EMPTY = STATX + 256;
  private static final long GENERAL = EMPTY + 64;
  private static final long GENERAL_BYTES = 256;
  private static final long SIZE = GENERAL + GENERAL_BYTES;

  private final MemorySegment memory = Arena.ofAuto().allocate(SIZE, 16);
  private final long address = memory.address();
  private @Nullable MemorySegment bounce;

  /** Where errno is left after a call. */
  final MemorySegment state = memory.asSlice(0, Syscalls.STATE_BYTES);

  /** struct statx. */
  final StatBuffer stat = new StatBuffer(memory.asSlice(STATX, 256));

  /** The path that an operation is about. */
  final PathBuffer path = new PathBuffer();

  /** The second path of an operation that has two. */
  final PathBuffer target = new PathBuffer();

  private @Nullable Descriptor firstLent;
  private @Nullable Descriptor secondLent;

  private Scratch() {}

  /** Takes one from the pool, or makes one. */
  static Scratch take() {
    int start = (int) Thread.currentThread().threadId();
    for (int i = 0; i < 4; i++) {
      Scratch s = POOL.getAndSet(slot(start + i), null);
      if (s != null) {
        return s;
      }
    }
    return new Scratch();
  }

  /** Puts it back. Where the pool is full, the garbage collector frees it. */
  void release() {
    if (firstLent != null || secondLent != null) {
      giveBackAll(); // an error came between
    }
    int start = (int) Thread.currentThread().threadId();
    for (int i = 0; i < 4; i++) {
      int slot = slot(start + i);
      if (POOL.getPlain(slot) == null && POOL.compareAndSet(slot, null, this)) {
        return;
      }
    }
  }

  private static int slot(int n) {
    return (n & (SLOTS - 1)) * SPACING;
  }

  /** A struct open_how. */
  long how(long flags, long mode, long resolve) {
    memory.set(JAVA_LONG, HOW, flags);
    memory.set(JAVA_LONG, HOW + 8, mode);
    memory.set(JAVA_LONG, HOW + 16, resolve);
    return address + HOW;
  }

  /** A struct iovec. */
  long vector(long start, long length) {
    memory.set(JAVA_LONG, IOVEC, start);
    memory.set(JAVA_LONG, IOVEC + 8, length);
    return address + IOVEC;
  }

  /** The first or second of two struct timespec. */
  void time(int index, long seconds, long nanos) {
    memory.set(JAVA_LONG, TIMES + 16L * index, seconds);
    memory.set(JAVA_LONG, TIMES + 16L * index + 8, nanos);
  }

  /** Where {@link #time} has put both. */
  long times() {
    return address + TIMES;
  }

  /** The empty string, for AT_EMPTY_PATH. */
  long empty() {
    return address + EMPTY;
  }

  /** 256 bytes for any structure. */
  MemorySegment general() {
    return memory.asSlice(GENERAL, GENERAL_BYTES);
  }

  /** {@code /proc/self/fd/N}, the path of what a descriptor stands for, also one of O_PATH. */
  long descriptorPath(int fd) {
    memory.setString(GENERAL, "/proc/self/fd/" + fd);
    return address + GENERAL;
  }

  /** {@value #BOUNCE_BYTES} bytes and one more. */
  MemorySegment bounce() {
    MemorySegment b = bounce;
    if (b == null) {
      b = Arena.ofAuto().allocate(BOUNCE_BYTES + 1, 4096);
      bounce = b;
    }
    return b;
  }

  /**
   * Uses a descriptor of others for the operation, which has no more than two of them, until {@link
   * #giveBack}. False if it is closed.
   */
  boolean borrow(Descriptor descriptor) {
    if (!descriptor.tryAcquire()) {
      return false;
    }
    if (firstLent == null) {
      firstLent = descriptor;
    } else if (secondLent == null) {
      secondLent = descriptor;
    } else {
      descriptor.release(this);
      throw new IllegalStateException("three files in one operation");
    }
    return true;
  }

  /** Ends the use of what was borrowed; false if the number is of something else. */
  boolean giveBack(int number) {
    Descriptor first = firstLent;
    Descriptor second = secondLent;
    if (second != null && second.number() == number) {
      secondLent = null;
      second.release(this);
      return true;
    }
    if (first != null && first.number() == number) {
      firstLent = null;
      first.release(this);
      return true;
    }
    return false;
  }

  private void giveBackAll() {
    if (firstLent != null) {
      firstLent.release(this);
      firstLent = null;
    }
    if (secondLent != null) {
      secondLent.release(this);
      secondLent = null;
    }
  }

  /**
   * Closes a descriptor where nobody is to be told of an error. Linux frees the number whatever the
   * answer is, so it is not repeated.
   */
  void close(int fd) {
    Syscalls.bare(SyscallNumbers.CLOSE, fd);
  }
}
