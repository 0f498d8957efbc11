package dev.warren.sftp.session;

import dev.warren.sftp.wire.PacketQueue;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The state that all threads of a {@link RequestQueue} share: whether it is held, which requests
 * have left it, and how it ends. The methods acquire the lock. The fields are guarded by it, except
 * {@link #othersOvertaken}.
 */
final class QueueState {
  final ReentrantLock lock = new ReentrantLock();

  /** Signalled when something has ended, in the queue or outside it. */
  final Condition changed = lock.newCondition();

  final OvertakenRequests overtaken = new OvertakenRequests();
  boolean isDraining;
  boolean isAborted;
  @Nullable Throwable failure;

  /**
   * For the thread that holds the queue, and, while that is blocked, for the one that holds the
   * lock.
   */
  boolean othersOvertaken;

  private final PacketQueue queue;
  private boolean isTaken; // a thread holds the queue

  QueueState(PacketQueue queue) {
    this.queue = queue;
  }

  /** Takes the queue if no thread holds it. */
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

  /** Takes the queue, after waiting until no thread holds it. */
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
   * Waits until no request is left outside the queue, or the queue is aborted. Returns the failure,
   * if any.
   */
  @Nullable Throwable awaitNothingOvertaken() {
    lock.lock();
    try {
      while (!overtaken.isEmpty() && !isAborted) {
        changed.awaitUninterruptibly();
      }
      return failure;
    } finally {
      lock.unlock();
    }
  }
}
