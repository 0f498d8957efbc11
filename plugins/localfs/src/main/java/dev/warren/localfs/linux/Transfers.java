package dev.warren.localfs.linux;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.WouldBlockException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/**
 * Moves bytes between buffers and descriptors. The memory of a direct buffer is passed to the
 * kernel; the content of a heap buffer, which the garbage collector may move, is copied through
 * memory outside the heap.
 */
final class Transfers {
  /** The most that one call transfers: MAX_RW_COUNT of the kernel, rounded down. */
  private static final int MOST = 0x7ff0_0000;

  private Transfers() {}

  /**
   * Reads until the buffer is full or the file ends.
   *
   * @param shortReads whether the file system may return less than is available
   */
  static int read(Scratch s, int fd, ByteBuffer target, long offset, boolean shortReads)
      throws FsException {
    int want = (int) Math.min(target.remaining(), Long.MAX_VALUE - offset);
    int done = 0;
    do {
      int count = Math.min(want - done, target.isDirect() ? MOST : Scratch.BOUNCE_BYTES);
      long n = readOnce(s, fd, target, count, offset + done);
      if (LinuxErrors.is(n, Errno.EINTR)) {
        continue;
      }
      if (n < 0 && done > 0) {
        break; // the error occurs again when the caller continues to read
      }
      LinuxErrors.check(n);
      done += (int) n;
      if (n == 0 || (n < count && !shortReads)) {
        break;
      }
    } while (done < want);
    return done;
  }

  private static long readOnce(Scratch s, int fd, ByteBuffer target, int count, long offset) {
    if (target.isDirect()) {
      MemorySegment memory = MemorySegment.ofBuffer(target);
      long n = Syscalls.read(s, fd, memory, count, offset);
      advance(target, n);
      return n;
    }
    MemorySegment bounce = s.bounce();
    long n = Syscalls.read(s, fd, bounce, count, offset);
    if (n > 0) {
      MemorySegment.copy(bounce, 0, MemorySegment.ofBuffer(target), 0, n);
    }
    advance(target, n);
    return n;
  }

  /**
   * Reads only from the page cache.
   *
   * @return the number of bytes read, or -EOPNOTSUPP if the file system does not support this
   * @throws WouldBlockException if a part is not cached; the buffer is then unchanged
   */
  static long readCached(Scratch s, int fd, ByteBuffer target, long offset) throws FsException {
    int start = target.position();
    int want = (int) Math.min(target.remaining(), Long.MAX_VALUE - offset);
    if (!target.isDirect() && want > Scratch.BOUNCE_BYTES) {
      throw WouldBlockException.INSTANCE;
    }
    MemorySegment memory = target.isDirect() ? MemorySegment.ofBuffer(target) : s.bounce();
    int done = 0;
    while (true) {
      long n = cached(s, fd, memory, done, want - done, offset + done);
      if (LinuxErrors.is(n, Errno.EOPNOTSUPP)) {
        return n;
      }
      if (LinuxErrors.is(n, Errno.EAGAIN) || LinuxErrors.is(n, Errno.EINTR)) {
        throw WouldBlockException.INSTANCE;
      }
      LinuxErrors.check(n);
      done += (int) n;
      // A short result means the end of the file, or of the cached part: the next call shows which.
      if (n == 0 || done == want) {
        break;
      }
    }
    if (!target.isDirect()) {
      MemorySegment.copy(memory, 0, MemorySegment.ofBuffer(target), 0, done);
    }
    target.position(start + done);
    return done;
  }

  /** Writes all bytes, or as many as there is space for. */
  static int write(Scratch s, int fd, ByteBuffer source, long offset) throws FsException {
    if (!source.isDirect() && source.remaining() > Scratch.BOUNCE_BYTES) {
      // In one call, because appended content must not be interleaved with that of other writers.
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment copy = arena.allocate(source.remaining());
        copy.copyFrom(MemorySegment.ofBuffer(source));
        int written = write(s, fd, copy, offset);
        advance(source, written);
        return written;
      }
    }
    MemorySegment memory = MemorySegment.ofBuffer(source);
    if (!source.isDirect()) {
      memory = s.bounce().asSlice(0, source.remaining()).copyFrom(memory);
    }
    int written = write(s, fd, memory, offset);
    advance(source, written);
    return written;
  }

  private static int write(Scratch s, int fd, MemorySegment memory, long offset)
      throws FsException {
    long size = memory.byteSize();
    long done = 0;
    do {
      MemorySegment rest = done == 0 ? memory : memory.asSlice(done);
      long n = Syscalls.write(s, fd, rest, Math.min(MOST, size - done), offset + done);
      if (LinuxErrors.is(n, Errno.EINTR)) {
        continue;
      }
      if (done > 0 && n <= 0) {
        break; // the caller must know how much was written
      }
      LinuxErrors.check(n);
      done += n;
    } while (done < size);
    return (int) done;
  }

  /** preadv2(2) with RWF_NOWAIT, into a part of a segment. */
  private static long cached(
      Scratch s, int fd, MemorySegment memory, long start, long count, long offset) {
    try {
      long vector = s.vector(memory.address() + start, count);
      return Syscalls.repeatable(
          s, SyscallNumbers.PREADV2, fd, vector, 1, offset, 0, Flags.RWF_NOWAIT);
    } finally {
      Reference.reachabilityFence(memory);
    }
  }

  private static void advance(ByteBuffer buffer, long count) {
    if (count > 0) {
      buffer.position(buffer.position() + (int) count);
    }
  }
}
