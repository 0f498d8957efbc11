package dev.warren.ninep.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.warren.api.MemoryBudget;
import dev.warren.api.VfsPath;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.namespace.MountOptions;
import dev.warren.namespace.Namespace;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * A whole session against memfs, without a network and on one thread, from bytes that a fuzzer
 * makes: a version and an attach, then the bytes as frames whose sizes are put right. Whatever they
 * are, each frame gets one reply that is no longer than the client has room for, or the connection
 * ends; the server's own errors (EIO) are failures, and so is memory that is still charged when the
 * connection has ended.
 *
 * <p>Normally this runs the inputs in the resources; with JAZZER_FUZZ=1 it looks for new ones.
 */
class SessionFuzzTest {
  private static final int MSIZE = TestService.MSIZE;
  private static final int ROOT = 1;
  private static Namespace namespace;

  @BeforeAll
  static void mount() throws Exception {
    namespace = new Namespace();
    namespace.mount(VfsPath.ROOT, new MemoryFileSystem(), MountOptions.of("memfs"));
  }

  @AfterAll
  static void unmount() {
    namespace.close();
  }

  @FuzzTest(maxDuration = "20s")
  void everyFrameIsAnsweredOrEndsTheConnection(byte[] input) {
    EmbeddedChannel channel = new EmbeddedChannel();
    MemoryBudget memory = new MemoryBudget(budget(input), budget(input));
    new TestService(memory).connect(channel, namespace, Runnable::run);
    channel.writeInbound(version(), attach());
    read(channel);
    ByteBuf in = Unpooled.wrappedBuffer(input);
    while (channel.isOpen() && in.readableBytes() >= 3) {
      int length = Math.clamp(in.readUnsignedShortLE() % 300, 1, in.readableBytes());
      ByteBuf frame = Unpooled.buffer().writeIntLE(length + 6).writeBytes(in, 1);
      frame.writeShortLE(5).writeBytes(in, length - 1);
      channel.writeInbound(frame.setIntLE(0, frame.readableBytes()));
      read(channel);
    }
    channel.finishAndReleaseAll();
    for (MemoryBudget.Use use : MemoryBudget.Use.values()) {
      assertThat(memory.used(use)).as(use.name()).isZero();
    }
  }

  /** For every second input next to no memory, so that what it asks for is refused or waits. */
  private static long budget(byte[] input) {
    return input.length > 0 && (input[0] & 1) == 1 ? 64 << 10 : 1 << 30;
  }

  private static ByteBuf version() {
    byte[] text = "9P2000.L".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    return Unpooled.buffer()
        .writeIntLE(21)
        .writeByte(100)
        .writeShortLE(0xFFFF)
        .writeIntLE(MSIZE)
        .writeShortLE(text.length)
        .writeBytes(text);
  }

  private static ByteBuf attach() {
    return Unpooled.buffer()
        .writeIntLE(23)
        .writeByte(104)
        .writeShortLE(1)
        .writeIntLE(ROOT)
        .writeIntLE(-1)
        .writeShortLE(0)
        .writeShortLE(0)
        .writeIntLE(-1);
  }

  private static void read(EmbeddedChannel channel) {
    channel.runPendingTasks();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      while (out.isReadable()) {
        int size = out.getIntLE(out.readerIndex());
        int type = out.getUnsignedByte(out.readerIndex() + 4);
        assertThat(size).isBetween(7, MSIZE).isLessThanOrEqualTo(out.readableBytes());
        if (type == 7) {
          assertThat(out.getIntLE(out.readerIndex() + 7)).isNotIn(0, 5);
        }
        out.skipBytes(size);
      }
      out.release();
    }
  }
}
