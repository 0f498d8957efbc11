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
  void packetsComeOutWholeHoweverTheyCameIn(int piece) throws Exception {
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
  void arraysOfLongPacketsAreUsedAgainAndSmallPacketsGoOnWhereTheyWere() throws Exception {
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
  void impossibleLengthsAreRefusedBeforeMemoryIsTaken(long length) {
    byte[] field = {
      (byte) (length >> 24), (byte) (length >> 16), (byte) (length >> 8), (byte) length
    };
    PacketQueue queue = new PacketQueue(MAX, new SpareArrays(1 << 20));
    assertThatThrownBy(() -> queue.offer(field, 0, 4)).isInstanceOf(BadPacketException.class);
  }

  @Test
  void whatIsThereCanBeTakenAfterTheEnd() throws Exception {
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
  void whatIsPutBackComesNextAgain() throws Exception {
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
