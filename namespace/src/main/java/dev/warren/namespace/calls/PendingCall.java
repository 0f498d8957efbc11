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
 * A call on its way: from who asks to a thread of the pool and back. Its monitor is held for short
 * steps only, never while the system has the call.
 */
final class PendingCall<T extends @Nullable Object> implements BlockingCalls.Requester {
  private static final Logger log = LoggerFactory.getLogger(PendingCall.class);

  private final String operation;
  private final VfsPath path;
  private final BlockingCalls.Call<T> call;
  private final Cancellation cancellation;
  private final Requirement requirement;

  private Phase phase = Phase.QUEUED;

  /** Why the requester has left; null while it waits. */
  private @Nullable FsException reason;

  private @Nullable T result;
  private @Nullable Throwable failure;

  /** When it began to wait for what it waits for: first for a thread, then for the system. */
  private volatile long since = System.nanoTime();

  /** What the requester does. */
  enum Requirement {
    /** It waits, and leaves when the operation is cancelled. */
    CANCELLABLE,
    /** It waits until the pool is closed, whatever is cancelled. */
    PATIENT,
    /** It does not wait at all. */
    NONE
  }

  private enum Phase {
    QUEUED,
    RUNNING,
    /** What it has opened for nobody is closed, which may hang as well. */
    DISCARDING,
    RETURNED
  }

  /**
   * @param cancellation under which it runs
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

  /** On a thread of the pool. */
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
    } catch (Throwable t) { // the requester gets it, whatever it is
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

  @SuppressWarnings("NullAway") // a call that threw nothing has a result of its own kind
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

  /** Writes down what went wrong with a call that nobody waits for. */
  private void report(@Nullable Throwable failed) {
    if (failed instanceof FsException) {
      log.debug("{} {}, for which nobody waited: {}", operation, path, failed.getMessage());
    } else if (failed != null) {
      log.error("{} {}, for which nobody waited", operation, path, failed);
    }
  }

  /** Waits for the result. */
  @SuppressWarnings("NullAway") // a call that threw nothing has a result of its own kind
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

  /** Lets the requester go, unless the call has returned. */
  synchronized void leave(FsException why) {
    if (phase != Phase.RETURNED && reason == null) {
      reason = why;
      notifyAll();
    }
  }

  /** Whether the requester has left. */
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

  /** What the system has; null before it does, and after. */
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
