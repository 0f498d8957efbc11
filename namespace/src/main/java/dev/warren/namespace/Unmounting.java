package dev.warren.namespace;

import dev.warren.api.FsException;
import java.time.Duration;
import java.util.List;
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

  private final Mount mount;

  Unmounting(Mount mount) {
    this.mount = mount;
  }

  /** Does it. The mount drains already. Takes the drain time and 11 s at most. */
  void run(Duration drain) {
    try {
      if (!mount.gate().awaitEmpty(drain)) {
        log.warn("{}: {} requests still run after {}", this, mount.gate().inFlight(), drain);
      }
      if (mount.isFailed()) { // there is no plugin that could hang
        close();
        return;
      }
      Thread closer =
          Thread.ofPlatform().daemon().name("unmount " + mount.path()).start(this::close);
      closer.join(ABORT_GRACE.plus(CLOSE_LIMIT));
      if (closer.isAlive()) {
        log.error("{}: the plugin does not come back from closing; it is left to itself", this);
      }
    } catch (InterruptedException e) {
      log.error("{}: interrupted; the plugin is not closed", this, e);
      Thread.currentThread().interrupt();
    } finally {
      mount.gate().shut();
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
    return mount.info().options().instance() + " at " + mount.path();
  }
}
