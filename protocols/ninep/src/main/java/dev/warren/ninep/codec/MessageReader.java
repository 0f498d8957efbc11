package dev.warren.ninep.codec;

import dev.warren.api.Errno;
import dev.warren.api.FileNames;
import dev.warren.api.FsException;
import io.netty.buffer.ByteBuf;

/**
 * Reads the fields of one message directly from the buffer, and never past the message's end. One
 * reader serves all messages of a connection, so reading a message allocates nothing but its
 * strings. Every method throws EINVAL if the message ends too early. Not thread-safe.
 */
public final class MessageReader {
  private final byte[] scratch = new byte[FileNames.MAX_BYTES];
  private ByteBuf buffer;
  private int position;
  private int end;

  /** Creates a reader without a message. */
  public MessageReader(ByteBuf empty) {
    buffer = empty;
  }

  /**
   * Starts reading a message.
   *
   * @param start index of the first byte after type and tag
   * @param messageEnd index after the last byte
   */
  public MessageReader reset(ByteBuf source, int start, int messageEnd) {
    buffer = source;
    position = start;
    end = messageEnd;
    return this;
  }

  /** The buffer that holds the message, among other data. */
  public ByteBuf buffer() {
    return buffer;
  }

  /** Index of the next byte in {@link #buffer()}. */
  public int position() {
    return position;
  }

  /** How many bytes of the message are left. */
  public int remaining() {
    return end - position;
  }

  /** One byte. */
  public int u8() throws FsException {
    return buffer.getUnsignedByte(advance(1));
  }

  /** Two bytes. */
  public int u16() throws FsException {
    return buffer.getUnsignedShortLE(advance(2));
  }

  /** Four bytes as raw bits: a fid, a user number, flags. */
  public int bits32() throws FsException {
    return buffer.getIntLE(advance(4));
  }

  /** Four bytes as a number from 0 to 2^32-1. */
  public long u32() throws FsException {
    return buffer.getUnsignedIntLE(advance(4));
  }

  /** Eight bytes as raw bits. */
  public long bits64() throws FsException {
    return buffer.getLongLE(advance(8));
  }

  /**
   * Eight bytes as an offset or size in a file.
   *
   * @throws FsException EINVAL if it is over 2^63-1, which no file reaches
   */
  public long offset() throws FsException {
    long value = bits64();
    if (value < 0) {
      throw new FsException(Errno.EINVAL, "offset or size over 2^63-1");
    }
    return value;
  }

  /**
   * A file name. Only its length is checked here.
   *
   * @throws FsException ENAMETOOLONG over {@value FileNames#MAX_BYTES} bytes
   */
  public String name() throws FsException {
    int length = u16();
    if (length > FileNames.MAX_BYTES) {
      advance(length);
      throw new FsException(Errno.ENAMETOOLONG);
    }
    buffer.getBytes(advance(length), scratch, 0, length);
    return FileNames.decode(scratch, 0, length);
  }

  /**
   * The name of an extended attribute. It may be empty; the caller decides whether that is valid.
   *
   * @throws FsException ERANGE over 255 bytes, as setxattr(2), EINVAL with NUL
   */
  public String xattrName() throws FsException {
    return shortText(Errno.ERANGE);
  }

  /**
   * The client's name for itself in a lock. It may be sent to another client in an Rgetlock, which
   * must not become longer than that client's buffer.
   *
   * @throws FsException EINVAL over 255 bytes or with NUL
   */
  public String clientName() throws FsException {
    return shortText(Errno.EINVAL);
  }

  private String shortText(Errno tooLong) throws FsException {
    String text = text();
    if (FileNames.encodedLength(text) > FileNames.MAX_BYTES) {
      throw new FsException(tooLong);
    }
    if (text.indexOf('\0') >= 0) {
      throw new FsException(Errno.EINVAL, "NUL in a name");
    }
    return text;
  }

  /** A string of any length, such as a link's target or an attach name. */
  public String text() throws FsException {
    byte[] bytes = new byte[length(u16())];
    buffer.getBytes(advance(bytes.length), bytes);
    return FileNames.decode(bytes);
  }

  /**
   * Checks that the whole message was read.
   *
   * @throws FsException EINVAL if bytes are left over
   */
  public void end() throws FsException {
    if (position != end) {
      throw new FsException(Errno.EINVAL, "message with " + (end - position) + " bytes too many");
    }
  }

  private int length(int announced) throws FsException {
    if (announced > end - position) {
      throw new FsException(Errno.EINVAL, "message ends too early");
    }
    return announced;
  }

  private int advance(int bytes) throws FsException {
    int at = position;
    position = at + length(bytes);
    return at;
  }
}
