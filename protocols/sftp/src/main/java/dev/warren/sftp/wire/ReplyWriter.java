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
 * Writes replies one after the other, and sends them in as few transport packets as possible. Small
 * replies are collected in a reusable buffer; file content is read directly into the transport's
 * packets. Nothing is sent before {@link #flush()} is called or a packet is full. For one thread at
 * a time.
 */
public final class ReplyWriter {
  /** Maximum length of a reply by {@link #begin}, that is, of one without file content. */
  public static final int MAX_REPLY = 32_000;

  /** Bytes before a reply's body: length, type and request id. */
  public static final int HEADER = 4 + 1 + 4;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final int DATA_HEADER = HEADER + 4;

  /**
   * Maximum length of content that is copied to the other small replies rather than sent in place.
   */
  private static final int SMALL_DATA = 8192;

  /** Maximum length of pending replies that are moved rather than sent in their own packet. */
  private static final int MOVABLE = 4096;

  private final Transport transport;
  private final byte[] scratch;
  private final List<Frame> filled = new ArrayList<>();
  private int filledLast; // where the content in the last frame ends

  private byte[] array;
  private int base;
  private int position;
  private int limit;
  private Frame frame; // the packet that is being filled; see isScratch
  private boolean isScratch = true;
  private int replyStart;
  private boolean begun;

  /** Creates a writer to a transport. */
  public ReplyWriter(Transport transport) {
    this.transport = transport;
    this.scratch = new byte[MAX_REPLY];
    this.array = scratch;
    this.limit = scratch.length;
    this.frame = new Frame(scratch, 0, scratch.length, scratch);
  }

  /** Whether there are replies that have not been sent. */
  public boolean hasPending() {
    return position > base;
  }

  /**
   * Whether, after the pending replies, a small reply or a packet of content can be sent at once.
   */
  public boolean hasRoom() {
    return transport.hasRoom();
  }

  /** How many bytes one transport packet may carry. */
  public int packetSize() {
    return transport.packetSize();
  }

  /**
   * Starts a reply; {@link #end} completes it.
   *
   * @param maxBody maximum length of its body in bytes; with {@link #HEADER} at most {@link
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

  /** Completes the reply. */
  public void end() {
    begun = false;
    INT.set(array, replyStart, position - replyStart - 4);
  }

  /** Discards the reply that was started. */
  public void cancel() {
    begun = false;
    position = replyStart;
  }

  /** Discards a reply that was started and not completed, if there is one. */
  public void abandon() {
    if (begun) {
      cancel();
    }
  }

  /** The present position in the reply, for {@link #rewind} and {@link #putIntAt}. */
  public int mark() {
    return position;
  }

  /** Discards what was written after a mark. */
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

  /** Overwrites a uint32. */
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

  /** Supplies the content of a DATA reply. */
  @FunctionalInterface
  public interface Source {
    /**
     * Reads, as {@link dev.warren.api.OpenFile#read} does.
     *
     * @param offset the distance from the start of the content, at least 0
     */
    int read(ByteBuffer target, long offset) throws FsException;
  }

  /**
   * Writes a DATA reply with the source's content, up to a length.
   *
   * @param onePacket whether to throw {@link WouldBlockException} instead of using a second
   *     transport packet; in that case no reply was written
   * @return how many bytes of content; 0 means that the source is at its end, and no reply was
   *     written
   * @throws FsException from the source's first read, or {@link WouldBlockException} from any read;
   *     in both cases no reply was written. A later error ends the content, and occurs again when
   *     the client continues to read.
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
      return smallData(requestId, Math.min(length, SMALL_DATA), source); // tiny packets
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
   * @param before how many bytes to leave free in front of it
   * @return the length of the content in bytes
   */
  private int fill(int before, int size, int length, boolean onePacket, Source source)
      throws IOException {
    Frame last = add((int) Math.min(size, (long) before + length));
    int start = last.offset() + before;
    int free = last.size() - before;
    int count = 0;
    while (true) {
      int used = read(source, last.array(), start, free, count);
      count += used;
      if (used < free || count == length) {
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
      free = last.size();
    }
  }

  private Frame add(int size) throws IOException {
    Frame added = transport.allocate(size);
    filled.add(added);
    return added;
  }

  /** Sends all frames except the last, to which more replies may be added. */
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

  private int read(Source source, byte[] into, int start, int free, int before) throws FsException {
    try {
      return source.read(ByteBuffer.wrap(into, start, free), before);
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

  /** Sends the pending replies. */
  public void flush() throws IOException {
    int pending = position - base;
    if (pending > 0) {
      send(pending);
    }
    transport.betweenReplies();
  }

  /** Sends the pending replies, and waits until the socket has taken everything of this channel. */
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

  /** Drops the frame whose pending replies have been copied. */
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
