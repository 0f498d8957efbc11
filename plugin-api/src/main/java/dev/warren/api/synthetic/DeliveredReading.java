package dev.warren.api.synthetic;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.Waits;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Requests a delivery at the first read, and records whether its reader received all of it: every
 * byte, and the reply that marks the end. Without the latter, a client that gave up while it
 * waited, and never saw the reply, would appear to have finished.
 */
final class DeliveredReading implements Reading {
  private final Source<? extends Delivery> source;
  private final boolean waits;
  private final Charge charge;
  // Guarded by this object's monitor, as are the following fields.
  private @Nullable Delivery delivery;
  private byte[] content = new byte[0];

  /** The ranges that were read, from start to end offset; no two of them touch. */
  private final TreeMap<Integer, Integer> parts = new TreeMap<>();

  private boolean endSeen;
  private boolean asking;
  private boolean closed;

  DeliveredReading(Source<? extends Delivery> source, boolean waits, Charge charge) {
    this.source = source;
    this.waits = waits;
    this.charge = charge;
  }

  @Override
  public int read(ByteBuffer target, long offset) throws FsException {
    if (!target.hasRemaining()) {
      return 0;
    }
    if (takeTurn()) {
      ask();
    }
    return take(target, offset);
  }

  /** Waits until no other thread requests the delivery; returns false if there already is one. */
  private synchronized boolean takeTurn() throws FsException {
    Waits.until(this, () -> !asking || closed);
    requireOpen();
    asking = delivery == null;
    return asking;
  }

  private void ask() throws FsException {
    Delivery made = null;
    byte[] bytes = null;
    try {
      Delivery answer = PluginCalls.get(source);
      made = answer;
      byte[] answered = PluginCalls.get(answer::content);
      charge.take(answered.length);
      bytes = answered;
    } finally {
      if (!keep(made, bytes) && made != null) {
        giveBack(made);
      }
    }
  }

  /** Records the result of the request; returns false if the delivery is no longer wanted. */
  private synchronized boolean keep(@Nullable Delivery made, byte @Nullable [] bytes) {
    asking = false;
    notifyAll();
    if (closed || made == null || bytes == null) {
      return false;
    }
    delivery = made;
    content = bytes;
    return true;
  }

  private synchronized int take(ByteBuffer target, long offset) throws FsException {
    requireOpen();
    if (offset >= content.length) {
      endSeen = true;
      return 0;
    }
    int start = (int) offset;
    int count = Math.min(target.remaining(), content.length - start);
    target.put(content, start, count);
    note(start, start + count);
    return count;
  }

  /** Merges a range with those that it touches: clients read in any order, and repeatedly. */
  private void note(int from, int to) {
    int start = from;
    int end = to;
    Map.Entry<Integer, Integer> part = parts.floorEntry(end);
    while (part != null && part.getValue() >= start) {
      start = Math.min(start, part.getKey());
      end = Math.max(end, part.getValue());
      parts.remove(part.getKey());
      part = parts.floorEntry(end);
    }
    parts.put(start, end);
  }

  private boolean isComplete() {
    return endSeen && (content.length == 0 || Integer.valueOf(content.length).equals(parts.get(0)));
  }

  private void requireOpen() throws FsException {
    if (closed) {
      throw new FsException(Errno.EBADF);
    }
  }

  @Override
  public synchronized long size(long otherwise) {
    return delivery == null ? otherwise : content.length;
  }

  @Override
  public boolean waits() {
    return waits;
  }

  @Override
  public synchronized boolean isCloseNonBlocking() {
    return !waits || delivery == null;
  }

  @Override
  public void close(boolean finished) throws FsException {
    Delivery open;
    boolean complete;
    synchronized (this) {
      closed = true;
      notifyAll();
      open = delivery;
      complete = finished && isComplete();
    }
    if (open == null) {
      return;
    }
    if (complete) {
      PluginCalls.run(open::accepted);
    } else {
      giveBack(open);
    }
  }

  private static void giveBack(Delivery delivery) throws FsException {
    PluginCalls.run(delivery::returned);
  }
}
