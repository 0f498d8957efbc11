package dev.warren.ninep.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.warren.api.Caller;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.namespace.MountDescription;
import dev.warren.namespace.Namespace;
import dev.warren.ninep.auth.AttachPolicy;
import dev.warren.ninep.codec.MessageType;
import dev.warren.testkit.TestFiles;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From the first message to the first attach: on a channel that the test controls. */
class EntryTest {
  private static final int ROOT = 1;

  /** Holds back what is sent, like a socket whose client is gone or does not read. */
  private static final class Held extends ChannelOutboundHandlerAdapter {
    private final Queue<Object> messages = new ArrayDeque<>();
    private final Queue<ChannelPromise> promises = new ArrayDeque<>();
    private boolean holds;

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      if (holds) {
        messages.add(message);
        promises.add(promise);
      } else {
        var _ = context.write(message, promise);
      }
    }

    void sent(EmbeddedChannel channel) {
      holds = false;
      ChannelHandlerContext context = channel.pipeline().context(this);
      while (!messages.isEmpty()) {
        var _ = context.write(messages.remove(), promises.remove());
      }
      context.flush();
    }

    void reset() {
      messages.forEach(message -> ((ByteBuf) message).release());
      promises.forEach(promise -> promise.tryFailure(new ClosedChannelException()));
    }
  }

  private final Queue<Runnable> handedOver = new ArrayDeque<>();
  private final Namespace namespace = new Namespace();
  private final MemoryFileSystem memory = new MemoryFileSystem();
  private final Held held = new Held();
  private final EmbeddedChannel channel = new EmbeddedChannel(held);
  private final TestService service = new TestService();
  private AttachPolicy policy =
      (user, uid) -> new Caller("test", 0, 0, List.of(), "9p", null, true);

  @BeforeEach
  void connect() throws Exception {
    namespace.mount(VfsPath.ROOT, memory, MountDescription.of("memfs"));
    service.connect(channel, namespace, handedOver::add, (user, uid) -> policy.admit(user, uid));
    byte[] version = "9P2000.L".getBytes(US_ASCII);
    channel.writeInbound(
        frame(
            MessageType.TVERSION,
            0xFFFF,
            Unpooled.buffer().writeIntLE(8192).writeShortLE(version.length).writeBytes(version)));
    assertThat(replies()).containsExactly(101);
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

  private static ByteBuf attach(int tag, int fid) {
    return frame(
        MessageType.TATTACH,
        tag,
        Unpooled.buffer().writeIntLE(fid).writeIntLE(-1).writeIntLE(0).writeIntLE(-1));
  }

  private static ByteBuf flush(int tag, int oldTag) {
    return frame(MessageType.TFLUSH, tag, Unpooled.buffer().writeShortLE(oldTag));
  }

  private static ByteBuf mkdir(int tag) {
    return frame(
        MessageType.TMKDIR,
        tag,
        Unpooled.buffer()
            .writeIntLE(ROOT)
            .writeShortLE(1)
            .writeByte('d')
            .writeIntLE(0755)
            .writeIntLE(-1));
  }

  private void runOne() {
    handedOver.remove().run();
    channel.runPendingTasks();
  }

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
  void oneAttachRunsAtATimeUntilOneSucceeds() {
    channel.writeInbound(attach(1, 1), attach(2, 2), attach(3, 3));
    assertThat(handedOver).hasSize(1);
    runOne();
    assertThat(replies()).containsExactly(105);
    assertThat(handedOver).hasSize(2);
    runOne();
    runOne();
    assertThat(replies()).containsExactly(105, 105);
    assertThat(service.admitted).hasSize(1);
  }

  /** If flushed attaches were not counted, a client could cause thousands of concurrent lookups. */
  @Test
  void aFlushedAttachContinuesAndNoOtherBeginsMeanwhile() {
    channel.writeInbound(attach(1, 1), flush(2, 1), attach(3, 3));
    assertThat(handedOver).hasSize(1);
    assertThat(replies()).containsExactly(109);
    runOne();
    assertThat(handedOver).isEmpty();
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void aRefusedAttachIsAnsweredAndEndsTheConnection() {
    policy =
        (user, uid) -> {
          throw new FsException(Errno.EACCES);
        };
    channel.writeInbound(attach(1, 1), attach(2, 2));
    runOne();
    assertThat(replies()).containsExactly(7);
    assertThat(channel.isOpen()).isFalse();
    assertThat(handedOver).isEmpty();
  }

  @Test
  void anInvalidAttachEndsTheConnectionToo() {
    channel.writeInbound(frame(MessageType.TATTACH, 1, Unpooled.buffer().writeIntLE(1)));
    assertThat(replies()).containsExactly(7);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void afterTheFirstOneAnotherMayFail() {
    channel.writeInbound(attach(1, 1));
    runOne();
    channel.writeInbound(attach(2, 1));
    assertThat(replies()).containsExactly(105, 7);
    assertThat(channel.isOpen()).isTrue();
  }

  /**
   * The client's user is looked up by its address. If a client resets its connection after sending
   * requests, its address may pass to another client, which may be root. The requests must not be
   * performed as root then.
   */
  @Test
  void nothingIsExecutedBeforeTheReplyIsSent() {
    held.holds = true;
    channel.writeInbound(attach(1, ROOT));
    runOne();
    channel.writeInbound(mkdir(2));
    assertThatCode(() -> memory.stat(TestFiles.path("/d"))).isInstanceOf(FsException.class);
    held.sent(channel);
    channel.runPendingTasks();
    assertThatCode(() -> memory.stat(TestFiles.path("/d"))).doesNotThrowAnyException();
    assertThat(replies()).containsExactly(105, 73);
  }

  @Test
  void nothingIsExecutedIfTheConnectionWasReset() {
    held.holds = true;
    channel.writeInbound(attach(1, ROOT));
    runOne();
    channel.writeInbound(mkdir(2));
    held.reset();
    channel.runPendingTasks();
    assertThat(channel.isOpen()).isFalse();
    assertThatCode(() -> memory.stat(TestFiles.path("/d"))).isInstanceOf(FsException.class);
  }
}
