package dev.warren.ninep.session;

import dev.warren.api.FsException;
import java.nio.ByteBuffer;

/**
 * An extended attribute's value, or a list of attribute names, that Txattrwalk opened for Tread.
 */
public final class XattrValue implements Handle {
  private final byte[] value;

  /** Wraps a value without copying it. */
  public XattrValue(byte[] value) {
    this.value = value;
  }

  /**
   * Copies bytes of the value, starting at an offset, as far as they fit.
   *
   * @return how many bytes were copied; 0 at and after the end
   */
  public int read(ByteBuffer target, long offset) {
    if (offset >= value.length) {
      return 0;
    }
    int count = (int) Math.min(target.remaining(), value.length - offset);
    target.put(value, (int) offset, count);
    return count;
  }

  @Override
  public int bytes() {
    return value.length;
  }

  @Override
  public void close(boolean mayBlock) {}

  @Override
  public void abort(FsException cause) {}
}
