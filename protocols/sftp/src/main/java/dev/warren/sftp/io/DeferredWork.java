package dev.warren.sftp.io;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.sshd.common.util.threads.ThreadUtils;

/**
 * Work that a connection's reading thread does after it has returned from MINA, whose locks it
 * holds while it parses what it has read. Doing work on this thread saves the hand-over to another
 * thread, which takes longer than most requests.
 */
public final class DeferredWork {
  private static final ScopedValue<DeferredWork> CURRENT = ScopedValue.newInstance();

  private final Set<Runnable> work = new LinkedHashSet<>();

  DeferredWork() {}

  /**
   * Schedules work to run when everything read so far has been parsed. Work that is scheduled
   * several times runs once.
   *
   * @param work must not block, except until the client reads a few bytes; runs in a {@link
   *     DeferredWrites}
   * @return false if the current thread is not a reading thread
   */
  public static boolean then(Runnable work) {
    if (!CURRENT.isBound()) {
      return false;
    }
    CURRENT.get().work.add(work);
    return true;
  }

  /** Runs the scheduled work now: the reading thread is about to block, outside MINA. */
  public static void catchUp() throws Exception {
    if (CURRENT.isBound()) {
      CURRENT.get().runWork();
    }
  }

  /** Runs a connection's reading loop on this thread. */
  void run(Callable<?> reading) throws Exception {
    Object _ = ScopedValue.where(CURRENT, this).call(reading::call);
  }

  /** Runs the scheduled work. */
  void runWork() throws Exception {
    if (work.isEmpty()) {
      return;
    }
    List<Runnable> now = List.copyOf(work);
    work.clear();
    for (Runnable next : now) {
      // Otherwise MINA would make the thread wait for the end of a key exchange, whose packets this
      // thread reads.
      ThreadUtils.runAsInternal(
          () -> {
            DeferredWrites.run(next);
            return null;
          });
    }
  }
}
