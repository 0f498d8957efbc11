package dev.warren.api.synthetic;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.Waits;
import java.nio.ByteBuffer;

/** Reads a stream, one thread at a time, and records the position that it has reached. */
final class StreamReading implements Reading {
  private final SyntheticStream stream;
  // Guarded by this object's monitor, as are the following fields.
  private long position;
  private boolean busy;
  private boolean closed;

  StreamReading(SyntheticStream stream) {
    this.stream = stream;
  }

  @Override
  public int read(ByteBuffer target, long offset) throws FsException {
    if (!target.hasRemaining() || !takeTurn(offset)) {
      return 0;
    }
    int count = 0;
    try {
      count = PluginCalls.get(() -> stream.read(target));
    } finally {
      passTurn(count);
    }
    return count;
  }

  /** Waits for other readers; returns false if the stream has not reached the offset yet. */
  private synchronized boolean takeTurn(long offset) throws FsException {
    Waits.until(this, () -> !busy || closed);
    if (closed) {
      throw new FsException(Errno.EBADF);
    }
    if (offset < position) {
      throw new FsException(Errno.ESPIPE, "a stream is read from its beginning on");
    }
    busy = offset == position;
    return busy;
  }

  private synchronized void passTurn(int count) {
    position += count;
    busy = false;
    notifyAll();
  }

  @Override
  public long size(long otherwise) {
    return otherwise;
  }

  @Override
  public boolean waits() {
    return true;
  }

  @Override
  public void close(boolean finished) {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    stream.close();
  }
}
