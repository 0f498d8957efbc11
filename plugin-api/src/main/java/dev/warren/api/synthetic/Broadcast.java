package dev.warren.api.synthetic;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.Waits;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sends messages to all current readers, like a log that is followed: {@code
 * SyntheticFile.stream(broadcast::subscribe)}. Thread-safe.
 *
 * <p>Publishing never blocks. A reader that falls too far behind loses whole messages, the oldest
 * first.
 */
public final class Broadcast {
  private final int maxBacklog;
  private final Set<Reader> readers = ConcurrentHashMap.newKeySet();

  /**
   * Creates a broadcast without readers.
   *
   * @param maxBacklog how many unread bytes are kept for each reader, at least 1; the newest
   *     message is kept whatever its length
   */
  public Broadcast(int maxBacklog) {
    if (maxBacklog < 1) {
      throw new IllegalArgumentException("backlog of " + maxBacklog);
    }
    this.maxBacklog = maxBacklog;
  }

  /** Sends a message to all current readers. */
  public void publish(String message) {
    byte[] bytes = message.getBytes(UTF_8);
    if (bytes.length > 0) {
      readers.forEach(reader -> reader.add(bytes));
    }
  }

  /** Adds a reader, which receives all messages from the next one on. */
  public SyntheticStream subscribe() {
    Reader reader = new Reader();
    readers.add(reader);
    return reader;
  }

  /** How many readers there are. */
  public int readers() {
    return readers.size();
  }

  /**
   * Lets the current readers reach the end of the stream after the messages that they have not read
   * yet.
   */
  public void end() {
    readers.forEach(Reader::end);
  }

  private final class Reader implements SyntheticStream {
    // Guarded by this object's monitor, as are the following fields.
    private final Deque<byte[]> backlog = new ArrayDeque<>();
    private int backlogBytes;

    /**
     * The message that is being read. It is no longer in the backlog, so that no reader loses the
     * second half of a message.
     */
    private ByteBuffer current = ByteBuffer.allocate(0);

    private boolean ended;
    private boolean closed;

    synchronized void add(byte[] message) {
      if (ended || closed) {
        return;
      }
      while (!backlog.isEmpty() && message.length > maxBacklog - backlogBytes) {
        backlogBytes -= backlog.remove().length;
      }
      backlog.add(message);
      backlogBytes += message.length;
      notifyAll();
    }

    synchronized void end() {
      ended = true;
      notifyAll();
    }

    @Override
    public synchronized int read(ByteBuffer target) throws FsException {
      Waits.until(this, () -> hasMessage() || ended || closed);
      if (closed) {
        throw new FsException(Errno.EINTR);
      }
      int start = target.position();
      while (target.hasRemaining() && hasMessage()) {
        int count = Math.min(current.remaining(), target.remaining());
        target.put(current.slice().limit(count));
        current.position(current.position() + count);
      }
      return target.position() - start;
    }

    /**
     * Moves to the next message if necessary; returns whether {@link #current} has anything to
     * read.
     */
    private boolean hasMessage() {
      if (!current.hasRemaining() && !backlog.isEmpty()) {
        current = ByteBuffer.wrap(backlog.remove());
        backlogBytes -= current.remaining();
      }
      return current.hasRemaining();
    }

    @Override
    public void close() {
      readers.remove(this);
      synchronized (this) {
        closed = true;
        notifyAll();
      }
    }
  }
}
