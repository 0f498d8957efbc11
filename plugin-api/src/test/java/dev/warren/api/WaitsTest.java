package dev.warren.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.NoSuchFileException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Waits that a client can cancel. */
@Timeout(60)
class WaitsTest {
  private final AtomicBoolean ready = new AtomicBoolean();
  private final Object monitor = new Object();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /**
   * A wait on a virtual thread. It has begun once its condition was evaluated for the first time.
   */
  private final class Waiter<T> {
    private final CountDownLatch begun = new CountDownLatch(1);
    private final Cancellation cancellation = new Cancellation();
    private final FutureTask<T> task;
    private final Thread thread;

    Waiter(Wait<T> wait) throws InterruptedException {
      Callable<T> call = () -> cancellation.call(() -> wait.on(this));
      task = new FutureTask<>(call);
      thread = Thread.ofVirtual().start(task);
      begun.await();
    }

    boolean isReady() {
      begun.countDown();
      return ready.get();
    }

    T result() throws Exception {
      return task.get(30, TimeUnit.SECONDS);
    }

    void assertErrno(Errno errno) {
      assertThatThrownBy(this::result)
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }
  }

  private interface Wait<T> {
    T on(Waiter<T> waiter) throws Exception;
  }

  private Waiter<Boolean> onMonitor() throws InterruptedException {
    return new Waiter<>(
        waiter -> {
          synchronized (monitor) {
            Waits.until(monitor, waiter::isReady);
          }
          return true;
        });
  }

  private Waiter<Boolean> onLock() throws InterruptedException {
    return new Waiter<>(
        waiter -> {
          lock.lock();
          try {
            Waits.until(lock, changed, waiter::isReady);
          } finally {
            lock.unlock();
          }
          return true;
        });
  }

  @Test
  void aMonitorIsWaitedFor() throws Exception {
    Waiter<Boolean> waiter = onMonitor();
    synchronized (monitor) {
      ready.set(true);
      monitor.notifyAll();
    }
    assertThat(waiter.result()).isTrue();
  }

  @Test
  void aLockIsWaitedFor() throws Exception {
    Waiter<Boolean> waiter = onLock();
    lock.lock();
    try {
      ready.set(true);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    assertThat(waiter.result()).isTrue();
  }

  @Test
  void aConditionThatHoldsIsNotWaitedFor() throws Exception {
    ready.set(true);
    assertThat(onMonitor().result()).isTrue();
    assertThat(onLock().result()).isTrue();
  }

  @Test
  void cancellationEndsEachWait() throws Exception {
    Waiter<Boolean> first = onMonitor();
    Waiter<Boolean> second = onLock();
    first.cancellation.cancel();
    second.cancellation.cancel();
    first.assertErrno(Errno.EINTR);
    second.assertErrno(Errno.EINTR);
  }

  @Test
  void cancelDoesNotWaitForTheLock() throws Exception {
    Waiter<Boolean> waiter = onLock();
    lock.lock();
    try {
      Thread canceller = Thread.ofPlatform().start(waiter.cancellation::cancel);
      canceller.join();
    } finally {
      lock.unlock();
    }
    waiter.assertErrno(Errno.EINTR);
  }

  @Test
  void anInterruptEndsEachWait() throws Exception {
    Waiter<Boolean> first = onMonitor();
    Waiter<Boolean> second = onLock();
    Waiter<String> third = onFuture(new CompletableFuture<>());
    first.thread.interrupt();
    second.thread.interrupt();
    third.thread.interrupt();
    first.assertErrno(Errno.EINTR);
    second.assertErrno(Errno.EINTR);
    third.assertErrno(Errno.EINTR);
  }

  private Waiter<String> onFuture(CompletableFuture<String> future) throws InterruptedException {
    return new Waiter<>(
        waiter -> {
          waiter.isReady();
          return Waits.result(future);
        });
  }

  @Test
  void aFutureContinuesWhenAWaiterGivesUp() throws Exception {
    CompletableFuture<String> future = new CompletableFuture<>();
    Waiter<String> impatient = onFuture(future);
    Waiter<String> patient = onFuture(future);
    impatient.cancellation.cancel();
    impatient.assertErrno(Errno.EINTR);
    assertThat(future).isNotDone();
    future.complete("done");
    assertThat(patient.result()).isEqualTo("done");
    assertThat(Waits.result(future)).isEqualTo("done");
  }

  @Test
  void aFutureFailsAsItDid() {
    FsException answer = new FsException(Errno.ENOSPC, "full");
    assertThatThrownBy(() -> Waits.result(CompletableFuture.failedFuture(answer))).isSameAs(answer);
    NoSuchFileException missing = new NoSuchFileException("x");
    assertThatThrownBy(() -> Waits.result(CompletableFuture.failedFuture(missing)))
        .hasCause(missing)
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
    CompletableFuture<String> cancelled = new CompletableFuture<>();
    cancelled.cancel(false);
    assertThatThrownBy(() -> Waits.result(cancelled))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ECANCELED));
  }
}
