package dev.warren.ninep.server;

import dev.warren.api.MemoryBudget.Use;
import dev.warren.ninep.codec.MessageType;
import dev.warren.ninep.codec.Wire;
import dev.warren.ninep.session.Allowance;
import dev.warren.ninep.session.Replies;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.concurrent.RejectedExecutionException;

/**
 * Whether there is memory for what a connection does next: its frames that have not been taken, its
 * requests that have not been answered, its replies that have not been sent. Where there is none a
 * large read is answered short, and anything else waits until there is. For the event loop only.
 */
final class Room {
  /** Measured: a request that waits, with the virtual thread that it waits on. */
  private static final int REQUEST = 8192;

  /** A request that waits for a lock, on no thread. */
  private static final int WISH = 1024;

  /** A char of text may take two bytes. */
  private static final int TEXT = 2;

  /** What a reply that is not of data may take. */
  private static final int SMALL = Replies.BATCH;

  /** A read is not answered shorter than that for want of memory. */
  private static final int SHORTEST = 8192;

  /** The count of a Tread and a Treaddir, after {@code fid[4] offset[8]}. */
  private static final int COUNT = Wire.HEADER + 4 + 8;

  private final Allowance allowance;
  private final Bounds bounds;
  private final Replies replies;
  private final EventLoop loop;
  private final Runnable resume;
  private int longestReply;
  private boolean waiting;

  /**
   * The memory of one connection.
   *
   * @param resume is called on the event loop when there may be room after there was none
   */
  Room(Allowance allowance, Bounds bounds, Replies replies, EventLoop loop, Runnable resume) {
    this.allowance = allowance;
    this.bounds = bounds;
    this.replies = replies;
    this.loop = loop;
    this.resume = resume;
  }

  /**
   * Whether a frame may be taken; if so, {@link #longestReply} is for that.
   *
   * @param start index of its first byte
   * @param end index after its last byte
   * @param held what frames hold
   * @param msize the longest reply that can be
   */
  boolean mayTake(ByteBuf buffer, int start, int end, long held, int msize) {
    int type = buffer.getUnsignedByte(start + 4);
    longestReply = msize;
    if (type == MessageType.TFLUSH) {
      return true; // it may be what makes room
    }
    long direct = held + others();
    boolean reads = type == MessageType.TREAD || type == MessageType.TREADDIR;
    boolean fits =
        (reads && end - start >= COUNT + 4)
            ? mayReply(direct, buffer.getUnsignedIntLE(start + COUNT), msize)
            : mayHold(direct + spaceForReply() + ofData(type, buffer, end - start))
                // Nothing would ever make room for the copy of a write that is all there is.
                || (isAlone() && mayHold(direct + spaceForReply()));
    if (!fits) {
      return false;
    }
    // Where too many wait for locks already, the next one is refused: the unlock is to get through.
    return type == MessageType.TLOCK
        || orLater(Use.REQUESTS, bounds.heap() + ofRequest(type, end - start));
  }

  private long spaceForReply() {
    return replies.hasBatch() ? 0 : SMALL;
  }

  /** A write that has to wait keeps its frame's buffer, unless that is much longer. */
  private static long ofData(int type, ByteBuf buffer, int frame) {
    return type == MessageType.TWRITE && buffer.capacity() > 2 * frame ? frame : 0;
  }

  private boolean mayReply(long direct, long count, int msize) {
    long wanted = Math.min(count + Wire.READ_HEADER, msize);
    for (long size = wanted; size > SHORTEST; size /= 2) {
      if (allowance.reach(Use.BUFFERS, direct + size)) {
        longestReply = (int) size;
        return true;
      }
    }
    longestReply = (int) Math.min(wanted, SHORTEST);
    return mayHold(direct + longestReply);
  }

  private boolean mayHold(long direct) {
    return orLater(Use.BUFFERS, direct);
  }

  /** Whether frames may hold so many bytes, beside what else there is, and still be answered. */
  boolean mayHoldFrames(long bytes) {
    return mayHold(bytes + others() + spaceForReply());
  }

  /** What is held beside frames that have not been taken. */
  private long others() {
    return bounds.bytes() + replies.unsent();
  }

  /** Whether nothing of the connection will make room by itself. */
  boolean isAlone() {
    return others() == 0;
  }

  /** How long the reply may be to the frame that was asked about last. */
  int longestReply() {
    return longestReply;
  }

  /** What a request takes of the heap while it waits. */
  static int ofRequest(int type, int frame) {
    return REQUEST + (type == MessageType.TWRITE ? 0 : TEXT * frame);
  }

  /** A request has ended: what it took is free for what becomes of it. */
  void requestEnded() {
    allowance.settle(Use.REQUESTS, bounds.heap());
  }

  /** Whether there is room for a request that waits for a lock. */
  boolean mayWish(int bytes) {
    return allowance.reach(Use.REQUESTS, bounds.heap() + bytes);
  }

  /** What a request takes of the heap that waits on no thread. */
  static int ofWish(int frame) {
    return WISH + TEXT * frame;
  }

  private boolean orLater(Use use, long total) {
    if (waiting) {
      return allowance.reach(use, total);
    }
    if (allowance.reach(use, total) || allowance.reachOr(use, total, this::later)) {
      return true;
    }
    waiting = true;
    return false;
  }

  /** On any thread. */
  private void later() {
    try {
      loop.execute(
          () -> {
            waiting = false;
            resume.run();
          });
    } catch (RejectedExecutionException e) {
      waiting = false; // the server has been closed
    }
  }

  /**
   * Gives back what is not needed now.
   *
   * @param held what frames hold
   */
  void settle(long held) {
    allowance.settle(Use.BUFFERS, held + others());
    allowance.settle(Use.REQUESTS, bounds.heap());
  }
}
