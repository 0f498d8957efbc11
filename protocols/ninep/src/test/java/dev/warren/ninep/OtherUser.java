package dev.warren.ninep;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/**
 * Runs code as another user of the system, in a process that runs as root. The system call changes
 * the calling thread only, unlike the C library's function of the same name (setresuid(2), "C
 * library/kernel differences"). The thread ends afterwards.
 */
final class OtherUser {
  /** The user number of nobody, the same on every Linux. */
  static final int NOBODY = 65_534;

  private static final int SAME = -1;

  private OtherUser() {}

  /** Whether this process may act as other users, that is, whether it runs as root. */
  static boolean canBeOne() throws IOException {
    return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
  }

  /**
   * Calls something on a thread with another effective user. The call must not start a thread, not
   * even a carrier of virtual threads: that thread would keep the other user's rights, and run
   * other tests with them.
   *
   * @throws IllegalStateException if it has started one
   */
  static <T> T call(int uid, Callable<T> what) throws Exception {
    FutureTask<T> task =
        new FutureTask<>(
            () -> {
              become(uid);
              return what.call();
            });
    Thread thread = Thread.ofPlatform().name("as-" + uid).start(task);
    thread.join();
    List<String> left = threadsOf(uid, thread);
    if (!left.isEmpty()) {
      throw new IllegalStateException("threads with the rights of " + uid + " are left: " + left);
    }
    return task.get();
  }

  /** The threads of this process with an effective user, except one that is ending. */
  private static List<String> threadsOf(int uid, Thread ending) throws IOException {
    List<String> found = new ArrayList<>();
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
      for (Path task : tasks) {
        List<String> status = statusOf(task);
        boolean theirs =
            status.stream().anyMatch(line -> line.matches("Uid:\\s+\\d+\\s+" + uid + "\\s.*"));
        if (theirs && !status.getFirst().endsWith("\t" + ending.getName())) {
          found.add(status.getFirst());
        }
      }
    }
    return found;
  }

  private static List<String> statusOf(Path task) throws IOException {
    try {
      return Files.readAllLines(task.resolve("status"));
    } catch (IOException e) {
      if (Files.exists(task)) {
        throw e;
      }
      return List.of(); // the thread has ended
    }
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
