package dev.warren.localfs.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/**
 * System calls by number, through the C library's syscall(2): what they do does not depend on which
 * library that is or how old (musl has no renameat2, glibc no openat2 before 2.42), and setfsuid
 * and setgroups work on one thread, as the kernel has them, not on the whole process.
 *
 * <p>Each answers what the kernel does: a number of at least 0, or the negated errno. Any thread
 * may call; a call keeps its carrier thread for as long as it takes.
 *
 * <p>A call that captures errno leaves an object to the garbage collector unless the compiler can
 * remove it: the linker slices the segment that takes the number, each time. What requests do most
 * is therefore called without, and once more with it when it fails: {@link #repeatable}.
 */
final class Syscalls {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final MemorySegment SYSCALL = LINKER.defaultLookup().findOrThrow("syscall");

  /** How much memory the C library's errno takes after a call. */
  static final long STATE_BYTES = Linker.Option.captureStateLayout().byteSize();

  private static final long ERRNO_OFFSET =
      Linker.Option.captureStateLayout().byteOffset(MemoryLayout.PathElement.groupElement("errno"));

  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");

  private static final MethodHandle CALL_1 = handle(arguments(1), ERRNO);
  private static final MethodHandle CALL_3 = handle(arguments(3), ERRNO);
  private static final MethodHandle CALL_5 = handle(arguments(5), ERRNO);
  private static final MethodHandle CALL_6 = handle(arguments(6), ERRNO);
  private static final MethodHandle BARE_1 = handle(arguments(1));
  private static final MethodHandle BARE_5 = handle(arguments(5));
  private static final MethodHandle BARE_6 = handle(arguments(6));

  // An address keeps the memory of the buffer alive, and its arena open, for the time of the call.
  private static final FunctionDescriptor TRANSFER =
      FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle CALL_BUFFER = handle(TRANSFER, ERRNO);
  private static final MethodHandle BARE_BUFFER = handle(TRANSFER);

  private Syscalls() {}

  static long call(Scratch s, long number, long a) {
    try {
      return result(s, (long) CALL_1.invokeExact(s.state, number, a));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static long call(Scratch s, long number, long a, long b, long c) {
    try {
      return result(s, (long) CALL_3.invokeExact(s.state, number, a, b, c));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static long call(Scratch s, long number, long a, long b, long c, long d, long e) {
    try {
      return result(s, (long) CALL_5.invokeExact(s.state, number, a, b, c, d, e));
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static long call(Scratch s, long number, long a, long b, long c, long d, long e, long f) {
    try {
      return result(s, (long) CALL_6.invokeExact(s.state, number, a, b, c, d, e, f));
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /**
   * A call that may be made twice: one that changes nothing, or has changed nothing when it fails.
   * Where it fails, errno is what the second one says, or its result if that succeeds.
   */
  static long repeatable(Scratch s, long number, long a, long b, long c, long d, long e) {
    long returned;
    try {
      returned = (long) BARE_5.invokeExact(number, a, b, c, d, e);
    } catch (Throwable t) {
      throw unexpected(t);
    }
    return returned == -1 ? call(s, number, a, b, c, d, e) : returned;
  }

  /** {@link #repeatable(Scratch, long, long, long, long, long, long)} with six arguments. */
  static long repeatable(Scratch s, long number, long a, long b, long c, long d, long e, long f) {
    long returned;
    try {
      returned = (long) BARE_6.invokeExact(number, a, b, c, d, e, f);
    } catch (Throwable t) {
      throw unexpected(t);
    }
    return returned == -1 ? call(s, number, a, b, c, d, e, f) : returned;
  }

  /** A call of which nobody wants to know why it failed. Answers -1 if it did. */
  static long bare(long number, long a) {
    try {
      return (long) BARE_1.invokeExact(number, a);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** pread64(2), which is {@linkplain #repeatable repeatable}. */
  static long read(Scratch s, int fd, MemorySegment buffer, long count, long offset) {
    long number = SyscallNumbers.PREAD64;
    try {
      long returned = (long) BARE_BUFFER.invokeExact(number, (long) fd, buffer, count, offset);
      return returned == -1
          ? result(
              s, (long) CALL_BUFFER.invokeExact(s.state, number, (long) fd, buffer, count, offset))
          : returned;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** pwrite64(2). An error of the disk may be told but once, so it is asked for at once. */
  static long write(Scratch s, int fd, MemorySegment buffer, long count, long offset) {
    long number = SyscallNumbers.PWRITE64;
    try {
      return result(
          s, (long) CALL_BUFFER.invokeExact(s.state, number, (long) fd, buffer, count, offset));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static long result(Scratch s, long returned) {
    return returned == -1 ? -s.state.get(JAVA_INT, ERRNO_OFFSET) : returned;
  }

  /** The number of a system call and so many arguments. */
  private static FunctionDescriptor arguments(int count) {
    MemoryLayout[] all = new MemoryLayout[1 + count];
    Arrays.fill(all, JAVA_LONG);
    return FunctionDescriptor.of(JAVA_LONG, all);
  }

  @SuppressWarnings("restricted") // to call the kernel is what this type is for
  private static MethodHandle handle(FunctionDescriptor function, Linker.Option... capture) {
    Linker.Option[] options = Arrays.copyOf(capture, capture.length + 1);
    options[capture.length] = Linker.Option.firstVariadicArg(1);
    return LINKER.downcallHandle(SYSCALL, function, options);
  }

  private static AssertionError unexpected(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    if (e instanceof RuntimeException exception) {
      throw exception; // such as a buffer whose arena was closed
    }
    return new AssertionError(e);
  }
}
