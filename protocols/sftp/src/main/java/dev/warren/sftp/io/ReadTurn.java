package dev.warren.sftp.io;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.sshd.common.util.threads.ThreadUtils;

/**
 * What the thread that reads a connection does when it has come out of MINA, whose locks it holds
 * while it takes apart what it has read. What is done at once there is spared the way to another
 * thread, which is longer than most requests take.
 */
public final class ReadTurn {
  private static final ScopedValue<ReadTurn> CURRENT = ScopedValue.newInstance();

  private final Set<Runnable> work = new LinkedHashSet<>();

  ReadTurn() {}

  /**
   * Has something done when everything that was read is taken apart, once however often it is said.
   *
   * @param work must not wait, but for the client to take few bytes; it has a {@link WriteTurn}
   * @return false if this is not a thread that reads
   */
  public static boolean then(Runnable work) {
    if (!CURRENT.isBound()) {
      return false;
    }
    CURRENT.get().work.add(work);
    return true;
  }

  /** Does now what there is to do: the thread that reads is about to wait, out of MINA. */
  public static void catchUp() throws Exception {
    if (CURRENT.isBound()) {
      CURRENT.get().runWork();
    }
  }

  /** Runs what reads, on this thread. */
  void run(Callable<?> reading) throws Exception {
    Object _ = ScopedValue.where(CURRENT, this).call(reading::call);
  }

  /** Does what there is to do. */
  void runWork() throws Exception {
    if (work.isEmpty()) {
      return;
    }
    List<Runnable> now = List.copyOf(work);
    work.clear();
    for (Runnable next : now) {
      // Without this MINA would have the thread wait for a key exchange that it reads itself.
      ThreadUtils.runAsInternal(
          () -> {
            WriteTurn.run(next);
            return null;
          });
    }
  }
}
