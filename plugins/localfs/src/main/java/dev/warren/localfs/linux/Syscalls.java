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
 * Makes system calls by number, through the C library's syscall(2). So their behaviour does not
 * depend on the library or its version (musl has no renameat2, glibc no openat2 before 2.42), and
 * setfsuid and setgroups affect one thread, as in the kernel, not the whole process.
 *
 * <p>Each returns what the kernel returns: a number of at least 0, or the negated errno. Any thread
 * may call; a call pins its carrier thread until it returns.
 *
 * <p>A call that captures errno creates garbage unless the compiler can remove it: the linker
 * slices the segment that receives the number, each time. Frequent calls are therefore made without
 * capturing errno, and repeated with it if they fail: {@link #repeatable}.
 */
final class Syscalls {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final MemorySegment SYSCALL = LINKER.defaultLookup().findOrThrow("syscall");

  /** The size of the memory that receives errno after a call. */
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

  // Passing an address keeps the buffer's memory alive, and its arena open, during the call.
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
   * Makes a call that may be made twice: one that changes nothing, or that has changed nothing if
   * it fails. If it fails, the result is that of the second call.
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

  /** Like {@link #repeatable(Scratch, long, long, long, long, long, long)}, with six arguments. */
  static long repeatable(Scratch s, long number, long a, long b, long c, long d, long e, long f) {
    long returned;
    try {
      returned = (long) BARE_6.invokeExact(number, a, b, c, d, e, f);
    } catch (Throwable t) {
      throw unexpected(t);
    }
    return returned == -1 ? call(s, number, a, b, c, d, e, f) : returned;
  }

  /** Makes a call whose errno is not needed. Returns -1 if it failed. */
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

  /**
   * pwrite64(2). Captures errno immediately, because an error of the disk may be reported only
   * once.
   */
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

  /** Describes a call whose parameters are a system call's number and this many arguments. */
  private static FunctionDescriptor arguments(int count) {
    MemoryLayout[] all = new MemoryLayout[1 + count];
    Arrays.fill(all, JAVA_LONG);
    return FunctionDescriptor.of(JAVA_LONG, all);
  }

  @SuppressWarnings("restricted") // calling the kernel is the purpose of this class
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
      throw exception; // for example, if a buffer's arena was closed
    }
    return new AssertionError(e);
  }
}
