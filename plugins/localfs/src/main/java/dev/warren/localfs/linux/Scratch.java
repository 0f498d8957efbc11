package dev.warren.localfs.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The memory outside the heap that one operation needs: paths, structures, errno. Pooled
 * explicitly, because a thread-local would be allocated anew for each virtual thread, that is, each
 * request.
 */
final class Scratch {
  /** The largest transfer from or to a heap buffer, in bytes, that does not allocate memory. */
  static final int BOUNCE_BYTES = 64 * 1024;

  private static final int SLOTS = 64;
  private static final int SPACING = 16; // slots are on different cache lines
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

  /** Receives errno after a call. */
  final MemorySegment state = memory.asSlice(0, Syscalls.STATE_BYTES);

  /** struct statx. */
  final StatBuffer stat = new StatBuffer(memory.asSlice(STATX, 256));

  /** The path of an operation. */
  final PathBuffer path = new PathBuffer();

  /** The second path of an operation that has two. */
  final PathBuffer target = new PathBuffer();

  private @Nullable Descriptor firstLent;
  private @Nullable Descriptor secondLent;

  private Scratch() {}

  /** Takes an object from the pool, or creates one. */
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

  /** Returns the object to the pool. If the pool is full, it becomes garbage. */
  void release() {
    if (firstLent != null || secondLent != null) {
      giveBackAll(); // an exception prevented the release of a borrowed descriptor
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

  /** Fills a struct open_how. */
  long how(long flags, long mode, long resolve) {
    memory.set(JAVA_LONG, HOW, flags);
    memory.set(JAVA_LONG, HOW + 8, mode);
    memory.set(JAVA_LONG, HOW + 16, resolve);
    return address + HOW;
  }

  /** Fills a struct iovec. */
  long vector(long start, long length) {
    memory.set(JAVA_LONG, IOVEC, start);
    memory.set(JAVA_LONG, IOVEC + 8, length);
    return address + IOVEC;
  }

  /** Fills the first or second of two struct timespec. */
  void time(int index, long seconds, long nanos) {
    memory.set(JAVA_LONG, TIMES + 16L * index, seconds);
    memory.set(JAVA_LONG, TIMES + 16L * index + 8, nanos);
  }

  /** Returns the address of the two that {@link #time} fills. */
  long times() {
    return address + TIMES;
  }

  /** Returns the address of the empty string, for AT_EMPTY_PATH. */
  long empty() {
    return address + EMPTY;
  }

  /** Returns 256 bytes for any structure. */
  MemorySegment general() {
    return memory.asSlice(GENERAL, GENERAL_BYTES);
  }

  /**
   * Returns the address of {@code /proc/self/fd/N}, the path of a descriptor's file, which also
   * works for O_PATH descriptors.
   */
  long descriptorPath(int fd) {
    memory.setString(GENERAL, "/proc/self/fd/" + fd);
    return address + GENERAL;
  }

  /** Returns a buffer of {@value #BOUNCE_BYTES} bytes plus one. */
  MemorySegment bounce() {
    MemorySegment b = bounce;
    if (b == null) {
      b = Arena.ofAuto().allocate(BOUNCE_BYTES + 1, 4096);
      bounce = b;
    }
    return b;
  }

  /**
   * Borrows a shared descriptor for the operation, at most two at a time, until {@link #giveBack}.
   * Returns false if it is closed.
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

  /** Releases a borrowed descriptor; returns false if the number was not borrowed. */
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
   * Closes a descriptor and ignores errors. Linux frees the number even if close(2) fails, so the
   * call must not be repeated.
   */
  void close(int fd) {
    Syscalls.bare(SyscallNumbers.CLOSE, fd);
  }
}
