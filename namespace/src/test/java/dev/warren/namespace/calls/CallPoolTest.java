package dev.warren.namespace.calls;

import static dev.warren.testkit.TestFiles.path;
import static dev.warren.testkit.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.BlockingCalls;
import dev.warren.api.Cancellation;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CallPoolTest {
  private static final VfsPath FILE = path("/f");
  private static final Duration LONG = Duration.ofMinutes(1);

  private final CallPool pool = new CallPool("test at /t", 2, LONG);
  private final ExecutorService requesters = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch system = new CountDownLatch(1);

  @AfterEach
  void close() {
    system.countDown();
    pool.close();
    requesters.close();
  }

  private static Errno errnoOf(Future<?> failed) throws Exception {
    try {
      failed.get(30, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      return Errno.of(e.getCause());
    }
    throw new AssertionError("it succeeded");
  }

  /** A system call that hangs until the test ends it. */
  private String hang(BlockingCalls.Requester requester) throws FsException {
    try {
      system.await();
    } catch (InterruptedException e) {
      throw new FsException(Errno.EINTR, "nobody interrupts the pool's threads", e);
    }
    return "done";
  }

  private Future<String> hanging(Cancellation cancellation) throws Exception {
    int before = pool.blocked().running().size() + pool.blocked().queued();
    Future<String> future =
        requesters.submit(() -> cancellation.call(() -> pool.call("stat", FILE, this::hang)));
    await().until(() -> pool.blocked().running().size() + pool.blocked().queued() == before + 1);
    return future;
  }

  private Future<String> hanging() throws Exception {
    return hanging(new Cancellation());
  }

  @Test
  void aCallIsMadeOnAPlatformThreadWithItsRequestersCancellation() throws Exception {
    Cancellation cancellation = new Cancellation();
    AtomicReference<Thread> thread = new AtomicReference<>();
    Future<Cancellation> seen =
        requesters.submit(
            () ->
                cancellation.call(
                    () ->
                        pool.call(
                            "stat",
                            FILE,
                            _ -> {
                              thread.set(Thread.currentThread());
                              return Cancellation.current();
                            })));
    assertThat(seen.get(30, TimeUnit.SECONDS)).isSameAs(cancellation);
    assertThat(thread.get().isVirtual()).isFalse();
    assertThat(thread.get().isDaemon()).isTrue();
    assertThat(thread.get().getName()).startsWith("test at /t");
  }

  @Test
  void anExceptionOfACallReachesItsRequester() {
    FsException missing = new FsException(Errno.ENOENT, "f");
    assertThatThrownBy(
            () ->
                pool.run(
                    "stat",
                    FILE,
                    () -> {
                      throw missing;
                    }))
        .isSameAs(missing);
    IllegalStateException bug = new IllegalStateException("a bug");
    assertThatThrownBy(
            () ->
                pool.run(
                    "stat",
                    FILE,
                    () -> {
                      throw bug;
                    }))
        .isSameAs(bug);
  }

  @Test
  void aNestedCallRunsOnTheSameThread() throws Exception {
    String result =
        pool.call("a", FILE, _ -> pool.call("b", FILE, _ -> pool.call("c", FILE, _ -> "all")));
    assertThat(result).isEqualTo("all");
  }

  @Test
  void callsBeyondTheLimitOfThreadsAreQueuedInOrder() throws Exception {
    var _ = hanging();
    var _ = hanging();
    List<Integer> order = new ArrayList<>();
    List<Future<?>> queued = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      int number = i;
      queued.add(
          requesters.submit(
              () -> {
                pool.run(
                    "stat",
                    FILE,
                    () -> {
                      synchronized (order) {
                        order.add(number);
                      }
                    });
                return null;
              }));
      await().until(() -> pool.blocked().queued() == number + 1);
    }
    assertThat(pool.blocked().running()).hasSize(2);
    system.countDown();
    for (Future<?> each : queued) {
      each.get(30, TimeUnit.SECONDS);
    }
    // two threads take them in order, but one may then overtake the other by one step
    assertThat(order).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
  }

  @Test
  void aQueuedCallWhoseRequesterGivesUpIsDropped() throws Exception {
    var _ = hanging();
    var _ = hanging();
    Cancellation cancellation = new Cancellation();
    AtomicInteger made = new AtomicInteger();
    Future<Integer> queued =
        requesters.submit(
            () -> cancellation.call(() -> pool.call("stat", FILE, _ -> made.incrementAndGet())));
    await().until(() -> pool.blocked().queued() == 1);
    cancellation.cancel();
    assertThat(errnoOf(queued)).isEqualTo(Errno.EINTR);
    assertThat(pool.blocked().queued()).isZero();
    system.countDown();
    pool.run("stat", FILE, () -> {});
    assertThat(made).hasValue(0);
  }

  @Test
  void aCallInTheKernelIsAbandonedAndItsResultIsReleased() throws Exception {
    Cancellation cancellation = new Cancellation();
    CountDownLatch discarded = new CountDownLatch(1);
    BlockingCalls.Call<String> call =
        new BlockingCalls.Call<>() {
          @Override
          public String make(BlockingCalls.Requester requester) throws FsException {
            String result = hang(requester);
            return requester.ask(() -> true) ? "asked who has left" : result;
          }

          @Override
          public void discard(String result) {
            if (result.equals("done")) {
              discarded.countDown();
            }
          }
        };
    Future<String> asked =
        requesters.submit(() -> cancellation.call(() -> pool.call("open", FILE, call)));
    await().until(() -> pool.blocked().running().size() == 1);
    assertThat(pool.blocked().abandoned()).isZero();
    cancellation.cancel();
    assertThat(errnoOf(asked)).isEqualTo(Errno.EINTR);
    assertThat(pool.blocked().abandoned()).isEqualTo(1);
    assertThat(pool.blocked().describe()).matches("open /f since \\d+ s");
    system.countDown();
    assertThat(discarded.await(30, TimeUnit.SECONDS)).isTrue();
    await().until(() -> pool.blocked().running().isEmpty());
  }

  @Test
  void anInterruptEndsTheWaitAndStaysSet() throws Exception {
    AtomicReference<Thread> thread = new AtomicReference<>();
    Future<Boolean> asked =
        requesters.submit(
            () -> {
              thread.set(Thread.currentThread());
              try {
                pool.call("stat", FILE, this::hang);
              } catch (FsException e) {
                return e.errno() == Errno.EINTR && Thread.currentThread().isInterrupted();
              }
              return false;
            });
    await().until(() -> pool.blocked().running().size() == 1);
    thread.get().interrupt();
    assertThat(asked.get(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aPatientRequesterIgnoresCancellations() throws Exception {
    Cancellation cancellation = new Cancellation();
    AtomicReference<Thread> thread = new AtomicReference<>();
    Future<String> asked =
        requesters.submit(
            () -> {
              thread.set(Thread.currentThread());
              return cancellation.call(() -> pool.patient().call("write", FILE, this::hang));
            });
    await().until(() -> pool.blocked().running().size() == 1);
    cancellation.cancel();
    thread.get().interrupt();
    pool.release();
    assertThat(pool.blocked().abandoned()).isZero();
    system.countDown();
    assertThat(asked.get(30, TimeUnit.SECONDS)).isEqualTo("done");
  }

  @Test
  void closingReleasesAllRequestersAndWaitsForCallsInTheKernel() throws Exception {
    List<Future<String>> all = List.of(hanging(), hanging(), hanging(), hanging());
    pool.close();
    for (Future<String> each : all) {
      assertThat(errnoOf(each)).isEqualTo(Errno.EIO);
    }
    assertThatThrownBy(() -> pool.run("stat", FILE, () -> {}))
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EIO));
    assertThat(pool.blocked().queued()).isZero();
    assertThat(pool.blocked().abandoned()).isEqualTo(2);
    assertThat(pool.awaitEnd(Duration.ZERO)).isFalse();
    system.countDown();
    pool.awaitEnd();
    assertThat(pool.blocked().running()).isEmpty();
  }

  @Test
  void startDoesNotWaitForTheCall() throws Exception {
    var _ = hanging();
    var _ = hanging();
    CountDownLatch made = new CountDownLatch(1);
    pool.start("close", FILE, made::countDown);
    assertThat(pool.blocked().queued()).isEqualTo(1);
    system.countDown();
    assertThat(made.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void idleThreadsEnd() throws Exception {
    try (CallPool brief = new CallPool("brief", 64, Duration.ofMillis(1))) {
      Thread[] used = new Thread[1];
      brief.run("stat", FILE, () -> used[0] = Thread.currentThread());
      used[0].join();
      brief.run("stat", FILE, () -> used[0] = Thread.currentThread());
      assertThat(used[0].isAlive() || used[0].join(Duration.ofSeconds(30))).isTrue();
    }
  }

  @Test
  void sequentialCallsUseOneThread() throws Exception {
    Thread[] first = new Thread[1];
    pool.run("stat", FILE, () -> first[0] = Thread.currentThread());
    for (int i = 0; i < 100; i++) {
      // its thread may not have become idle yet
      await().until(() -> pool.free() == 1);
      Thread[] next = new Thread[1];
      pool.run("stat", FILE, () -> next[0] = Thread.currentThread());
      assertThat(next[0]).isSameAs(first[0]);
    }
  }
}
