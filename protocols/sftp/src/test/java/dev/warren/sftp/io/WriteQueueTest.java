package dev.warren.sftp.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.GatheringByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WriteQueueTest {
  private final WriteQueue queue = new WriteQueue();
  private final Taking channel = new Taking();

  private static WriteQueue.Write write(String text) {
    return new WriteQueue.Write("test", ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void oneThreadWritesForAllInOrderAndInOneCall() throws IOException {
    List<WriteQueue.Write> writes = List.of(write("a"), write("bc"), write("d"));
    assertThat(queue.add(writes.get(0))).isTrue();
    assertThat(queue.add(writes.get(1))).isFalse();
    assertThat(queue.add(writes.get(2))).isFalse();
    queue.writeAll(channel);
    assertThat(channel.taken()).isEqualTo("abcd");
    assertThat(channel.calls).isEqualTo(1);
    assertThat(writes).allMatch(WriteQueue.Write::isWritten);
    assertThat(queue.add(write("e"))).isTrue();
  }

  @Test
  void aPartialWriteIsContinued() throws IOException {
    channel.most = 3;
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      String text = "packet " + i;
      all.append(text);
      queue.add(write(text));
    }
    queue.writeAll(channel);
    assertThat(channel.taken()).isEqualTo(all.toString());
  }

  @Test
  void aFailedWriteFailsAllLaterOnes() {
    WriteQueue.Write first = write("a");
    WriteQueue.Write second = write("b");
    queue.add(first);
    queue.add(second);
    channel.failure = new IOException("gone");
    assertThatThrownBy(() -> queue.writeAll(channel)).hasMessage("gone");
    WriteQueue.Write third = write("c");
    assertThat(queue.add(third)).isFalse();
    assertThat(List.of(first, second, third))
        .allSatisfy(write -> assertThat(write.getException()).hasMessage("gone"));
  }

  @Test
  void afterTheEndNothingIsAccepted() {
    WriteQueue.Write before = write("a");
    queue.add(before);
    queue.end();
    WriteQueue.Write after = write("b");
    assertThat(queue.add(after)).isFalse();
    assertThat(List.of(before, after))
        .allSatisfy(
            write -> assertThat(write.getException()).isInstanceOf(ClosedChannelException.class));
  }

  /** Takes a limited number of bytes at a time. */
  private static final class Taking implements GatheringByteChannel {
    private final List<Byte> bytes = new ArrayList<>();
    private int most = Integer.MAX_VALUE;
    private IOException failure;
    private int calls;

    private String taken() {
      byte[] array = new byte[bytes.size()];
      for (int i = 0; i < array.length; i++) {
        array[i] = bytes.get(i);
      }
      return new String(array, StandardCharsets.US_ASCII);
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
      if (failure != null) {
        throw failure;
      }
      calls++;
      int count = 0;
      for (int i = offset; i < offset + length; i++) {
        while (sources[i].hasRemaining() && count < most) {
          bytes.add(sources[i].get());
          count++;
        }
      }
      return count;
    }

    @Override
    public long write(ByteBuffer[] sources) throws IOException {
      return write(sources, 0, sources.length);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      return (int) write(new ByteBuffer[] {source});
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }
}
