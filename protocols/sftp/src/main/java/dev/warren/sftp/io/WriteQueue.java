package dev.warren.sftp.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.GatheringByteChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.sshd.common.io.AbstractIoWriteFuture;
import org.jspecify.annotations.Nullable;

/**
 * The packets to be written to a connection, in order. One thread at a time writes, in as few calls
 * as possible; other threads only add packets. Thread-safe.
 */
final class WriteQueue {
  /** Maximum number of packets in one system call: more than a socket's buffer holds. */
  private static final int BATCH = 16;

  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Write> waiting = new ArrayDeque<>();
  private @Nullable IOException ended;
  private boolean writing;

  /** A packet, and the future of its write. */
  static final class Write extends AbstractIoWriteFuture {
    private final ByteBuffer bytes;

    Write(Object id, ByteBuffer bytes) {
      super(id, null);
      this.bytes = bytes;
    }

    void succeeded() {
      setValue(true);
    }

    void failed(Throwable cause) {
      setValue(cause);
    }
  }

  /** Adds a packet. Returns whether the caller must make sure that {@link #writeAll} runs. */
  boolean add(Write write) {
    IOException refusal;
    lock.lock();
    try {
      refusal = ended;
      if (refusal == null) {
        waiting.add(write);
        boolean first = !writing;
        writing = true;
        return first;
      }
    } finally {
      lock.unlock();
    }
    write.failed(refusal);
    return false;
  }

  /**
   * Writes until the queue is empty. Blocks while the client does not read.
   *
   * @throws IOException if the connection has ended; the remaining writes have failed in that case
   */
  void writeAll(GatheringByteChannel channel) throws IOException {
    List<Write> batch = new ArrayList<>();
    try {
      while (next(batch)) {
        ByteBuffer[] buffers = batch.stream().map(write -> write.bytes).toArray(ByteBuffer[]::new);
        ByteBuffer last = buffers[buffers.length - 1];
        while (last.hasRemaining()) {
          long _ = channel.write(buffers);
        }
        batch.forEach(Write::succeeded);
      }
    } catch (IOException e) {
      batch.forEach(write -> write.failed(e));
      fail(e);
      throw e;
    }
  }

  private boolean next(List<Write> batch) {
    batch.clear();
    lock.lock();
    try {
      while (batch.size() < BATCH && !waiting.isEmpty()) {
        batch.add(waiting.remove());
      }
      writing = !batch.isEmpty();
      return writing;
    } finally {
      lock.unlock();
    }
  }

  /** The writes that have not started. */
  List<Write> waiting() {
    lock.lock();
    try {
      return List.copyOf(waiting);
    } finally {
      lock.unlock();
    }
  }

  /** Ends the queue: nothing more will be written. */
  void end() {
    fail(new ClosedChannelException());
  }

  private void fail(IOException cause) {
    List<Write> dropped;
    lock.lock();
    try {
      if (ended == null) {
        ended = cause;
      }
      dropped = List.copyOf(waiting);
      waiting.clear();
    } finally {
      lock.unlock();
    }
    dropped.forEach(write -> write.failed(cause));
  }
}
