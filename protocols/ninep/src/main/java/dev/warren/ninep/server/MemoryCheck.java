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
 * Decides whether there is memory for a connection's next step. Three things hold memory:
 * unprocessed frames, in-flight requests, and unsent replies. If there is not enough, a large read
 * gets a short reply, and anything else waits until there is. For the event loop only.
 */
final class MemoryCheck {
  /** Measured: bytes of a blocked request with its virtual thread. */
  private static final int REQUEST = 8192;

  /** Bytes of a request that waits for a lock, without a thread. */
  private static final int LOCK_REQUEST = 1024;

  /** Bytes that a char of text may take. */
  private static final int TEXT = 2;

  /** The maximum size of a reply without data. */
  private static final int SMALL = Replies.BATCH;

  /**
   * If memory is short, the reply to a read may be shortened, but to no less than this many bytes.
   */
  private static final int SHORTEST = 8192;

  /** The offset of the count in Tread and Treaddir, after {@code fid[4] offset[8]}. */
  private static final int COUNT = Wire.HEADER + 4 + 8;

  private final Allowance allowance;
  private final RequestLimits limits;
  private final Replies replies;
  private final EventLoop loop;
  private final Runnable resume;
  private int longestReply;
  private boolean waiting;

  /**
   * Creates the memory checks of one connection.
   *
   * @param resume called on the event loop when memory may be available after there was too little
   */
  MemoryCheck(
      Allowance allowance, RequestLimits limits, Replies replies, EventLoop loop, Runnable resume) {
    this.allowance = allowance;
    this.limits = limits;
    this.replies = replies;
    this.loop = loop;
    this.resume = resume;
  }

  /**
   * Whether a frame may be processed; if so, {@link #longestReply} refers to it.
   *
   * @param start index of its first byte
   * @param end index after its last byte
   * @param held bytes that unprocessed frames hold
   * @param msize the maximum length of the reply
   */
  boolean mayTake(ByteBuf buffer, int start, int end, long held, int msize) {
    int type = buffer.getUnsignedByte(start + 4);
    longestReply = msize;
    if (type == MessageType.TFLUSH) {
      return true; // the cancelled request may free memory
    }
    long direct = held + others();
    boolean reads = type == MessageType.TREAD || type == MessageType.TREADDIR;
    boolean fits =
        (reads && end - start >= COUNT + 4)
            ? mayReply(direct, buffer.getUnsignedIntLE(start + COUNT), msize)
            : mayHold(direct + spaceForReply() + ofData(type, buffer, end - start))
                // If a write is the only memory held, nothing would ever free memory for its copy,
                // so it is processed without one.
                || (isAlone() && mayHold(direct + spaceForReply()));
    if (!fits) {
      return false;
    }
    // A Tlock never waits here: with too many waiting locks it is refused, so that an unlock behind
    // it gets through.
    return type == MessageType.TLOCK
        || orLater(Use.REQUESTS, limits.heap() + ofRequest(type, end - start));
  }

  private long spaceForReply() {
    return replies.hasBatch() ? 0 : SMALL;
  }

  /**
   * A blocked write keeps its frame's buffer, or a copy of its data if the buffer is much longer.
   */
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

  /** Whether frames may hold this many bytes, besides all else, with memory left for a reply. */
  boolean mayHoldFrames(long bytes) {
    return mayHold(bytes + others() + spaceForReply());
  }

  /** Bytes held by all except unprocessed frames. */
  private long others() {
    return limits.bytes() + replies.unsent();
  }

  /** Whether the connection has no in-flight request or unsent reply that will free memory. */
  boolean isAlone() {
    return others() == 0;
  }

  /** The maximum length of the reply to the frame that {@link #mayTake} last accepted. */
  int longestReply() {
    return longestReply;
  }

  /** Bytes of heap that a request uses while it is blocked. */
  static int ofRequest(int type, int frame) {
    return REQUEST + (type == MessageType.TWRITE ? 0 : TEXT * frame);
  }

  /** Releases a completed request's memory, which its reply may then use. */
  void requestEnded() {
    allowance.settle(Use.REQUESTS, limits.heap());
  }

  /** Whether there is memory for a request that waits for a lock. */
  boolean mayWish(int bytes) {
    return allowance.reach(Use.REQUESTS, limits.heap() + bytes);
  }

  /** Bytes of heap of a request that waits without a thread. */
  static int ofWish(int frame) {
    return LOCK_REQUEST + TEXT * frame;
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

  /** Called on any thread. */
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
   * Returns memory that is not needed now.
   *
   * @param held bytes that unprocessed frames hold
   */
  void settle(long held) {
    allowance.settle(Use.BUFFERS, held + others());
    allowance.settle(Use.REQUESTS, limits.heap());
  }
}
