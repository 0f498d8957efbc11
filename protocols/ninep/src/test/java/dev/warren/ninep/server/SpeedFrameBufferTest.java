package dev.warren.ninep.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The buffers into which a connection receives data; frames are passed on unchanged. */
class SpeedFrameBufferTest {
  private static final int LONGEST = 1 << 20;

  private final List<byte[]> taken = new ArrayList<>();
  private final List<ByteBuf> holders = new ArrayList<>();
  private final FrameBuffer frames =
      new FrameBuffer(
          UnpooledByteBufAllocator.DEFAULT,
          new FrameBuffer.Sink() {
            @Override
            public int longest() {
              return LONGEST;
            }

            @Override
            public boolean isReady(ByteBuf buffer, int start, int end) {
              return true;
            }

            @Override
            public void frame(ByteBuf buffer, int start, int end) {
              taken.add(ByteBufUtil.getBytes(buffer, start, end - start));
              holders.add(buffer);
            }

            @Override
            public boolean mayHold(long bytes) {
              return true;
            }

            @Override
            public boolean mayCut(ByteBuf buffer, int start, int end) {
              return false;
            }

            @Override
            public void broken(long size) {
              throw new AssertionError("frame of " + size);
            }
          });

  /**
   * Acts like a transport: gets a buffer, fills it with the bytes that have arrived and fit, passes
   * it on.
   */
  private ByteBuf receive(ByteBuf stream, int come) {
    ByteBuf target = frames.receiveBuffer(16 << 10);
    int count = Math.min(Math.min(come, stream.readableBytes()), target.writableBytes());
    target.writeBytes(stream, count);
    frames.add(target);
    assertThat(frames.take()).isTrue();
    return target;
  }

  private static byte[] frame(Random random, int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    Unpooled.wrappedBuffer(bytes).setIntLE(0, size);
    return bytes;
  }

  @Test
  void framesOfAllSizesInPiecesOfAllSizes() {
    Random random = new Random(7);
    List<byte[]> sent = new ArrayList<>();
    ByteBuf stream = Unpooled.buffer();
    for (int i = 0; i < 2000; i++) {
      int scale = 1 << random.nextInt(i % 50 == 0 ? 20 : 12);
      byte[] frame = frame(random, 7 + random.nextInt(Math.min(scale, LONGEST - 7)));
      sent.add(frame);
      stream.writeBytes(frame);
    }
    while (stream.isReadable()) {
      receive(stream, 1 + random.nextInt(1 << random.nextInt(19)));
    }
    assertThat(taken).hasSameSizeAs(sent);
    for (int i = 0; i < sent.size(); i++) {
      assertThat(taken.get(i)).isEqualTo(sent.get(i));
    }
    frames.close();
    assertThat(holders).allMatch(buffer -> buffer.refCnt() == 0);
  }

  /** The second of two large frames: the size of the first one is expected. */
  @Test
  void theNextLargeFrameIsReceivedInOneBuffer() {
    Random random = new Random(8);
    byte[] frame = frame(random, 256 << 10);
    ByteBuf stream = Unpooled.buffer().writeBytes(frame).writeBytes(frame);
    while (taken.isEmpty()) {
      receive(stream, 100_000);
    }
    ByteBuf first = receive(stream, 100_000);
    ByteBuf second = receive(stream, 100_000);
    ByteBuf third = receive(stream, 100_000);
    assertThat(second).isSameAs(first);
    assertThat(third).isSameAs(first);
    assertThat(holders.getLast()).isSameAs(first);
    assertThat(taken.getLast()).isEqualTo(frame);
    assertThat(first.refCnt()).isZero();
    frames.close();
  }
}
