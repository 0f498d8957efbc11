package dev.warren.sftp.wire;

import dev.warren.api.FileNames;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads the fields of one packet in place. An incomplete field throws {@link BadPacketException}.
 * Not thread-safe.
 */
public final class PacketReader {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final byte[] array;
  private int position;
  private final int end;

  /** Creates a reader of a part of an array: a packet without its length field. */
  public PacketReader(byte[] array, int offset, int length) {
    this.array = array;
    this.position = offset;
    this.end = offset + length;
  }

  /** Reads a string field, and returns a reader of its content. */
  public PacketReader nested() throws BadPacketException {
    int length = length();
    PacketReader inner = new PacketReader(array, position, length);
    position += length;
    return inner;
  }

  /** How many bytes are left. */
  public int remaining() {
    return end - position;
  }

  /** A byte. */
  public int readByte() throws BadPacketException {
    need(1);
    return array[position++] & 0xFF;
  }

  /** A uint32 as raw bits. */
  public int readInt() throws BadPacketException {
    need(4);
    int value = (int) INT.get(array, position);
    position += 4;
    return value;
  }

  /** A uint32. */
  public long readUnsignedInt() throws BadPacketException {
    return readInt() & 0xFFFFFFFFL;
  }

  /** A uint64 as raw bits: negative for 2^63 and more. */
  public long readLong() throws BadPacketException {
    need(8);
    long value = (long) LONG.get(array, position);
    position += 8;
    return value;
  }

  /** A string that is a name, decoded by {@link FileNames}. */
  public String readText() throws BadPacketException {
    int length = length();
    String text = FileNames.decode(array, position, length);
    position += length;
    return text;
  }

  /** A string as a view of the packet's own bytes. */
  public ByteBuffer readBytes() throws BadPacketException {
    int length = length();
    ByteBuffer bytes = ByteBuffer.wrap(array, position, length);
    position += length;
    return bytes;
  }

  /** Skips a string. */
  public void skipString() throws BadPacketException {
    int length = length();
    position += length;
  }

  private int length() throws BadPacketException {
    long length = readUnsignedInt();
    if (length > remaining()) {
      throw new BadPacketException(
          "a string of " + length + " bytes, but only " + remaining() + " are left");
    }
    return (int) length;
  }

  private void need(int bytes) throws BadPacketException {
    if (remaining() < bytes) {
      throw new BadPacketException("the packet ends too early");
    }
  }
}
