package dev.warren.api.synthetic;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.synthetic.WriteSide.LineUse;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Collects the bytes that one client writes until they are acted on. After a failed write none of
 * them are acted on, because half of what the client meant could do harm. Thread-safe.
 */
final class Writing {
  private final WriteSide side;
  private final Charge charge;
  // Guarded by this object's monitor, as are the following fields.
  private byte[] content = new byte[0];
  private int length;

  /** How many bytes of the content have been passed on as lines; always at the end of a line. */
  private int given;

  private boolean written;
  private @Nullable FsException failure;

  /**
   * Creates an empty buffer.
   *
   * @param charge charged for its memory
   */
  Writing(WriteSide side, Charge charge) {
    this.side = side;
    this.charge = charge;
  }

  /**
   * Overwrites or appends bytes.
   *
   * @throws FsException EINVAL for a gap, EFBIG, and the errors of the sink for lines
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
      throw new FsException(Errno.EINVAL, "the write would leave a gap");
    }
    if (count > side.maxBytes() - offset) {
      throw new FsException(Errno.EFBIG, "more than %d bytes".formatted(side.maxBytes()));
    }
    int start = (int) offset;
    if (start + count > content.length) {
      int capacity = (int) Math.min(side.maxBytes(), 2L * (start + count));
      // the factor 2 accounts for the copy that the plugin gets
      charge.take(2L * (capacity - content.length));
      content = Arrays.copyOf(content, capacity);
    }
    switch (side.lineUse()) {
      case CHECK -> uncheckFrom(start);
      case COMMAND -> requireSameCommands(source, start);
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

  /** Marks the line at a position, and all lines after it, as unchecked. */
  private void uncheckFrom(int position) {
    if (position < given) {
      given = position;
      while (given > 0 && content[given - 1] != '\n') {
        given--;
      }
    }
  }

  /** Clients that write from a cache repeat the same bytes; that is not a second command. */
  private void requireSameCommands(ByteBuffer source, int start) throws FsException {
    int common = Math.min(source.remaining(), given - start);
    if (common > 0
        && !source
            .slice(source.position(), common)
            .equals(ByteBuffer.wrap(content, start, common))) {
      throw new FsException(Errno.EINVAL, "a command that was executed cannot be changed");
    }
  }

  /**
   * Discards the bytes beyond a size.
   *
   * @throws FsException EINVAL if fewer bytes are present
   */
  synchronized void truncate(long size) throws FsException {
    if (size > length) {
      throw new FsException(Errno.EINVAL, "the write would leave a gap");
    }
    if (side.lineUse() == LineUse.COMMAND && size > 0 && size < given) {
      throw new FsException(Errno.EINVAL, "a command that was executed cannot be changed");
    }
    length = (int) size;
    uncheckFrom(length);
  }

  /** Acts on the written bytes, if there are any. Called once. */
  void commit() throws FsException {
    byte[] all;
    synchronized (this) {
      requireWhole();
      if (!written) {
        return;
      }
      give(length); // a last line without a line end
      all = Arrays.copyOf(content, length);
    }
    PluginCalls.accept(side.action(), all);
  }

  private void requireWhole() throws FsException {
    if (failure != null) {
      // A new exception, because try-with-resources would add the same object to itself as
      // suppressed.
      throw new FsException(failure.errno(), String.valueOf(failure.getMessage()));
    }
  }
}
