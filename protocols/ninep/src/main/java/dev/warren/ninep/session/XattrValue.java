package dev.warren.ninep.session;

import dev.warren.api.FsException;
import java.nio.ByteBuffer;

/** An extended attribute's value, or a list of names, that Txattrwalk opened for Tread. */
public final class XattrValue implements Handle {
  private final byte[] value;

  /** Takes over a value. */
  public XattrValue(byte[] value) {
    this.value = value;
  }

  /**
   * Copies what fits of the value from an offset on.
   *
   * @return how many bytes; 0 from the end on
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
  public void close(boolean mayWait) {}

  @Override
  public void abort(FsException cause) {}
}
