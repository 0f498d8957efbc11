package dev.warren.ninep;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/**
 * Does things as another user of the system, in a process that runs as root. The system call
 * changes the calling thread only, unlike the C library's function of the same name (setresuid(2),
 * "C library/kernel differences"); the thread ends afterwards.
 */
final class OtherUser {
  /** The user number of nobody, the same on every Linux. */
  static final int NOBODY = 65_534;

  private static final int SAME = -1;

  private OtherUser() {}

  /** Whether this process may act as others: whether it runs as root. */
  static boolean canBeOne() throws IOException {
    return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
  }

  /** Calls something on a thread whose effective user is another. */
  static <T> T call(int uid, Callable<T> what) throws Exception {
    FutureTask<T> task =
        new FutureTask<>(
            () -> {
              become(uid);
              return what.call();
            });
    Thread.ofPlatform().name("as-" + uid).start(task);
    return task.get();
  }

  @SuppressWarnings("restricted") // the JDK has no such call
  private static void become(int uid) throws IOException {
    Linker linker = Linker.nativeLinker();
    MethodHandle syscall =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("syscall"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG),
            Linker.Option.firstVariadicArg(1));
    try {
      long result = (long) syscall.invokeExact(setresuid(), (long) SAME, (long) uid, (long) SAME);
      if (result != 0) {
        throw new IOException("cannot become user " + uid);
      }
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** asm/unistd_64.h, and asm-generic/unistd.h. */
  private static long setresuid() {
    return System.getProperty("os.arch").equals("amd64") ? 117 : 147;
  }
}
