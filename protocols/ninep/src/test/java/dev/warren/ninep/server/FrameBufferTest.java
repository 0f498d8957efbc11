package dev.warren.ninep.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames are passed on unchanged, however they were split, and no buffer leaks. */
class FrameBufferTest {
  private static final int LEAST_CUT = 8192;

  private static final class Sink implements FrameBuffer.Sink {
    final List<byte[]> frames = new ArrayList<>();
    long broken = -1;
    boolean ready = true;
    long most = Long.MAX_VALUE;

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
      return bytes <= most;
    }

    @Override
    public boolean mayCut(ByteBuf buffer, int start, int end) {
      return most < Long.MAX_VALUE && end - start >= LEAST_CUT;
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
  void framesDoNotDependOnHowTheyArrive(long seed) {
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

  /** However a frame was received, and wherever it starts, its first part is passed on. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void aFrameIsTruncatedIfThereIsNoMemoryForIt(long seed) {
    Random random = new Random(seed);
    ByteBuf stream = PooledByteBufAllocator.DEFAULT.heapBuffer();
    List<byte[]> sent = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      byte[] frame = new byte[LEAST_CUT + random.nextInt(i % 2 == 0 ? 20_000 : 500_000)];
      random.nextBytes(frame);
      stream.writeIntLE(frame.length).getBytes(stream.writerIndex() - 4, frame, 0, 4);
      stream.writeBytes(frame, 4, frame.length - 4);
      sent.add(frame);
    }
    while (stream.isReadable()) {
      sink.most = (32L << 10) + random.nextInt(300_000);
      ByteBuf target = frames.receiveBuffer(16 << (10 + random.nextInt(5)));
      int come = 1 + random.nextInt(random.nextInt(4) == 0 ? 10 : 300_000);
      target.writeBytes(
          stream, Math.min(come, Math.min(target.writableBytes(), stream.readableBytes())));
      frames.add(target);
      assertThat(frames.take()).as("goes on receiving").isTrue();
    }
    stream.release();
    assertThat(frames.held()).isZero();
    assertThat(sink.frames).hasSameSizeAs(sent);
    for (int i = 0; i < sent.size(); i++) {
      byte[] frame = sink.frames.get(i);
      assertThat(frame).isEqualTo(Arrays.copyOf(sent.get(i), frame.length));
      assertThat(frame.length).isGreaterThanOrEqualTo(Math.min(sent.get(i).length, LEAST_CUT));
    }
  }

  @Test
  void aFrameIsTruncatedInPlaceIfThereIsNoMemoryAtAll() {
    byte[] bytes = new byte[100_000];
    ByteBuf in = buffer(bytes, 0, 12_000);
    in.setIntLE(0, 1000).setIntLE(1000, 90_000);
    sink.most = 0;
    frames.add(in);
    assertThat(frames.take()).isTrue();
    assertThat(sink.frames).extracting(frame -> frame.length).containsExactly(1000, 11_000);
    frames.add(buffer(bytes, 0, 80_000 - 1000));
    ByteBuf next = buffer(bytes, 0, 7).setIntLE(0, 7);
    frames.add(next);
    assertThat(frames.take()).isTrue();
    assertThat(sink.frames).hasSize(3);
    assertThat(next.refCnt()).isZero();
  }

  @Test
  void framesThatAreNotTakenWaitAndAreReleasedAtTheEnd() {
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
  void anInvalidSizeIsReportedAndNothingFollows() {
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
