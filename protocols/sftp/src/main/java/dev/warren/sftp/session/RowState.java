package dev.warren.sftp.session;

import dev.warren.sftp.wire.PacketQueue;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The state that all threads of a {@link Row} share: whether it is held, which requests have left
 * it, and how it ends. The methods take the lock. The fields are guarded by it, except {@link
 * #othersAreApart}.
 */
final class RowState {
  final ReentrantLock lock = new ReentrantLock();

  /** Signalled when something has ended, in the row or outside it. */
  final Condition changed = lock.newCondition();

  final Apart apart = new Apart();
  boolean isDraining;
  boolean isAborted;
  @Nullable Throwable failure;

  /**
   * For the thread that holds the row, and, while that is blocked, for the one that holds the lock.
   */
  boolean othersAreApart;

  private final PacketQueue queue;
  private boolean isTaken; // a thread holds the row

  RowState(PacketQueue queue) {
    this.queue = queue;
  }

  /** Takes the row if no thread holds it. */
  boolean tryTake() {
    lock.lock();
    try {
      boolean isFree = !isTaken;
      isTaken = true;
      return isFree;
    } finally {
      lock.unlock();
    }
  }

  /** Takes the row, after waiting until no thread holds it. */
  void take() {
    lock.lock();
    try {
      while (isTaken) {
        changed.awaitUninterruptibly();
      }
      isTaken = true;
    } finally {
      lock.unlock();
    }
  }

  void giveUp() {
    lock.lock();
    try {
      isTaken = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void requireGoingOn() throws IOException {
    lock.lock();
    try {
      if (isAborted || failure != null) {
        throw new ClosedChannelException();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Records an error after which the session cannot continue. */
  void fail(Throwable e) {
    lock.lock();
    try {
      if (failure == null) {
        failure = e;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    queue.end();
  }

  /**
   * Waits until no request is left outside the row, or the row is aborted. Returns the failure, if
   * any.
   */
  @Nullable Throwable awaitNothingApart() {
    lock.lock();
    try {
      while (!apart.isEmpty() && !isAborted) {
        changed.awaitUninterruptibly();
      }
      return failure;
    } finally {
      lock.unlock();
    }
  }
}
