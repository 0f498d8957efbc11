package dev.warren.sftp.session;

import dev.warren.sftp.wire.PacketQueue;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What all threads of a {@link Row} look at: who has it, what is apart, and how it comes to its
 * end. The methods take the lock; the fields are guarded by it, but for {@link #othersAreApart}.
 */
final class RowState {
  final ReentrantLock lock = new ReentrantLock();

  /** Something has ended, of what is in the row or apart. */
  final Condition changed = lock.newCondition();

  final Apart apart = new Apart();
  boolean isDraining;
  boolean isAborted;
  @Nullable Throwable failure;

  /** For who has taken the row, and for who has the lock while that one waits. */
  boolean othersAreApart;

  private final PacketQueue queue;
  private boolean isTaken; // somebody handles packets

  RowState(PacketQueue queue) {
    this.queue = queue;
  }

  /** Takes the row if nobody has it. */
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

  /** Takes the row once nobody has it. */
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

  /** The session cannot go on after this. */
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

  /** Waits until nothing is apart any more, or nobody waits for it; returns what has failed. */
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
