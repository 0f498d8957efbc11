package dev.warren.namespace;

import dev.warren.api.FsException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a mount: requests that run may end, then what is still open is aborted, then the file
 * system is closed. The plugin's part runs on a thread of its own, which is given up if it hangs.
 */
final class Unmounting {
  private static final Logger log = LoggerFactory.getLogger(Unmounting.class);

  /** How long requests that outlived the drain time may take to notice the abort. */
  private static final Duration ABORT_GRACE = Duration.ofSeconds(1);

  /** How long a file system may take to close. */
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  /** How long calls that the system has may take to return once the file system is closed. */
  private static final Duration RETURN_GRACE = Duration.ofSeconds(1);

  private final Mount mount;
  private final Runnable late;
  private final CountDownLatch closed = new CountDownLatch(1);
  private boolean ended;

  /**
   * @param late what to do when everything has returned after all, later than {@link #run} waited
   */
  Unmounting(Mount mount, Runnable late) {
    this.mount = mount;
    this.late = late;
  }

  /**
   * Does it. The mount drains already. Takes the drain time and 12 s at most.
   *
   * @return whether all calls have returned that the system had; a plugin that spins in its close
   *     by itself is left to itself
   */
  boolean run(Duration drain) {
    try {
      if (!mount.gate().awaitEmpty(drain)) {
        log.warn("{}: {} requests still run after {}", this, mount.gate().inFlight(), drain);
        mount.calls().release();
      }
      if (mount.isFailed()) { // there is no plugin that could hang
        close();
        return true;
      }
      Thread.ofPlatform().daemon().name("unmount " + mount.path()).start(this::end);
      if (!closed.await(ABORT_GRACE.plus(CLOSE_LIMIT).toMillis(), TimeUnit.MILLISECONDS)) {
        log.error("{}: the plugin does not come back from closing; it is left to itself", this);
      }
      mount.calls().close(); // whoever still waits is told so
      return mount.calls().awaitEnd(RETURN_GRACE) || !giveUp();
    } catch (InterruptedException e) {
      log.error("{}: interrupted; the plugin is not closed", this, e);
      Thread.currentThread().interrupt();
      return false;
    } finally {
      mount.gate().shut();
    }
  }

  /** Whether something has not returned yet. */
  private synchronized boolean giveUp() {
    if (ended) {
      return false;
    }
    mount.giveUp();
    log.warn("{}", mount.silence());
    return true;
  }

  /** On a thread of its own, which stays until everything has returned. */
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
      mount.gate().shut();
      abort(cause); // what was closed or opened at the last moment
      if (!mount.gate().awaitEmpty(ABORT_GRACE)) {
        log.warn("{}: closed under {} requests", this, mount.gate().inFlight());
      }
      mount.target().whole().close();
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
    return mount.options().instance() + " at " + mount.path();
  }
}
