package dev.warren.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.Cancellation;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.WouldBlockException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Holds the calls that {@link BlockingFileSystem#hold} has selected. Initially shut. Thread-safe.
 */
public final class CallBarrier {
  private final Predicate<Call> calls;
  private final List<Waiter> waiters = new ArrayList<>();
  private int arrived;
  private boolean open;

  CallBarrier(Predicate<Call> calls) {
    this.calls = calls;
  }

  private static final class Waiter {
    private final Call call;
    private boolean released;
    private @Nullable Errno errno;

    Waiter(Call call) {
      this.call = call;
    }
  }

  /** Waits while this call is held. */
  void pass(Call call) throws FsException {
    Waiter waiter = new Waiter(call);
    synchronized (this) {
      if (open || !calls.test(call)) {
        return;
      }
      if (!call.mayBlock()) {
        throw WouldBlockException.INSTANCE;
      }
      waiters.add(waiter);
      arrived++;
    }
    Cancellation cancellation = Cancellation.current();
    try (var _ = cancellation.onCancel(() -> end(waiter, Errno.EINTR))) {
      await(waiter);
    }
  }

  private synchronized void await(Waiter waiter) throws FsException {
    while (!waiter.released) {
      try {
        wait();
      } catch (InterruptedException e) {
        waiters.remove(waiter);
        Thread.currentThread().interrupt();
        throw new FsException(Errno.EIO, "interrupted, which no front end may do", e);
      }
    }
    if (waiter.errno != null) {
      throw new FsException(waiter.errno, waiter.call + ": ended while it waited");
    }
  }

  /** Releases all waiting calls; later calls do not wait. */
  public synchronized void open() {
    open = true;
    releaseAll(waiter -> true, null);
  }

  /** Releases the calls that wait now; later calls wait again. */
  public synchronized void openOnce() {
    releaseAll(waiter -> true, null);
  }

  /** Makes calls wait again from now on. */
  public synchronized void shut() {
    open = false;
  }

  /** Makes waiting calls fail with an error. */
  synchronized void end(Predicate<Call> which, Errno errno) {
    releaseAll(waiter -> which.test(waiter.call), errno);
  }

  private synchronized void end(Waiter waiter, Errno errno) {
    releaseAll(waiter::equals, errno);
  }

  private void releaseAll(Predicate<Waiter> which, @Nullable Errno errno) {
    List<Waiter> released = waiters.stream().filter(which).toList();
    waiters.removeAll(released);
    for (Waiter waiter : released) {
      waiter.errno = errno;
      waiter.released = true;
    }
    notifyAll();
  }

  /** How many calls currently wait. */
  public synchronized int waiting() {
    return waiters.size();
  }

  /** How many calls have ever had to wait. */
  public synchronized int arrived() {
    return arrived;
  }

  /**
   * Waits until at least the given number of calls wait at the same time.
   *
   * @throws ConditionTimeoutException if that does not happen within {@link Waiting#LIMIT}
   */
  public void awaitWaiting(int count) {
    Waiting.await()
        .untilAsserted(this::waiting, now -> assertThat(now).isGreaterThanOrEqualTo(count));
  }

  /**
   * Waits until no call waits any more.
   *
   * @throws ConditionTimeoutException if that does not happen within {@link Waiting#LIMIT}
   */
  public void awaitNobody() {
    Waiting.await().untilAsserted(this::waiting, now -> assertThat(now).isZero());
  }
}
