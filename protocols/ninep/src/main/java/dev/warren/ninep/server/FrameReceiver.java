package dev.warren.ninep.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;

/**
 * Chooses the buffers to receive into, and receives more at a time the more data there is: one
 * system call for each frame of a batch would cost more than everything else about small frames.
 */
final class FrameReceiver extends DefaultMaxMessagesRecvByteBufAllocator {
  private static final int LEAST = FrameBuffer.LEAST_RECEIVED;

  private static final int MOST = 256 << 10;

  /** A read that fills less than this fraction of its buffer counts as small. */
  private static final int SMALL_PART = 8;

  /** After this many small reads in a row, the next buffer is smaller. */
  private static final int SMALL_READS = 8;

  private final FrameBuffer frames;

  FrameReceiver(FrameBuffer frames) {
    this.frames = frames;
  }

  @Override
  @SuppressWarnings("deprecation") // the type that Netty's transports require
  public Handle newHandle() {
    return new Receiving();
  }

  private final class Receiving extends MaxMessageHandle {
    private int size = LEAST;
    private int small;

    @Override
    public ByteBuf allocate(ByteBufAllocator allocator) {
      return frames.receiveBuffer(size);
    }

    @Override
    public int guess() {
      return size;
    }

    @Override
    public void lastBytesRead(int bytes) {
      super.lastBytesRead(bytes);
      if (bytes >= size) {
        size = Math.min(MOST, 4 * size);
        small = 0;
      } else if (bytes >= size / SMALL_PART) {
        small = 0;
      } else if (bytes > 0 && ++small == SMALL_READS) {
        size = Math.max(LEAST, size / 2);
        small = 0;
      }
    }
  }
}
