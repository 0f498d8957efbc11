package dev.warren.sftp.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.junit.jupiter.api.Test;

class PacketBuffersTest {
  private static final int SIZE = 32 * 1024;

  private final PacketBuffers buffers = new PacketBuffers(2 * SIZE);

  private static Buffer buffer(int size) {
    return new ByteArrayBuffer(new byte[size]);
  }

  @Test
  void aBufferIsUsedAgainByOneAtATime() {
    Buffer buffer = buffer(SIZE);
    buffers.give(buffer);
    assertThat(buffers.take(SIZE)).isSameAs(buffer);
    assertThat(buffers.take(SIZE)).isNull();
  }

  @Test
  void oneThatIsTooSmallIsNotTaken() {
    buffers.give(buffer(SIZE));
    assertThat(buffers.take(SIZE + 1)).isNull();
  }

  @Test
  void smallOnesAreNotKept() {
    buffers.give(buffer(100));
    assertThat(buffers.take(100)).isNull();
  }

  @Test
  void noMoreIsKeptThanThereIsRoomFor() {
    for (int i = 0; i < 3; i++) {
      buffers.give(buffer(SIZE));
    }
    assertThat(buffers.take(SIZE)).isNotNull();
    assertThat(buffers.take(SIZE)).isNotNull();
    assertThat(buffers.take(SIZE)).isNull();
  }

  @Test
  void largerOnesReplaceSmallerOnes() {
    buffers.give(buffer(SIZE / 2));
    buffers.give(buffer(SIZE));
    buffers.give(buffer(SIZE));
    assertThat(buffers.take(SIZE)).isNotNull();
    assertThat(buffers.take(SIZE)).isNotNull();
  }
}
