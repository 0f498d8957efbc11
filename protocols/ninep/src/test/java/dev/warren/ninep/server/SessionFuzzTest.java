package dev.warren.ninep.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.warren.api.MemoryBudget;
import dev.warren.api.VfsPath;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.namespace.MountDescription;
import dev.warren.namespace.Namespace;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * A whole session against memfs, without a network and on one thread, from a fuzzer's bytes: a
 * version and an attach, then the bytes as frames with corrected sizes. For all inputs, each frame
 * gets one reply, of its type or an error, that is no longer than the last negotiated msize, or the
 * connection ends. Only a waiting lock, or a frame for which there is no memory, gets no reply. The
 * server's own errors (EIO) are failures, and so is memory that is still charged when the
 * connection has ended.
 *
 * <p>By default this runs the inputs in the resources; with JAZZER_FUZZ=1 it searches for new ones.
 */
class SessionFuzzTest {
  private static final int MSIZE = TestService.MSIZE;
  private static final int ROOT = 1;
  private static final int TAG = 5;
  private static final int RLERROR = 7;
  private static final int RERROR = 107;
  private static final int TLOCK = 52;
  private static final int TVERSION = 100;
  private static Namespace namespace;

  /** The types of the frames without a reply: all have the same tag, so replies are in order. */
  private final Deque<Integer> unanswered = new ArrayDeque<>();

  private int agreed;
  private boolean otherDialect;

  @BeforeAll
  static void mount() throws Exception {
    namespace = new Namespace();
    namespace.mount(VfsPath.ROOT, new MemoryFileSystem(), MountDescription.of("memfs"));
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
    unanswered.clear();
    agreed = MSIZE;
    otherDialect = false;
    begin(channel, version(), 0xFFFF);
    begin(channel, attach(), 1);
    ByteBuf in = Unpooled.wrappedBuffer(input);
    while (channel.isOpen() && in.readableBytes() >= 3) {
      int length = Math.clamp(in.readUnsignedShortLE() % 300, 1, in.readableBytes());
      unanswered.add((int) in.getUnsignedByte(in.readerIndex()));
      ByteBuf frame = Unpooled.buffer().writeIntLE(length + 6).writeBytes(in, 1);
      frame.writeShortLE(TAG).writeBytes(in, length - 1);
      channel.writeInbound(frame.setIntLE(0, frame.readableBytes()));
      read(channel, TAG);
      if (channel.isOpen() && hasMemory(input)) {
        assertThat(List.copyOf(unanswered)).isIn(List.of(), List.of(TLOCK));
      }
    }
    channel.finishAndReleaseAll();
    for (MemoryBudget.Use use : MemoryBudget.Use.values()) {
      assertThat(memory.used(use)).as(use.name()).isZero();
    }
  }

  private void begin(EmbeddedChannel channel, ByteBuf frame, int tag) {
    unanswered.add((int) frame.getUnsignedByte(4));
    channel.writeInbound(frame);
    read(channel, tag);
    assertThat(unanswered).isEmpty();
  }

  /**
   * For every second input, only the memory that an attach needs, so that later requests may have
   * to wait.
   */
  private static boolean hasMemory(byte[] input) {
    return input.length == 0 || (input[0] & 1) == 0;
  }

  private static long budget(byte[] input) {
    return hasMemory(input) ? 1 << 30 : 256 << 10;
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

  private void read(EmbeddedChannel channel, int tag) {
    channel.runPendingTasks();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      while (out.isReadable()) {
        int size = out.getIntLE(out.readerIndex());
        assertThat(size).isBetween(7, agreed).isLessThanOrEqualTo(out.readableBytes());
        reply(out.readSlice(size), tag);
      }
      out.release();
    }
  }

  private void reply(ByteBuf reply, int tag) {
    int type = reply.getUnsignedByte(4);
    assertThat(unanswered).as("a reply of type " + type).isNotEmpty();
    int asked = unanswered.remove();
    assertThat(reply.getUnsignedShortLE(5)).isEqualTo(tag);
    if (type == RERROR) {
      assertThat(otherDialect).isTrue();
      return;
    }
    assertThat(type).isIn(asked + 1, RLERROR);
    if (type == RLERROR) {
      assertThat(reply.readableBytes()).isEqualTo(11);
      assertThat(reply.getIntLE(7)).isNotIn(0, 5);
    } else if (asked == TVERSION) {
      String version = reply.toString(13, reply.getUnsignedShortLE(11), US_ASCII);
      otherDialect = version.equals("unknown");
      agreed = otherDialect ? MSIZE : reply.getIntLE(7);
    }
  }
}
