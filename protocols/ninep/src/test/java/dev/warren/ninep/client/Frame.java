package dev.warren.ninep.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.warren.api.FileNames;
import dev.warren.api.FsException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Builds a frame field by field. */
public final class Frame {
  private static final int HEADER = 7;

  private ByteBuffer bytes = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);

  private Frame(int type) {
    bytes.putInt(0).put((byte) type).putShort((short) 0);
  }

  /** A frame of a type, without fields yet. */
  public static Frame of(int type) {
    return new Frame(type);
  }

  /** Appends one byte. */
  public Frame u8(int value) {
    room(1).put((byte) value);
    return this;
  }

  /** Appends two bytes. */
  public Frame u16(int value) {
    room(2).putShort((short) value);
    return this;
  }

  /** Appends four bytes. */
  public Frame u32(long value) {
    room(4).putInt((int) value);
    return this;
  }

  /** Appends eight bytes. */
  public Frame u64(long value) {
    room(8).putLong(value);
    return this;
  }

  /** Appends a name. */
  public Frame name(String name) throws FsException {
    return string(FileNames.encode(name));
  }

  /** Appends a string. */
  public Frame text(String text) {
    return string(text.getBytes(UTF_8));
  }

  /** Appends the length of some bytes and the bytes. */
  public Frame string(byte[] value) {
    room(2 + value.length).putShort((short) value.length).put(value);
    return this;
  }

  /** Appends bytes. */
  public Frame data(ByteBuffer data) {
    room(data.remaining()).put(data);
    return this;
  }

  /** The frame with its size and a tag. */
  public ByteBuffer bytes(int tag) {
    ByteBuffer whole = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).flip();
    whole.putInt(0, whole.remaining()).putShort(HEADER - 2, (short) tag);
    return whole;
  }

  private ByteBuffer room(int count) {
    if (bytes.remaining() < count) {
      ByteBuffer larger =
          ByteBuffer.allocate(2 * bytes.capacity() + count).order(ByteOrder.LITTLE_ENDIAN);
      bytes = larger.put(bytes.flip());
    }
    return bytes;
  }
}
