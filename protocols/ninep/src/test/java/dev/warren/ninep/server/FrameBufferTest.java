package dev.warren.ninep.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames come out as they went in, however they were cut, and no buffer is left. */
class FrameBufferTest {
  private static final class Sink implements FrameBuffer.Sink {
    final List<byte[]> frames = new ArrayList<>();
    long broken = -1;
    boolean ready = true;

    @Override
    public int longest() {
      return 1 << 20;
    }

    @Override
    public boolean isReady(ByteBuf buffer, int start, int end) {
      return ready;
    }

    @Override
    public void frame(ByteBuf buffer, int start, int end) {
      byte[] bytes = new byte[end - start];
      buffer.getBytes(start, bytes);
      frames.add(bytes);
    }

    @Override
    public boolean mayHold(long bytes) {
      return true;
    }

    @Override
    public boolean mayCut(ByteBuf buffer, int end) {
      return false;
    }

    @Override
    public void broken(long size) {
      broken = size;
    }
  }

  private final Sink sink = new Sink();
  private final FrameBuffer frames = new FrameBuffer(PooledByteBufAllocator.DEFAULT, sink);

  private static ByteBuf buffer(byte[] bytes, int start, int end) {
    return PooledByteBufAllocator.DEFAULT.directBuffer().writeBytes(bytes, start, end - start);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void framesAreTheSameHoweverTheyAreCut(long seed) {
    Random random = new Random(seed);
    ByteBuf all = PooledByteBufAllocator.DEFAULT.heapBuffer();
    List<byte[]> expected = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      int size = 7 + (random.nextInt(10) == 0 ? random.nextInt(100_000) : random.nextInt(50));
      byte[] body = new byte[size - 4];
      random.nextBytes(body);
      int start = all.writerIndex();
      all.writeIntLE(size).writeBytes(body);
      byte[] frame = new byte[size];
      all.getBytes(start, frame);
      expected.add(frame);
    }
    byte[] bytes = new byte[all.readableBytes()];
    all.readBytes(bytes).release();
    List<ByteBuf> given = new ArrayList<>();
    for (int at = 0; at < bytes.length; ) {
      int end = Math.min(bytes.length, at + 1 + random.nextInt(seed == 1 ? 10 : 20_000));
      ByteBuf part = buffer(bytes, at, end);
      given.add(part);
      sink.ready = random.nextInt(4) > 0;
      frames.add(part);
      frames.take();
      at = end;
    }
    sink.ready = true;
    assertThat(frames.take()).isTrue();
    assertThat(sink.frames).containsExactlyElementsOf(expected);
    assertThat(given).allMatch(part -> part.refCnt() == 0);
  }

  @Test
  void whatIsNotTakenWaitsAndIsFreedAtTheEnd() {
    byte[] bytes = new byte[14];
    bytes[0] = 7;
    bytes[7] = 7;
    ByteBuf two = buffer(bytes, 0, 14);
    sink.ready = false;
    frames.add(two);
    assertThat(frames.take()).isFalse();
    assertThat(sink.frames).isEmpty();
    frames.close();
    assertThat(two.refCnt()).isZero();
    ByteBuf late = buffer(bytes, 0, 14);
    frames.add(late);
    assertThat(late.refCnt()).isZero();
  }

  @Test
  void aBadSizeIsToldAndNothingFollows() {
    byte[] bytes = new byte[20];
    bytes[0] = 6;
    frames.add(buffer(bytes, 0, 3));
    frames.add(buffer(bytes, 3, 20));
    frames.take();
    assertThat(sink.broken).isEqualTo(6);
    assertThat(sink.frames).isEmpty();
    frames.close();
  }
}
