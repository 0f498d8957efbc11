package dev.warren.api;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Cancels a blocking operation that its client no longer wants: because of a 9P Tflush, or because
 * an SFTP channel closed. Threads are never interrupted for this, because an interrupt closes the
 * file channel for all its users.
 *
 * <p>A front end creates a cancellation, {@linkplain #call runs} the operation with it, and may
 * {@link #cancel()} from any thread. An operation that blocks gets {@link #current()} and registers
 * an action that ends its wait.
 */
public final class Cancellation {
  private static final ScopedValue<Cancellation> CURRENT = ScopedValue.newInstance();

  private final List<Registered> registered = new ArrayList<>();
  private boolean cancelled;

  /** Creates a cancellation that is not cancelled. */
  public Cancellation() {}

  /**
   * Returns the cancellation of the operation that runs on this thread; if none was set, one that
   * is never cancelled.
   */
  public static Cancellation current() {
    Cancellation bound = CURRENT.isBound() ? CURRENT.get() : null;
    return bound == null ? new Cancellation() : bound;
  }

  /** Runs an operation on this thread, with this cancellation as {@link #current()}. */
  public <T extends @Nullable Object> T call(Callable<T> operation) throws Exception {
    return ScopedValue.where(CURRENT, this).call(operation::call);
  }

  /** Whether {@link #cancel()} has been called. */
  public synchronized boolean isCancelled() {
    return cancelled;
  }

  /**
   * Cancels: runs each registered action once. If an action throws, the others still run; the first
   * exception is then rethrown.
   */
  public void cancel() {
    List<Registered> pending;
    synchronized (this) {
      cancelled = true;
      pending = List.copyOf(registered);
      registered.clear();
    }
    RuntimeException failure = null;
    for (Registered registration : pending) {
      try {
        registration.action.run();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /**
   * Registers an action that {@link #cancel()} runs, on the thread that calls it. The action must
   * be short and non-blocking. It runs immediately if this object is already cancelled. Closing the
   * registration withdraws it.
   */
  public Registration onCancel(Runnable action) {
    synchronized (this) {
      if (!cancelled) {
        Registered registration = new Registered(action);
        registered.add(registration);
        return registration;
      }
    }
    action.run();
    return () -> {};
  }

  private synchronized void withdraw(Registered registration) {
    registered.remove(registration);
  }

  /**
   * One registration. It has an identity of its own, because the same action may be registered
   * twice.
   */
  private final class Registered implements Registration {
    private final Runnable action;

    Registered(Runnable action) {
      this.action = action;
    }

    @Override
    public void close() {
      withdraw(this);
    }
  }

  /** A registered action. */
  @FunctionalInterface
  public interface Registration extends AutoCloseable {
    /** Withdraws the action, which may be running at this moment on another thread. */
    @Override
    void close();
  }
}
