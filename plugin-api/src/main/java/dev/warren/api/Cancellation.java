package dev.warren.api;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The wish of a client to end an operation that waits: a 9P Tflush, an SFTP channel that closed.
 * Threads are never interrupted for this, since an interrupt closes file channels for everyone.
 *
 * <p>A front end makes one, {@linkplain #call runs} the operation under it, and may {@link
 * #cancel()} from any thread. An operation that waits takes {@link #current()} and registers what
 * ends its wait.
 */
public final class Cancellation {
  private static final ScopedValue<Cancellation> CURRENT = ScopedValue.newInstance();

  private final List<Registered> registered = new ArrayList<>();
  private boolean cancelled;

  /** A cancellation that nobody has asked for yet. */
  public Cancellation() {}

  /**
   * The cancellation of the operation that this thread runs; one that never comes where none was
   * set.
   */
  public static Cancellation current() {
    Cancellation bound = CURRENT.isBound() ? CURRENT.get() : null;
    return bound == null ? new Cancellation() : bound;
  }

  /** Runs an operation on this thread with this cancellation as {@link #current()}. */
  public <T extends @Nullable Object> T call(Callable<T> operation) throws Exception {
    return ScopedValue.where(CURRENT, this).call(operation::call);
  }

  /** Whether the client has asked for the end. */
  public synchronized boolean isCancelled() {
    return cancelled;
  }

  /**
   * Asks for the end: runs what was registered, once. An action that throws does not keep the
   * others from running; the first such exception is thrown in the end.
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
   * Registers what is to happen at {@link #cancel()}, on the thread that calls it: short and
   * without waiting. Runs at once if that has been called already. Closing the registration
   * withdraws it.
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

  /** One registration, told from others of the same action. */
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

  /** What {@link #onCancel} registered. */
  @FunctionalInterface
  public interface Registration extends AutoCloseable {
    /** Withdraws the action, which may be running at this moment. */
    @Override
    void close();
  }
}
