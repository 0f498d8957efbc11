package dev.warren.ninep;

import static java.net.StandardProtocolFamily.INET;
import static java.net.StandardProtocolFamily.UNIX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.frontend.RunningFrontEnd;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.namespace.MountDescription;
import dev.warren.namespace.Namespace;
import dev.warren.ninep.client.Fids;
import dev.warren.ninep.client.Frame;
import dev.warren.ninep.client.NinepClient;
import dev.warren.ninep.codec.MessageType;
import dev.warren.testkit.BlockingFileSystem;
import dev.warren.testkit.CallBarrier;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Another user of the machine who opens as many connections as the limit allows, and sends nothing
 * or only requests that are refused. If the tests do not run as root, the connections are the
 * owner's instead.
 */
class CrowdTest {
  private static final int ROOT = 1;
  private static final int MANY = 1100;

  @TempDir Path directory;
  private final Namespace files = new Namespace();
  private final List<SocketChannel> crowd = new ArrayList<>();
  private RunningFrontEnd server;
  private SocketAddress tcp;
  private SocketAddress unix;

  @BeforeEach
  void serve() throws IOException {
    Path path = directory.resolve("9p.sock");
    server =
        new NinepFrontEnd()
            .start(
                TestServer.context(files),
                TestServer.config(
                    Map.of(
                        "listen",
                        List.of("127.0.0.1:0", "unix:" + path),
                        "handshake_timeout",
                        "1h")));
    String bound = server.addresses().getFirst();
    tcp =
        new InetSocketAddress(
            InetAddress.getLoopbackAddress(),
            Integer.parseInt(bound.substring(bound.lastIndexOf(':') + 1)));
    unix = UnixDomainSocketAddress.of(path);
  }

  @AfterEach
  void stop() throws IOException {
    for (SocketChannel each : crowd) {
      each.close();
    }
    server.close();
    files.close();
  }

  private static <T> T asAnother(Callable<T> what) throws Exception {
    return OtherUser.canBeOne() ? OtherUser.call(OtherUser.NOBODY, what) : what.call();
  }

  private static void isServed(SocketChannel socket, SocketAddress address) throws Exception {
    try (NinepClient client = NinepClient.over(socket, address)) {
      Fids fids = new Fids(client.version(8192));
      fids.attach(ROOT, "", -1);
      assertThat(fids.stat(ROOT).isDirectory()).isTrue();
    }
  }

  @Test
  void silentClientsKeepNoOthersOut() throws Exception {
    asAnother(
        () -> {
          for (int i = 0; i < MANY; i++) {
            crowd.add(SocketChannel.open(tcp));
          }
          return null;
        });
    isServed(SocketChannel.open(UNIX), unix);
    isServed(SocketChannel.open(INET), tcp);
  }

  @Test
  void aRefusedAttachEndsTheConnection() throws Exception {
    NinepClient client = NinepClient.on(asAnother(() -> SocketChannel.open(tcp)));
    Fids fids = new Fids(client.version(8192));
    if (OtherUser.canBeOne()) {
      fails(Errno.EACCES, () -> fids.attach(ROOT, "", -1));
    } else {
      fails(Errno.ENOENT, () -> fids.attach(ROOT, "/none", -1));
    }
    client.awaitEnd();
  }

  @Test
  void refusedAttachesDoNotFillTheLog() throws Exception {
    try (Logged logged = new Logged("dev.warren.ninep")) {
      for (int i = 0; i < 40; i++) {
        NinepClient client = NinepClient.on(asAnother(() -> SocketChannel.open(tcp)));
        Fids fids = new Fids(client.version(8192));
        fails(
            OtherUser.canBeOne() ? Errno.EACCES : Errno.ENOENT,
            () -> fids.attach(ROOT, "/none", -1));
        client.awaitEnd();
      }
      assertThat(logged.lines()).hasSizeLessThan(5);
      if (OtherUser.canBeOne()) {
        assertThat(logged.lines().getFirst())
            .startsWith("user 65534, 127.0.0.1:")
            .contains("attach refused: runs as user 65534, not as the host's user or root");
      }
    }
  }

  /** A client's behaviour is not an error of the server. */
  @Test
  void aClientThatBreaksTheProtocolCausesNoErrorInTheLog() throws Exception {
    BlockingFileSystem slow = new BlockingFileSystem(new MemoryFileSystem());
    CallBarrier barrier = slow.hold(call -> !call.path().isRoot());
    files.mount(VfsPath.parse("/slow"), slow, MountDescription.of("blocking"));
    try (Logged logged = new Logged("dev.warren.ninep");
        NinepClient client = NinepClient.connect(tcp)) {
      Fids fids = new Fids(client.version(8192));
      fids.attach(ROOT, "/slow", -1);
      ByteBuffer walk = Frame.of(MessageType.TWALK).u32(ROOT).u32(2).u16(1).name("f").bytes(1);
      ByteBuffer both = ByteBuffer.allocate(walk.remaining() + 8).put(walk).putLong(-1).flip();
      client.sendRaw(both);
      client.awaitEnd();
      barrier.open();
      assertThat(logged.events()).noneMatch(event -> event.getLevel().isGreaterOrEqual(Level.WARN));
      assertThat(logged.lines()).anyMatch(line -> line.contains("protocol violated: a frame of"));
    }
  }

  private static void fails(
      Errno errno, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }
}
