package dev.warren.sftp.session;

import dev.warren.sftp.wire.Transport;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A channel's transport as one of several writers uses it: a writer holds the transport's lock from
 * the first part of a reply that it sends to the end of the last. For one thread at a time.
 */
final class SharedTransport implements Transport {
  private final Transport out;
  private final ReentrantLock lock;
  private boolean isMine;

  /**
   * Creates a writer's transport.
   *
   * @param lock the lock, the same for all writers
   */
  SharedTransport(Transport out, ReentrantLock lock) {
    this.out = out;
    this.lock = lock;
  }

  /** Acquires the lock if it is free. {@link #betweenReplies} releases it. */
  boolean tryTake() {
    if (!isMine) {
      isMine = lock.tryLock();
    }
    return isMine;
  }

  /** Whether another writer waits for this one. */
  boolean isWanted() {
    return isMine && lock.hasQueuedThreads();
  }

  @Override
  public void betweenReplies() {
    if (isMine) {
      isMine = false;
      lock.unlock();
    }
  }

  @Override
  public void send(Frame frame, int length) throws IOException {
    if (!isMine) {
      lock.lock();
      isMine = true;
    }
    boolean sent = false;
    try {
      out.send(frame, length);
      sent = true;
    } finally {
      if (!sent) { // the channel has closed: release the other writers
        betweenReplies();
      }
    }
  }

  @Override
  public void awaitSent() throws IOException {
    out.awaitSent();
  }

  @Override
  public int packetSize() {
    return out.packetSize();
  }

  @Override
  public boolean hasRoom() {
    return out.hasRoom();
  }

  @Override
  public Frame allocate(int size) throws IOException {
    return out.allocate(size);
  }

  @Override
  public void drop(Frame frame) {
    out.drop(frame);
  }
}
