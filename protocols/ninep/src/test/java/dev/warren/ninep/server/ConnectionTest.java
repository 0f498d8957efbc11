package dev.warren.ninep.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.VfsPath;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.namespace.MountDescription;
import dev.warren.namespace.Namespace;
import dev.warren.ninep.codec.MessageType;
import dev.warren.testkit.BlockingFileSystem;
import dev.warren.testkit.TestFiles;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where requests run, and when replies are sent: on a channel that the test controls. */
class ConnectionTest {
  private static final int ROOT = 1;
  private static final int FILE = 2;

  private final Queue<Runnable> handedOver = new ArrayDeque<>();
  private final Namespace namespace = new Namespace();
  private final EmbeddedChannel channel = new EmbeddedChannel();

  @BeforeEach
  void attach() throws Exception {
    MemoryFileSystem memory = new MemoryFileSystem();
    TestFiles.write(memory, TestFiles.path("/f"), "text");
    namespace.mount(VfsPath.parse("/quick"), memory, MountDescription.of("memfs"));
    BlockingFileSystem slow = new BlockingFileSystem(memory);
    slow.hold(call -> !call.mayBlock());
    namespace.mount(VfsPath.parse("/slow"), slow, MountDescription.of("blocking"));
    new TestService().connect(channel, namespace, handedOver::add);
    byte[] version = "9P2000.L".getBytes(US_ASCII);
    ByteBuf body = Unpooled.buffer().writeIntLE(8192).writeShortLE(version.length);
    channel.writeInbound(frame(MessageType.TVERSION, 0xFFFF, body.writeBytes(version)));
    channel.writeInbound(
        frame(
            MessageType.TATTACH,
            1,
            Unpooled.buffer().writeIntLE(ROOT).writeIntLE(-1).writeIntLE(0).writeIntLE(-1)));
    runHandedOver();
    assertThat(replies()).containsExactly(101, 105);
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
    namespace.close();
  }

  private static ByteBuf frame(int type, int tag, ByteBuf body) {
    return Unpooled.buffer()
        .writeIntLE(7 + body.readableBytes())
        .writeByte(type)
        .writeShortLE(tag)
        .writeBytes(body);
  }

  private static ByteBuf walk(int tag, String mount) {
    ByteBuf body = Unpooled.buffer().writeIntLE(ROOT).writeIntLE(FILE).writeShortLE(2);
    for (String name : List.of(mount, "f")) {
      body.writeShortLE(name.length()).writeBytes(name.getBytes(US_ASCII));
    }
    return frame(MessageType.TWALK, tag, body);
  }

  private static ByteBuf getattr(int tag) {
    return frame(MessageType.TGETATTR, tag, Unpooled.buffer().writeIntLE(FILE).writeLongLE(0x7FF));
  }

  private static ByteBuf open(int tag) {
    return frame(MessageType.TLOPEN, tag, Unpooled.buffer().writeIntLE(FILE).writeIntLE(0));
  }

  private static ByteBuf read(int tag) {
    return frame(
        MessageType.TREAD, tag, Unpooled.buffer().writeIntLE(FILE).writeLongLE(0).writeIntLE(10));
  }

  private void runHandedOver() {
    for (Runnable work = handedOver.poll(); work != null; work = handedOver.poll()) {
      work.run();
    }
    channel.runPendingTasks();
  }

  /** The types of the replies that have been sent, in order. */
  private List<Integer> replies() {
    List<Integer> types = new ArrayList<>();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      while (out.isReadable()) {
        types.add((int) out.getUnsignedByte(out.readerIndex() + 4));
        out.skipBytes(out.getIntLE(out.readerIndex()));
      }
      out.release();
    }
    return types;
  }

  @Test
  void nonBlockingRequestsAreServedOnTheEventLoop() {
    channel.writeInbound(walk(1, "quick"), open(2), getattr(3), read(4));
    assertThat(handedOver).isEmpty();
    assertThat(replies()).containsExactly(111, 13, 25, 117);
  }

  @Test
  void requestsThatMayBlockLeaveTheEventLoopAndDelayNoOthers() {
    channel.writeInbound(walk(1, "slow"), frame(MessageType.TREADLINK, 2, fid(ROOT)));
    assertThat(handedOver).hasSize(1);
    assertThat(replies()).containsExactly(MessageType.RLERROR);
    runHandedOver();
    assertThat(replies()).containsExactly(111);
  }

  private static ByteBuf fid(int fid) {
    return Unpooled.buffer().writeIntLE(fid);
  }

  /** Small replies to requests that were received together are sent in one piece. */
  @Test
  void repliesAreFlushedOncePerBatch() {
    channel.writeInbound(walk(1, "quick"));
    assertThat(replies()).hasSize(1);
    ByteBuf batch = Unpooled.buffer();
    for (int tag = 0; tag < 20; tag++) {
      ByteBuf each = getattr(tag);
      batch.writeBytes(each);
    }
    channel.writeInbound(batch);
    assertThat(channel.outboundMessages()).hasSize(1);
    assertThat(replies()).hasSize(20).containsOnly(25);
  }

  /** A client that sends many requests at once leaves the event loop to others in between. */
  @Test
  void aConnectionOccupiesTheEventLoopForALimitedNumberOfRequests() {
    channel.writeInbound(walk(1, "quick"));
    assertThat(replies()).hasSize(1);
    ByteBuf many = Unpooled.buffer();
    for (int i = 0; i < 700; i++) {
      many.writeBytes(getattr(i));
    }
    channel.freezeTime(); // scheduled tasks do not run by themselves
    channel.writeInbound(many);
    assertThat(replies()).hasSize(256);
    assertThat(channel.config().isAutoRead()).isFalse();
    channel.advanceTimeBy(1, TimeUnit.NANOSECONDS);
    channel.runScheduledPendingTasks();
    channel.runPendingTasks();
    assertThat(replies()).hasSize(256);
    channel.advanceTimeBy(1, TimeUnit.NANOSECONDS);
    channel.runScheduledPendingTasks();
    channel.runPendingTasks();
    assertThat(replies()).hasSize(700 - 512);
    assertThat(channel.config().isAutoRead()).isTrue();
  }
}
