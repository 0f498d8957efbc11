package dev.warren.sftp.wire;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacketQueueTest {
  private static final int MAX = 300_000;

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 5, 100, 16_384, 32_768, 1_000_000})
  void packetsAreCompleteHoweverTheyArrive(int piece) throws Exception {
    Random random = new Random(piece);
    List<byte[]> packets = new ArrayList<>();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    for (int i = 0; i < 300; i++) {
      byte[] packet = new byte[1 + random.nextInt(i % 50 == 0 ? MAX : 100)];
      random.nextBytes(packet);
      packets.add(packet);
      out.writeInt(packet.length);
      out.write(packet);
    }
    byte[] wire = bytes.toByteArray();
    PacketQueue queue = new PacketQueue(MAX, new SpareArrays(1 << 20));
    List<byte[]> taken = new ArrayList<>();
    for (int at = 0; at < wire.length; at += piece) {
      queue.offer(wire, at, Math.min(piece, wire.length - at));
      if (random.nextInt(3) == 0) {
        drain(queue, taken);
      }
    }
    drain(queue, taken);
    assertThat(taken).hasSameSizeAs(packets);
    for (int i = 0; i < packets.size(); i++) {
      assertThat(taken.get(i)).isEqualTo(packets.get(i));
    }
  }

  @Test
  void arraysOfLongPacketsAreReusedAndSmallPacketsStayInTheirBuffer() throws Exception {
    PacketQueue queue = new PacketQueue(MAX, new SpareArrays(1 << 20));
    byte[] longOne = new byte[4 + 40_000];
    longOne[2] = (byte) (40_000 >> 8);
    longOne[3] = (byte) 40_000;
    byte[] small = {0, 0, 0, 1, 7};
    queue.offer(small, 0, small.length);
    PacketQueue.Slice before = requireNonNull(queue.poll());
    queue.offer(longOne, 0, longOne.length);
    PacketQueue.Slice first = requireNonNull(queue.poll());
    queue.offer(small, 0, small.length);
    PacketQueue.Slice after = requireNonNull(queue.poll());
    queue.recycle(before);
    queue.recycle(first);
    queue.recycle(after);
    queue.offer(longOne, 0, longOne.length);
    PacketQueue.Slice second = requireNonNull(queue.poll());
    assertThat(second.array()).isSameAs(first.array());
    assertThat(after.array()).isSameAs(before.array());
    assertThat(after.start()).isEqualTo(before.end());
  }

  private static void drain(PacketQueue queue, List<byte[]> taken) throws Exception {
    for (PacketQueue.Slice s = queue.poll(); s != null; s = queue.poll()) {
      int position = s.start();
      while (position < s.end()) {
        int length = new PacketReader(s.array(), position, 4).readInt();
        taken.add(Arrays.copyOfRange(s.array(), position + 4, position + 4 + length));
        position += 4 + length;
      }
      assertThat(position).isEqualTo(s.end());
      queue.recycle(s);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, MAX + 1, 1L << 31, 0xFFFFFFFFL})
  void impossibleLengthsAreRefusedBeforeMemoryIsAllocated(long length) {
    byte[] field = {
      (byte) (length >> 24), (byte) (length >> 16), (byte) (length >> 8), (byte) length
    };
    PacketQueue queue = new PacketQueue(MAX, new SpareArrays(1 << 20));
    assertThatThrownBy(() -> queue.offer(field, 0, 4)).isInstanceOf(BadPacketException.class);
  }

  /** Five bytes that announce a long packet. */
  @Test
  void memoryIsAllocatedOnlyForBytesThatHaveArrived() throws Exception {
    PacketQueue queue = new PacketQueue(1 << 20, new SpareArrays(1 << 20));
    byte[] wire = new byte[4 + (1 << 20)];
    wire[1] = 0x10;
    queue.offer(wire, 0, 5);
    assertThat(queue.begun()).isEqualTo(wire.length);
    assertThat(queue.memory()).isLessThanOrEqualTo(16 * 1024);
    for (int at = 5; at < wire.length; at += 1000) {
      queue.offer(wire, at, Math.min(1000, wire.length - at));
      assertThat(queue.memory()).isLessThanOrEqualTo(3 * at + 40_000);
    }
    assertThat(requireNonNull(queue.poll()).end()).isEqualTo(wire.length);
  }

  /**
   * The start of a refused packet is available for a reply, its rest is dropped, and the packets
   * after it are complete.
   */
  @Test
  void aRefusedPacketIsSkipped() throws Exception {
    PacketQueue queue = new PacketQueue(MAX, new SpareArrays(1 << 20));
    byte[] small = {0, 0, 0, 1, 7};
    byte[] longOne = new byte[4 + 70_000];
    longOne[1] = 1;
    longOne[2] = (byte) (70_000 >> 8 & 0xFF);
    longOne[3] = (byte) (70_000 & 0xFF);
    longOne[4] = 6;
    longOne[8] = 42;
    queue.offer(small, 0, small.length);
    queue.offer(longOne, 0, 20_000);
    assertThat(queue.refuse()).isEqualTo(20_000);
    assertThat(queue.offer(longOne, 20_000, 30_000)).isEqualTo(30_000);
    byte[] rest = Arrays.copyOfRange(longOne, 50_000, longOne.length + small.length);
    System.arraycopy(small, 0, rest, rest.length - small.length, small.length);
    assertThat(queue.offer(rest, 0, rest.length)).isEqualTo(longOne.length - 50_000);
    PacketQueue.Slice before = requireNonNull(queue.poll());
    PacketQueue.Slice refused = requireNonNull(queue.poll());
    PacketQueue.Slice after = requireNonNull(queue.poll());
    assertThat(before.isRefused() || after.isRefused()).isFalse();
    assertThat(refused.isRefused()).isTrue();
    assertThat(Arrays.copyOfRange(refused.array(), refused.start(), refused.end()))
        .containsExactly(0, 0, 0, 5, 6, 0, 0, 0, 42);
    assertThat(Arrays.copyOfRange(after.array(), after.start(), after.end()))
        .containsExactly(0, 0, 0, 1, 7);
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void queuedPacketsCanBeTakenAfterTheEnd() throws Exception {
    PacketQueue queue = new PacketQueue(MAX, new SpareArrays(1 << 20));
    queue.offer(new byte[] {0, 0, 0, 1, 7}, 0, 5);
    queue.end();
    queue.await();
    assertThat(queue.isEnded()).isTrue();
    assertThat(queue.poll()).isNotNull();
    assertThat(queue.poll()).isNull();
  }

  @Test
  void nothingCanBeTakenAfterDiscarding() throws Exception {
    PacketQueue queue = new PacketQueue(MAX, new SpareArrays(1 << 20));
    queue.offer(new byte[] {0, 0, 0, 1, 7}, 0, 5);
    queue.discard();
    queue.await();
    assertThat(queue.poll()).isNull();
  }

  @Test
  void aPacketThatIsPutBackComesNext() throws Exception {
    PacketQueue queue = new PacketQueue(MAX, new SpareArrays(1 << 20));
    queue.offer(new byte[] {0, 0, 0, 1, 7}, 0, 5);
    PacketQueue.Slice first = requireNonNull(queue.poll());
    queue.offer(new byte[] {0, 0, 0, 1, 8}, 0, 5);
    queue.putBack(first);
    queue.wake();
    queue.await();
    List<byte[]> taken = new ArrayList<>();
    drain(queue, taken);
    assertThat(taken).containsExactly(new byte[] {7}, new byte[] {8});
  }
}
