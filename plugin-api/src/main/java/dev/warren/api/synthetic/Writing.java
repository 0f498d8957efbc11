package dev.warren.api.synthetic;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Collects what one client writes until it is acted on. A write that fails spoils it all: half of
 * what the client meant is not done. Thread-safe.
 */
final class Writing {
  private final WriteSide side;
  // The following are guarded by this.
  private byte[] content = new byte[0];
  private int length;

  /** How much of the content has been checked: it ends after a line. */
  private int checked;

  private boolean written;
  private @Nullable FsException failure;

  Writing(WriteSide side) {
    this.side = side;
  }

  /**
   * Writes over and behind what is there.
   *
   * @throws FsException EINVAL for a gap, EFBIG, and what the check has to say
   */
  synchronized int write(ByteBuffer source, long offset, boolean append) throws FsException {
    requireWhole();
    try {
      return put(source, append ? length : offset);
    } catch (FsException e) {
      failure = e;
      throw e;
    }
  }

  private int put(ByteBuffer source, long offset) throws FsException {
    int count = source.remaining();
    if (offset > length) {
      throw new FsException(Errno.EINVAL, "a gap in what is written");
    }
    if (count > side.maxBytes() - offset) {
      throw new FsException(Errno.EFBIG, "more than %d bytes".formatted(side.maxBytes()));
    }
    int start = (int) offset;
    if (start + count > content.length) {
      content = Arrays.copyOf(content, (int) Math.min(side.maxBytes(), 2L * (start + count)));
    }
    uncheckFrom(start);
    source.get(content, start, count);
    length = Math.max(length, start + count);
    written |= count > 0;
    checkLines();
    return count;
  }

  private void checkLines() throws FsException {
    int end = length;
    while (end > checked && content[end - 1] != '\n') {
      end--;
    }
    check(end);
  }

  private void check(int end) throws FsException {
    if (side.check() != null && end > checked) {
      byte[] lines = Arrays.copyOfRange(content, checked, end);
      checked = end;
      PluginCalls.accept(side.check(), lines);
    }
  }

  /** Takes back the check of the line that holds a position, and of those after it. */
  private void uncheckFrom(int position) {
    if (position < checked) {
      checked = position;
      while (checked > 0 && content[checked - 1] != '\n') {
        checked--;
      }
    }
  }

  /**
   * Cuts off what is behind.
   *
   * @throws FsException EINVAL if there is less
   */
  synchronized void truncate(long size) throws FsException {
    if (size > length) {
      throw new FsException(Errno.EINVAL, "a gap in what is written");
    }
    length = (int) size;
    uncheckFrom(length);
  }

  /** Acts on what was written, if anything was. Called once. */
  void commit() throws FsException {
    byte[] all;
    synchronized (this) {
      requireWhole();
      if (!written) {
        return;
      }
      check(length); // a last line without an end
      all = Arrays.copyOf(content, length);
    }
    PluginCalls.accept(side.action(), all);
  }

  private void requireWhole() throws FsException {
    if (failure != null) {
      // Not the same object again: try-with-resources would add it to itself.
      throw new FsException(failure.errno(), String.valueOf(failure.getMessage()));
    }
  }
}
