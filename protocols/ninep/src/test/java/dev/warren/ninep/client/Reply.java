package dev.warren.ninep.client;

import dev.warren.api.Errno;
import dev.warren.api.FileNames;
import dev.warren.api.FsException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A received frame. */
public final class Reply {
  private static final int RLERROR = 7;

  private final ByteBuffer bytes;
  private final int type;
  private final int tag;

  /**
   * Wraps a frame.
   *
   * @param frame the whole frame, starting with its size
   */
  public Reply(ByteBuffer frame) {
    bytes = frame.order(ByteOrder.LITTLE_ENDIAN);
    bytes.getInt();
    type = bytes.get() & 0xFF;
    tag = bytes.getShort() & 0xFFFF;
  }

  /** The type. */
  public int type() {
    return type;
  }

  /** The tag. */
  public int tag() {
    return tag;
  }

  /** The error number in an Rlerror; 0 for any other reply. */
  public int error() {
    return type == RLERROR ? bytes.getInt(7) : 0;
  }

  /**
   * This reply, after checking that it belongs to a type of request.
   *
   * @throws FsException the error in the reply, or EPROTO if it belongs to another type
   */
  public Reply to(int request) throws FsException {
    if (type == RLERROR) {
      throw new FsException(Errno.of(error()).orElse(Errno.EPROTO));
    }
    if (type != request + 1) {
      throw new FsException(Errno.EPROTO, "reply of type " + type + " to " + request);
    }
    return this;
  }

  /** One byte. */
  public int u8() {
    return bytes.get() & 0xFF;
  }

  /** Two bytes. */
  public int u16() {
    return bytes.getShort() & 0xFFFF;
  }

  /** Four bytes. */
  public int u32() {
    return bytes.getInt();
  }

  /** Eight bytes. */
  public long u64() {
    return bytes.getLong();
  }

  /** A string. */
  public String name() {
    byte[] name = new byte[u16()];
    bytes.get(name);
    return FileNames.decode(name);
  }

  /** Some bytes. */
  public ByteBuffer data(int count) {
    ByteBuffer data = bytes.slice(bytes.position(), count);
    bytes.position(bytes.position() + count);
    return data;
  }

  /** How many bytes are left. */
  public int remaining() {
    return bytes.remaining();
  }
}
