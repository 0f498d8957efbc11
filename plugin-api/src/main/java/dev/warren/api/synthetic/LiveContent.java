package dev.warren.api.synthetic;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;

/**
 * A stored content that is open: all users of the open file see each other's writes. Reads and
 * writes do not block; loading and storing may, one at a time. Thread-safe.
 */
final class LiveContent {
  private final StoredContent stored;
  private final Charge charge;
  private final ChangeLock lock = new ChangeLock();
  // Guarded by this object's monitor, as are the following fields.
  private byte[] bytes = new byte[0];
  private int length;
  private boolean loaded;
  private boolean changed;
  private Instant changedAt = Instant.EPOCH;

  /**
   * Creates a content that has not been loaded from the plugin yet.
   *
   * @param charge charged for its memory
   */
  LiveContent(StoredContent stored, Charge charge) {
    this.stored = stored;
    this.charge = charge;
  }

  /** Loads the content from the plugin, unless it is already loaded. */
  void load() throws FsException {
    try (var _ = lock.take(true)) {
      if (!isLoaded()) {
        byte[] content = PluginCalls.get(stored::load);
        charge.take(2L * content.length); // the factor 2 is for the copy that is stored
        synchronized (this) {
          bytes = content;
          length = content.length;
          loaded = true;
        }
      }
    }
  }

  /** Empties the content without loading it. */
  void empty() throws FsException {
    try (var _ = lock.take(true)) {
      synchronized (this) {
        loaded = true;
        length = 0;
        setChanged();
      }
    }
  }

  /** Passes changed content to the plugin. */
  void store() throws FsException {
    try (var _ = lock.takeAnyhow()) {
      byte[] content;
      synchronized (this) {
        if (!changed) {
          return;
        }
        content = Arrays.copyOf(bytes, length);
        changed = false;
      }
      try {
        PluginCalls.accept(stored::store, content);
      } catch (FsException e) {
        synchronized (this) {
          changed = true;
        }
        throw e;
      }
    }
  }

  private synchronized boolean isLoaded() {
    return loaded;
  }

  synchronized boolean isChanged() {
    return changed;
  }

  synchronized long size() throws FsException {
    return loaded ? length : PluginCalls.get(stored::size);
  }

  synchronized Instant modified() throws FsException {
    return changed ? changedAt : PluginCalls.get(stored::modified);
  }

  synchronized int read(ByteBuffer target, long offset) {
    if (offset >= length) {
      return 0;
    }
    int count = Math.min(target.remaining(), length - (int) offset);
    target.put(bytes, (int) offset, count);
    return count;
  }

  /**
   * Writes; a gap before the offset is filled with zeros.
   *
   * @throws FsException EFBIG beyond the limit
   */
  synchronized int write(ByteBuffer source, long offset, boolean append, int maxBytes)
      throws FsException {
    int count = source.remaining();
    long start = append ? length : offset;
    if (count == 0) {
      return 0;
    }
    if (start > maxBytes - count) {
      throw tooLarge(maxBytes);
    }
    int end = (int) start + count;
    grow(end, maxBytes);
    source.get(bytes, (int) start, count);
    length = Math.max(length, end);
    setChanged();
    return count;
  }

  /**
   * Changes the size; added bytes are zeros.
   *
   * @throws FsException EFBIG beyond the limit
   */
  synchronized void truncate(long size, int maxBytes) throws FsException {
    if (size > maxBytes && size > length) {
      throw tooLarge(maxBytes);
    }
    grow((int) size, maxBytes);
    length = (int) size;
    setChanged();
  }

  /** Gives the memory back, when no user has the content open. */
  void end() {
    charge.end();
  }

  /** Marks the content as changed now, so that it is stored again. */
  synchronized void touch() {
    setChanged();
  }

  /** Ensures the capacity; bytes that were cut off before read as zeros. */
  private void grow(int end, int maxBytes) throws FsException {
    if (end > bytes.length) {
      int capacity = (int) Math.max(end, Math.min(maxBytes, 2L * end));
      charge.take(2L * (capacity - bytes.length));
      bytes = Arrays.copyOf(bytes, capacity);
    }
    if (end > length) {
      Arrays.fill(bytes, length, end, (byte) 0);
    }
  }

  private void setChanged() {
    changed = true;
    changedAt = Instant.now();
  }

  private static FsException tooLarge(int maxBytes) {
    return new FsException(Errno.EFBIG, "more than %d bytes".formatted(maxBytes));
  }
}
