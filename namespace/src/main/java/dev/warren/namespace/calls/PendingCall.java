package dev.warren.namespace.calls;

import dev.warren.api.BlockingCalls;
import dev.warren.api.Cancellation;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call from its requester to a thread of the pool and back. Its monitor is held only briefly,
 * never while the call is in the operating system.
 */
final class PendingCall<T extends @Nullable Object> implements BlockingCalls.Requester {
  private static final Logger log = LoggerFactory.getLogger(PendingCall.class);

  private final String operation;
  private final VfsPath path;
  private final BlockingCalls.Call<T> call;
  private final Cancellation cancellation;
  private final Requirement requirement;

  private Phase phase = Phase.QUEUED;

  /** Why the requester has stopped waiting; null while it waits. */
  private @Nullable FsException reason;

  private @Nullable T result;
  private @Nullable Throwable failure;

  /** When its current wait began: first for a thread, then in the operating system. */
  private volatile long since = System.nanoTime();

  /** How the requester waits. */
  enum Requirement {
    /** The requester waits until the call returns or the operation is cancelled. */
    CANCELLABLE,
    /**
     * The requester waits until the call returns or the pool is closed, and ignores cancellation.
     */
    PATIENT,
    /** The requester does not wait. */
    NONE
  }

  private enum Phase {
    QUEUED,
    RUNNING,
    /** The requester has left; what the call opened is being closed, which may hang as well. */
    DISCARDING,
    RETURNED
  }

  /**
   * @param cancellation the cancellation with which the call runs
   */
  PendingCall(
      String operation,
      VfsPath path,
      BlockingCalls.Call<T> call,
      Cancellation cancellation,
      Requirement requirement) {
    this.operation = operation;
    this.path = path;
    this.call = call;
    this.cancellation = cancellation;
    this.requirement = requirement;
  }

  Requirement requirement() {
    return requirement;
  }

  /** Called on a thread of the pool. */
  void run() {
    synchronized (this) {
      if (reason != null) {
        return;
      }
      phase = Phase.RUNNING;
      since = System.nanoTime();
    }
    T made = null;
    Throwable thrown = null;
    try {
      made = cancellation.call(() -> call.make(this));
    } catch (Throwable t) { // passed on to the requester, whatever it is
      thrown = t;
    }
    boolean wanted;
    synchronized (this) {
      wanted = reason == null;
      phase = wanted ? Phase.RETURNED : Phase.DISCARDING;
      result = made;
      failure = thrown;
      notifyAll();
    }
    if (requirement == Requirement.NONE) {
      report(thrown);
    } else if (!wanted) {
      discard(made, thrown);
      synchronized (this) {
        phase = Phase.RETURNED;
      }
    }
  }

  @SuppressWarnings("NullAway") // a call without an exception has a result of type T
  private void discard(@Nullable T made, @Nullable Throwable thrown) {
    Throwable failed = thrown;
    if (failed == null) {
      try {
        call.discard(made);
      } catch (RuntimeException | Error e) {
        failed = e;
      }
    }
    report(failed);
  }

  /** Logs the failure of a call for which no requester waits. */
  private void report(@Nullable Throwable failed) {
    if (failed instanceof FsException) {
      log.debug("{} {}, for which nobody waited: {}", operation, path, failed.getMessage());
    } else if (failed != null) {
      log.error("{} {}, for which nobody waited", operation, path, failed);
    }
  }

  /** Waits for the result. */
  @SuppressWarnings("NullAway") // a call without an exception has a result of type T
  T await() throws FsException {
    if (requirement == Requirement.PATIENT) {
      awaitReturn();
    } else {
      try (var _ = cancellation.onCancel(() -> leave(gaveUp()))) {
        awaitReturn();
      }
    }
    synchronized (this) {
      if (reason != null) {
        throw reason;
      }
      if (failure != null) {
        throw thrown(failure);
      }
      return result;
    }
  }

  private FsException thrown(Throwable thrown) {
    return switch (thrown) {
      case FsException e -> e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> new FsException(Errno.EIO, this + " failed", thrown);
    };
  }

  private void awaitReturn() {
    boolean interrupted = false;
    synchronized (this) {
      while (phase != Phase.RETURNED && reason == null) {
        try {
          wait();
        } catch (InterruptedException _) {
          interrupted = true;
          if (requirement == Requirement.CANCELLABLE) {
            leave(gaveUp());
          }
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static FsException gaveUp() {
    return new FsException(Errno.EINTR, "gave up waiting");
  }

  /** Ends the requester's wait, unless the call has returned. */
  synchronized void leave(FsException why) {
    if (phase != Phase.RETURNED && reason == null) {
      reason = why;
      notifyAll();
    }
  }

  /** Whether the requester has stopped waiting. */
  synchronized boolean isAbandoned() {
    return reason != null;
  }

  @Override
  public boolean mayLeave() {
    return true;
  }

  @Override
  public synchronized boolean ask(BooleanSupplier action) {
    return reason == null && action.getAsBoolean();
  }

  /** Describes the call while it is in the operating system; otherwise null. */
  synchronized BlockedCalls.@Nullable Running describe(long now) {
    if (phase != Phase.RUNNING && phase != Phase.DISCARDING) {
      return null;
    }
    return new BlockedCalls.Running(
        operation, path, Duration.ofNanos(Math.max(0, now - since)), isAbandoned());
  }

  @Override
  public String toString() {
    return operation + " " + path;
  }
}
