package dev.warren.localfs.linux;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Runs system calls that take as long as a disk does. A virtual thread in a system call keeps its
 * carrier, of which there is one for each processor: a few slow fsyncs would stop all virtual
 * threads of the host. So these calls go to threads of their own, and the virtual thread gives up
 * its carrier while it waits.
 */
final class LongCalls {
  private static final int MOST_THREADS = 64;
  private static final int KEEP_SECONDS = 10;
  private static final AtomicInteger COUNT = new AtomicInteger();

  // Where all are busy, a caller keeps its carrier after all.
  private static final ThreadPoolExecutor THREADS =
      new ThreadPoolExecutor(
          0,
          MOST_THREADS,
          KEEP_SECONDS,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          work ->
              Thread.ofPlatform()
                  .daemon()
                  .name("localfs-" + COUNT.incrementAndGet())
                  .unstarted(work),
          new ThreadPoolExecutor.CallerRunsPolicy());

  private LongCalls() {}

  /** Runs a call that depends on no thread's identity, and answers what it does. */
  static long run(LongSupplier call) {
    if (!Thread.currentThread().isVirtual()) {
      return call.getAsLong();
    }
    Future<Long> result = THREADS.submit(call::getAsLong);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return result.get();
        } catch (InterruptedException e) {
          interrupted = true; // the call uses the caller's descriptor and memory until it ends
        }
      }
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
