package dev.warren.server.host;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what belongs to others (a plugin's close, a front end's drain) on a thread of its own and
 * stops waiting for it after a while: one that spins must not keep the host from its end.
 */
final class BoundedCall {
  private static final Logger log = LoggerFactory.getLogger(BoundedCall.class);

  private BoundedCall() {}

  /** Something that may fail. */
  @FunctionalInterface
  interface Action {
    void run() throws Exception;
  }

  /**
   * Runs an action and logs if it fails or takes too long.
   *
   * @param what its name, for the log: {@code closing gptfs at /agents/gptfs}
   * @return whether it has ended, well or not
   */
  static boolean run(String what, Duration atMost, Action action) throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .name(what)
            .start(
                () -> {
                  try {
                    action.run();
                  } catch (Exception | Error e) { // of a plugin: anything
                    failure.set(e);
                  } finally {
                    done.countDown();
                  }
                });
    if (!done.await(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
      log.warn(
          "{} takes longer than {} s; going on without it. It is at {}",
          what,
          atMost.toMillis() / 1000.0,
          String.join(" < ", top(thread)));
      return false;
    }
    if (failure.get() != null) {
      log.warn("{} failed", what, failure.get());
    }
    return true;
  }

  private static String[] top(Thread thread) {
    StackTraceElement[] frames = thread.getStackTrace();
    String[] names = new String[Math.min(frames.length, 5)];
    for (int i = 0; i < names.length; i++) {
      names[i] = frames[i].toString();
    }
    return names;
  }
}
