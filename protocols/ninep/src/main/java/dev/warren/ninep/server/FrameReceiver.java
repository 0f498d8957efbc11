package dev.warren.ninep.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;

/**
 * Receives to where a connection's frames are put together, more at once the more there is: a
 * system call for each frame of a batch costs more than all else about small ones.
 */
final class FrameReceiver extends DefaultMaxMessagesRecvByteBufAllocator {
  private static final int LEAST = FrameBuffer.LEAST_RECEIVED;

  private static final int MOST = 256 << 10;

  /** A read that got less than this part of its buffer counts against the buffer's size. */
  private static final int SMALL_PART = 8;

  /** So many small reads in a row make the next buffer smaller. */
  private static final int PATIENCE = 8;

  private final FrameBuffer frames;

  FrameReceiver(FrameBuffer frames) {
    this.frames = frames;
  }

  @Override
  @SuppressWarnings("deprecation") // the type that the transports ask for
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
      } else if (bytes > 0 && ++small == PATIENCE) {
        size = Math.max(LEAST, size / 2);
        small = 0;
      }
    }
  }
}
