package dev.warren.sftp.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.warren.api.AttributeChanges;
import dev.warren.api.FileNames;
import dev.warren.api.FsException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Any bytes give packets or end the session, and the result is the same in one piece or in several.
 * Any packet gives fields or a {@link BadPacketException}, and nothing past its end is read. By
 * default this runs the inputs in the resources; with JAZZER_FUZZ=1 it searches for new ones.
 */
class DecoderFuzzTest {
  /** A small limit, so that inputs of a fuzzer's size reach it. */
  private static final int MAX_PACKET = 1000;

  @FuzzTest(maxDuration = "20s")
  void bytesArePacketsOrAnError(byte[] input) throws FsException {
    if (input.length == 0) {
      return;
    }
    List<ByteBuffer> whole = packets(input, input.length);
    assertThat(packets(input, 1 + (input[0] & 0xFF))).isEqualTo(whole);
    for (ByteBuffer packet : whole) {
      fields(packet);
    }
  }

  /** The packets in the bytes after the first, offered in pieces. */
  private static List<ByteBuffer> packets(byte[] input, int piece) {
    PacketQueue queue = new PacketQueue(MAX_PACKET, new SpareArrays(1 << 20));
    List<ByteBuffer> packets = new ArrayList<>();
    try {
      for (int at = 1; at < input.length; at += piece) {
        queue.offer(input, at, Math.min(piece, input.length - at));
      }
    } catch (BadPacketException e) {
      assertThat(e.reason()).isNotEmpty(); // the packets before it still count
    }
    for (PacketQueue.Slice slice = queue.poll(); slice != null; slice = queue.poll()) {
      ByteBuffer bytes = ByteBuffer.wrap(slice.array(), slice.start(), slice.end() - slice.start());
      while (bytes.hasRemaining()) {
        int length = bytes.getInt();
        assertThat(length).isBetween(1, MAX_PACKET);
        packets.add(bytes.slice(bytes.position(), length));
        bytes.position(bytes.position() + length);
      }
    }
    return packets;
  }

  /** Reads fields of types that the packet's own bytes choose. */
  private static void fields(ByteBuffer packet) throws FsException {
    PacketReader in = new PacketReader(packet.array(), packet.arrayOffset(), packet.limit());
    try {
      while (true) {
        int before = in.remaining();
        switch (in.readByte() & 7) {
          case 0 -> {
            String text = in.readText();
            assertThat(FileNames.encode(text)).hasSizeLessThan(before);
          }
          case 1 -> {
            AttributeChanges changes = WireAttributes.read(in);
            assertThat(changes).isNotNull();
          }
          case 2 -> assertThat(in.readBytes().remaining()).isLessThan(before);
          case 3 -> assertThat(in.readUnsignedInt()).isNotNegative();
          case 4 -> {
            long number = in.readLong();
            assertThat(Long.toHexString(number)).isNotEmpty();
          }
          case 5 -> {
            PacketReader inner = in.nested();
            assertThat(inner.remaining()).isLessThan(before);
            while (inner.remaining() > 0) {
              inner.skipString();
            }
          }
          case 6 -> in.skipString();
          default -> {
            int number = in.readInt();
            assertThat(Integer.toHexString(number)).isNotEmpty();
          }
        }
        assertThat(in.remaining()).isBetween(0, before - 1);
      }
    } catch (BadPacketException e) {
      assertThat(e.reason()).isNotEmpty();
      assertThat(in.remaining()).isNotNegative();
    }
  }
}
