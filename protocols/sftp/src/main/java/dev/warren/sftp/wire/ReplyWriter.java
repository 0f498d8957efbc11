package dev.warren.sftp.wire;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.WouldBlockException;
import dev.warren.sftp.wire.Transport.Frame;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes replies one after the other and sends them in as few transport packets as they fit into.
 * Small replies collect in a buffer that is used again and again; the content of files is read
 * straight into the transport's packets. Nothing leaves before {@link #flush()} or before a packet
 * is full. For one thread at a time.
 */
public final class ReplyWriter {
  /** The longest reply that {@link #begin} takes, other than content of files. */
  public static final int MAX_REPLY = 32_000;

  /** Bytes before a reply's body: length, type and request id. */
  public static final int HEADER = 4 + 1 + 4;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final int DATA_HEADER = HEADER + 4;

  /** Up to here, content is copied with other small replies rather than sent from where it is. */
  private static final int SMALL_DATA = 8192;

  /** Up to here, what is pending moves rather than leaves in a packet of its own. */
  private static final int MOVABLE = 4096;

  private final Transport transport;
  private final byte[] scratch;
  private final List<Frame> filled = new ArrayList<>();
  private int filledLast; // where the content in the last of them ends

  private byte[] array;
  private int base;
  private int position;
  private int limit;
  private Frame frame; // the transport's packet that is being filled; see isScratch
  private boolean isScratch = true;
  private int replyStart;
  private boolean begun;

  /** A writer to a transport. */
  public ReplyWriter(Transport transport) {
    this.transport = transport;
    this.scratch = new byte[MAX_REPLY];
    this.array = scratch;
    this.limit = scratch.length;
    this.frame = new Frame(scratch, 0, scratch.length, scratch);
  }

  /** Whether there are replies that have not left. */
  public boolean hasPending() {
    return position > base;
  }

  /** Whether a small reply or a packet of content can be sent after what is pending at once. */
  public boolean hasRoom() {
    return transport.hasRoom();
  }

  /** How many bytes one transport packet may carry. */
  public int packetSize() {
    return transport.packetSize();
  }

  /**
   * Starts a reply; {@link #end} ends it.
   *
   * @param maxBody what its body takes at most, bytes; with {@link #HEADER} at most {@link
   *     #MAX_REPLY}
   */
  public void begin(int type, int requestId, int maxBody) throws IOException {
    reserve(HEADER + maxBody);
    replyStart = position;
    begun = true;
    position += 4;
    putByte(type);
    putInt(requestId);
  }

  /** Ends the reply. */
  public void end() {
    begun = false;
    INT.set(array, replyStart, position - replyStart - 4);
  }

  /** Takes the reply that was begun back. */
  public void cancel() {
    begun = false;
    position = replyStart;
  }

  /** Takes back a reply that was begun and not ended, if there is one. */
  public void abandon() {
    if (begun) {
      cancel();
    }
  }

  /** Where the reply ends so far, for {@link #rewind} and {@link #putIntAt}. */
  public int mark() {
    return position;
  }

  /** Takes back what was written after a mark. */
  public void rewind(int mark) {
    position = mark;
  }

  /** Writes a byte. */
  public void putByte(int value) {
    array[position++] = (byte) value;
  }

  /** Writes a uint32. */
  public void putInt(int value) {
    INT.set(array, position, value);
    position += 4;
  }

  /** Writes a uint32 where one was written before. */
  public void putIntAt(int mark, int value) {
    INT.set(array, mark, value);
  }

  /** Writes a uint64. */
  public void putLong(long value) {
    LONG.set(array, position, value);
    position += 8;
  }

  /** Writes a string. */
  public void putString(byte[] bytes) {
    putInt(bytes.length);
    putBytes(bytes);
  }

  /** Writes bytes without their length. */
  public void putBytes(byte[] bytes) {
    System.arraycopy(bytes, 0, array, position, bytes.length);
    position += bytes.length;
  }

  /** Where the content of a DATA reply comes from. */
  @FunctionalInterface
  public interface Source {
    /**
     * Reads as {@link dev.warren.api.OpenFile#read}.
     *
     * @param offset from the start of the content, at least 0
     */
    int read(ByteBuffer target, long offset) throws FsException;
  }

  /**
   * Writes a DATA reply with all that the source has, up to a length.
   *
   * @param onePacket gives up before a second transport packet is needed: with {@link
   *     WouldBlockException}, and no reply was written
   * @return how many bytes of content; 0 means that the source is at its end and no reply was
   *     written
   * @throws FsException from the source's first read, or {@link WouldBlockException} from any: no
   *     reply was written. An error after the first ends the content, and comes again when the
   *     client reads on.
   */
  public int data(int requestId, int length, boolean onePacket, Source source) throws IOException {
    if (length <= SMALL_DATA) {
      return smallData(requestId, length, source);
    }
    int size = transport.packetSize();
    if (position - base + DATA_HEADER + 1 > size || position - base > MOVABLE) {
      flush();
    }
    int pending = position - base;
    if (pending + DATA_HEADER + 1 > size) {
      return smallData(requestId, Math.min(length, SMALL_DATA), source); // a client's odd packets
    }
    int count = 0;
    try {
      count = fill(pending + DATA_HEADER, size, length, onePacket, source);
    } finally {
      if (count == 0) {
        filled.forEach(transport::drop);
        filled.clear();
      }
    }
    if (count > 0) {
      sendFilled(pending, requestId, count);
    }
    return count;
  }

  /**
   * Fills frames with content.
   *
   * @param before how much room to leave before it
   * @return how much there is
   */
  private int fill(int before, int size, int length, boolean onePacket, Source source)
      throws IOException {
    Frame last = add((int) Math.min(size, (long) before + length));
    int start = last.offset() + before;
    int room = last.size() - before;
    int count = 0;
    while (true) {
      int used = read(source, last.array(), start, room, count);
      count += used;
      if (used < room || count == length) {
        if (used > 0) {
          filledLast = start + used;
        } else if (count > 0) { // the last frame was not needed
          transport.drop(filled.removeLast());
        }
        return count;
      }
      if (onePacket) {
        throw WouldBlockException.INSTANCE;
      }
      filledLast = last.offset() + last.size();
      last = add(Math.min(size, length - count));
      start = last.offset();
      room = last.size();
    }
  }

  private Frame add(int size) throws IOException {
    Frame added = transport.allocate(size);
    filled.add(added);
    return added;
  }

  /** Sends all frames but the last, to which other replies may be added. */
  private void sendFilled(int pending, int requestId, int count) throws IOException {
    Frame first = filled.getFirst();
    System.arraycopy(array, base, first.array(), first.offset(), pending);
    putDataHeader(first.array(), first.offset() + pending, requestId, count);
    dropMoved();
    frame = filled.removeLast();
    isScratch = false;
    array = frame.array();
    base = frame.offset();
    position = filledLast;
    limit = base + frame.size();
    try {
      for (Frame f : filled) {
        transport.send(f, f.size());
      }
    } finally {
      filled.clear();
    }
  }

  private int smallData(int requestId, int length, Source source) throws IOException {
    reserve(DATA_HEADER + length);
    int count = read(source, array, position + DATA_HEADER, length, 0);
    if (count > 0) {
      putDataHeader(array, position, requestId, count);
      position += DATA_HEADER + count;
    }
    return count;
  }

  private int read(Source source, byte[] into, int start, int room, int before) throws FsException {
    try {
      return source.read(ByteBuffer.wrap(into, start, room), before);
    } catch (FsException e) {
      if (before == 0 || e instanceof WouldBlockException) {
        throw e;
      }
      return 0;
    }
  }

  private static void putDataHeader(byte[] into, int at, int requestId, int count) {
    INT.set(into, at, HEADER - 4 + 4 + count);
    into[at + 4] = MessageType.DATA;
    INT.set(into, at + 5, requestId);
    INT.set(into, at + 9, count);
  }

  /** Sends what is pending. */
  public void flush() throws IOException {
    int pending = position - base;
    if (pending > 0) {
      send(pending);
    }
    transport.betweenReplies();
  }

  /** Sends what is pending, and waits until nothing of this channel is on its way any more. */
  public void awaitSent() throws IOException {
    flush();
    transport.awaitSent();
  }

  private void send(int bytes) throws IOException {
    int pending = bytes;
    if (!isScratch) {
      Frame full = frame;
      reset();
      transport.send(full, pending);
      return;
    }
    int from = base;
    reset();
    while (pending > 0) {
      int part = Math.min(pending, transport.packetSize());
      Frame f = transport.allocate(part);
      System.arraycopy(scratch, from, f.array(), f.offset(), part);
      transport.send(f, part);
      from += part;
      pending -= part;
    }
  }

  private void reserve(int bytes) throws IOException {
    if (bytes > scratch.length) {
      throw new FsException(Errno.EMSGSIZE, "a reply of " + bytes + " bytes");
    }
    if (limit - position >= bytes) {
      return;
    }
    int pending = position - base;
    if (!isScratch && pending <= MOVABLE && pending + bytes <= scratch.length) {
      System.arraycopy(array, base, scratch, 0, pending);
      dropMoved();
      reset();
      position = pending;
      return;
    }
    flush();
  }

  /** What was pending in a frame is elsewhere now. */
  private void dropMoved() {
    if (!isScratch) {
      transport.drop(frame);
    }
  }

  private void reset() {
    isScratch = true;
    array = scratch;
    base = 0;
    position = 0;
    limit = scratch.length;
  }
}
