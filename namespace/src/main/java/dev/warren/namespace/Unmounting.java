package dev.warren.namespace;

import dev.warren.api.FsException;
import dev.warren.api.config.Quantity;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Unmounts a mount: in-flight requests may complete, then open files are aborted, then the file
 * system is closed. The plugin's code runs on a separate thread, which is abandoned if it hangs.
 */
final class Unmounting {
  private static final Logger log = LoggerFactory.getLogger(Unmounting.class);

  /** How long requests that exceeded the drain time may take to notice the abort. */
  private static final Duration ABORT_GRACE = Duration.ofSeconds(1);

  /** How long a file system may take to close. */
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  /** How long calls in the operating system may take to return once the file system is closed. */
  private static final Duration RETURN_GRACE = Duration.ofSeconds(1);

  private final Mount mount;
  private final Runnable late;
  private final CountDownLatch closed = new CountDownLatch(1);
  private boolean ended;

  /**
   * @param late runs if everything returns only after {@link #run} has stopped waiting
   */
  Unmounting(Mount mount, Runnable late) {
    this.mount = mount;
    this.late = late;
  }

  /**
   * Unmounts. The mount must already be draining. Takes at most the drain time plus 12 s.
   *
   * @return whether all calls in the operating system have returned; a plugin whose close does not
   *     return for other reasons is abandoned
   */
  boolean run(Duration drain) {
    try {
      if (!mount.counter().awaitEmpty(drain)) {
        log.warn(
            "{}: {} requests still run after {}",
            this,
            mount.counter().inFlight(),
            Quantity.duration(drain.toMillis()));
        mount.calls().release();
      }
      if (mount.isFailed()) { // no plugin is open that could hang
        close();
        return true;
      }
      Thread.ofPlatform().daemon().name("unmount " + mount.path()).start(this::end);
      if (!closed.await(ABORT_GRACE.plus(CLOSE_LIMIT).toMillis(), TimeUnit.MILLISECONDS)) {
        log.error("{}: the plugin's close does not return; the host continues without it", this);
      }
      mount.calls().close(); // ends the requests that still wait
      return mount.calls().awaitEnd(RETURN_GRACE) || !giveUp();
    } catch (InterruptedException e) {
      log.error("{}: interrupted; the plugin is not closed", this, e);
      Thread.currentThread().interrupt();
      return false;
    } finally {
      mount.counter().shut();
    }
  }

  /** Marks the mount as given up; returns false if everything has returned in the meantime. */
  private synchronized boolean giveUp() {
    if (ended) {
      return false;
    }
    mount.giveUp();
    log.warn("{}", mount.silence());
    return true;
  }

  /** Runs on a separate thread, which remains until everything has returned. */
  private void end() {
    close();
    closed.countDown();
    mount.calls().close();
    try {
      mount.calls().awaitEnd();
    } catch (InterruptedException e) {
      log.error("{}: interrupted", this, e);
    }
    synchronized (this) {
      ended = true;
    }
    if (mount.isGivenUp()) {
      log.info("{}: everything has returned", this);
      late.run();
    }
  }

  private void close() {
    try {
      FsException cause = mount.gone();
      abort(cause);
      mount.counter().shut();
      abort(cause); // closes what was opened at the last moment
      if (!mount.counter().awaitEmpty(ABORT_GRACE)) {
        log.warn("{}: closed under {} requests", this, mount.counter().inFlight());
      }
      mount.view().whole().close();
    } catch (Throwable t) {
      mount.failures().report(t);
    }
  }

  private void abort(FsException cause) {
    for (Mount.Handle handle : List.copyOf(mount.handles())) {
      handle.unmounted(cause);
    }
  }

  @Override
  public String toString() {
    return mount.description().instance() + " at " + mount.path();
  }
}
