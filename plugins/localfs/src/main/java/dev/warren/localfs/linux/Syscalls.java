package dev.warren.localfs.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * System calls by number, through the C library's syscall(2): what they do does not depend on which
 * library that is or how old (musl has no renameat2, glibc no openat2 before 2.42), and setfsuid
 * and setgroups work on one thread, as the kernel has them, not on the whole process.
 *
 * <p>Each answers what the kernel does: a number of at least 0, or the negated errno. Any thread
 * may call; a call keeps its carrier thread for as long as it takes.
 */
final class Syscalls {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final MemorySegment SYSCALL = LINKER.defaultLookup().findOrThrow("syscall");

  /** How much memory the C library's errno takes after a call. */
  static final long STATE_BYTES = Linker.Option.captureStateLayout().byteSize();

  private static final long ERRNO_OFFSET =
      Linker.Option.captureStateLayout().byteOffset(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle CALL_1 = handle(JAVA_LONG);
  private static final MethodHandle CALL_3 = handle(JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle CALL_5 =
      handle(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle CALL_6 =
      handle(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  // An address keeps the memory of the buffer alive, and its arena open, for the time of the call.
  private static final MethodHandle CALL_BUFFER = handle(JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG);

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

  /** pread64(2) and pwrite64(2). */
  static long transfer(
      Scratch s, long number, int fd, MemorySegment buffer, long count, long offset) {
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

  @SuppressWarnings("restricted") // to call the kernel is what this type is for
  private static MethodHandle handle(MemoryLayout... arguments) {
    MemoryLayout[] all = new MemoryLayout[arguments.length + 1];
    all[0] = JAVA_LONG;
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return LINKER.downcallHandle(
        SYSCALL,
        FunctionDescriptor.of(JAVA_LONG, all),
        Linker.Option.firstVariadicArg(1),
        Linker.Option.captureCallState("errno"));
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
