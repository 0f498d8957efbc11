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
 * Messages for everyone who reads at the time, as a log that is followed: {@code
 * SyntheticFile.stream(broadcast::subscribe)}. Thread-safe.
 *
 * <p>Publishing never waits. A reader who falls too far behind loses whole messages, oldest first.
 */
public final class Broadcast {
  private final int maxBacklog;
  private final Set<Reader> readers = ConcurrentHashMap.newKeySet();

  /**
   * A broadcast that nobody reads yet.
   *
   * @param maxBacklog how many bytes are kept for a reader who has not read them, at least 1; the
   *     newest message is kept whatever its length
   */
  public Broadcast(int maxBacklog) {
    if (maxBacklog < 1) {
      throw new IllegalArgumentException("backlog of " + maxBacklog);
    }
    this.maxBacklog = maxBacklog;
  }

  /** Sends a message to all who read now. */
  public void publish(String message) {
    byte[] bytes = message.getBytes(UTF_8);
    if (bytes.length > 0) {
      readers.forEach(reader -> reader.add(bytes));
    }
  }

  /** Starts to read: from the next message on. */
  public SyntheticStream subscribe() {
    Reader reader = new Reader();
    readers.add(reader);
    return reader;
  }

  /** How many read. */
  public int readers() {
    return readers.size();
  }

  /** Lets those who read now come to the end when they have read what is there. */
  public void end() {
    readers.forEach(Reader::end);
  }

  private final class Reader implements SyntheticStream {
    // The following are guarded by this.
    private final Deque<byte[]> backlog = new ArrayDeque<>();
    private int backlogBytes;

    /** The message that is being read. It is no longer in the backlog: half of it is not lost. */
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

    /** Whether there is something to read, which is in {@link #current} then. */
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
