package dev.warren.api.synthetic;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.synthetic.WriteSide.LineUse;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Collects what one client writes until it is acted on. A write that fails spoils it all: half of
 * what the client meant is not done. Thread-safe.
 */
final class Writing {
  private final WriteSide side;
  private final Charge charge;
  // The following are guarded by this.
  private byte[] content = new byte[0];
  private int length;

  /** How much of the content has been given out as lines: it ends after one. */
  private int given;

  private boolean written;
  private @Nullable FsException failure;

  /**
   * Nothing is written yet.
   *
   * @param charge takes the memory of what is
   */
  Writing(WriteSide side, Charge charge) {
    this.side = side;
    this.charge = charge;
  }

  /**
   * Writes over and behind what is there.
   *
   * @throws FsException EINVAL for a gap, EFBIG, and what is said to a line
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
      int capacity = (int) Math.min(side.maxBytes(), 2L * (start + count));
      charge.take(2L * (capacity - content.length)); // and for the copy that is acted on
      content = Arrays.copyOf(content, capacity);
    }
    switch (side.lineUse()) {
      case CHECK -> uncheckFrom(start);
      case ORDER -> requireSameOrders(source, start);
    }
    source.get(content, start, count);
    length = Math.max(length, start + count);
    written |= count > 0;
    giveLines();
    return count;
  }

  private void giveLines() throws FsException {
    int end = length;
    while (end > given && content[end - 1] != '\n') {
      end--;
    }
    give(end);
  }

  private void give(int end) throws FsException {
    if (side.lines() != null && end > given) {
      byte[] lines = Arrays.copyOfRange(content, given, end);
      given = end;
      PluginCalls.accept(side.lines(), lines);
    }
  }

  /** Takes back the check of the line that holds a position, and of those after it. */
  private void uncheckFrom(int position) {
    if (position < given) {
      given = position;
      while (given > 0 && content[given - 1] != '\n') {
        given--;
      }
    }
  }

  /** Clients that write from a cache write the same bytes again; that is no second order. */
  private void requireSameOrders(ByteBuffer source, int start) throws FsException {
    int common = Math.min(source.remaining(), given - start);
    if (common > 0
        && !source
            .slice(source.position(), common)
            .equals(ByteBuffer.wrap(content, start, common))) {
      throw new FsException(Errno.EINVAL, "what was carried out cannot be changed");
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
    if (side.lineUse() == LineUse.ORDER && size > 0 && size < given) {
      throw new FsException(Errno.EINVAL, "what was carried out cannot be changed");
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
      give(length); // a last line without an end
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
