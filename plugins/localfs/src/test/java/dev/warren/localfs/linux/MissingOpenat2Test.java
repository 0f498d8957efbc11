package dev.warren.localfs.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.Errno;
import dev.warren.localfs.TestDirectory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A thread for which seccomp(2) denies openat2, as in a container or on an old kernel. */
class MissingOpenat2Test {
  private static final long PRCTL = SyscallNumbers.pick(157, 167);
  private static final long PR_SET_SECCOMP = 22;
  private static final long PR_SET_NO_NEW_PRIVS = 38;
  private static final long SECCOMP_MODE_FILTER = 2;
  private static final int SECCOMP_RET_ERRNO = 0x0005_0000;
  private static final int SECCOMP_RET_ALLOW = 0x7fff_0000;

  @ParameterizedTest
  @EnumSource(
      value = Errno.class,
      names = {"ENOSYS", "EPERM"})
  void localfsRefusesToStartWithAReason(Errno denial) throws Exception {
    AtomicReference<Throwable> outcome = new AtomicReference<>();
    try (TestDirectory test = TestDirectory.inMemory()) {
      Thread denied =
          new Thread(
              () -> {
                try {
                  denyOpenat2(denial);
                  LinuxLocalfs.open(test.path(), false, false).close();
                } catch (Throwable e) {
                  outcome.set(e);
                }
              });
      denied.start();
      denied.join();
      assertThat(outcome.get())
          .isInstanceOf(IOException.class)
          .hasMessageContaining(test.path().toString())
          .hasMessageContaining("openat2")
          .hasMessageContaining(denial.message())
          .hasMessageContaining("portable: true");
      LinuxLocalfs.open(test.path(), false, false).close(); // it works on other threads
    }
  }

  /** Denies openat2 until the end of this thread. */
  private static void denyOpenat2(Errno errno) throws IOException {
    Scratch s = Scratch.take();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment filter = arena.allocate(4 * 8, 8);
      instruction(filter, 0, 0x20, 0, 0, 0); // load the number of the call
      // jump if it is another call
      instruction(filter, 1, 0x15, 0, 1, (int) SyscallNumbers.OPENAT2);
      instruction(filter, 2, 0x06, 0, 0, SECCOMP_RET_ERRNO | errno.number());
      instruction(filter, 3, 0x06, 0, 0, SECCOMP_RET_ALLOW);
      MemorySegment program = arena.allocate(16, 8);
      program.set(JAVA_SHORT, 0, (short) 4);
      program.set(ADDRESS, 8, filter);
      LinuxErrors.check(Syscalls.call(s, PRCTL, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
      LinuxErrors.check(
          Syscalls.call(s, PRCTL, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program.address(), 0, 0));
    } finally {
      s.release();
    }
  }

  /** Appends a struct sock_filter. */
  private static void instruction(
      MemorySegment filter, int index, int code, int ifTrue, int ifFalse, int value) {
    long at = 8L * index;
    filter.set(JAVA_INT, at, code | ifTrue << 16 | ifFalse << 24);
    filter.set(JAVA_INT, at + 4, value);
  }
}
