package dev.warren.ninep;

import static java.net.StandardProtocolFamily.INET;
import static java.net.StandardProtocolFamily.INET6;
import static java.net.StandardProtocolFamily.UNIX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.frontend.RunningFrontEnd;
import dev.warren.namespace.Namespace;
import dev.warren.ninep.client.Fids;
import dev.warren.ninep.client.NinepClient;
import dev.warren.ninep.server.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Another user of the same machine, with sockets that really belong to that user. If the tests do
 * not run as root, the sockets are their own user's, who is admitted in the same way.
 */
class StrangerTest {
  private static final int ROOT = 1;

  @TempDir Path directory;

  private static RunningFrontEnd serve(Transport transport, Namespace files, String... listen)
      throws IOException {
    return new NinepFrontEnd(transport)
        .start(TestServer.context(files), TestServer.config(Map.of("listen", List.of(listen))));
  }

  private static NinepClient connect(ProtocolFamily family, SocketAddress address)
      throws Exception {
    if (!OtherUser.canBeOne()) {
      return NinepClient.over(SocketChannel.open(family), address);
    }
    return NinepClient.on(
        OtherUser.call(OtherUser.NOBODY, () -> connected(SocketChannel.open(family), address)));
  }

  private static SocketChannel connected(SocketChannel socket, SocketAddress address)
      throws IOException {
    try {
      socket.connect(address);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** Sends correct requests as another user: each attach ends its connection. */
  private static void isRefused(ProtocolFamily family, SocketAddress address) throws Exception {
    for (int uid : new int[] {-1, 0, OtherUser.NOBODY}) {
      try (NinepClient client = connect(family, address)) {
        Fids fids = new Fids(client.version(8192));
        if (OtherUser.canBeOne()) {
          fails(Errno.EACCES, () -> fids.attach(ROOT, "", uid));
          client.awaitEnd();
        } else {
          fids.attach(ROOT, "", uid);
          assertThat(fids.stat(ROOT).isDirectory()).isTrue();
        }
      }
    }
  }

  private static void fails(
      Errno errno, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }

  /** An IPv4 socket, an IPv6 socket, and an IPv6 socket that is connected to an IPv4 address. */
  @ParameterizedTest
  @EnumSource(Transport.class)
  void anotherUserIsRefusedOnLoopback(Transport transport) throws Exception {
    Namespace files = new Namespace();
    try (RunningFrontEnd server = serve(transport, files, "127.0.0.1:0", "[::1]:0")) {
      InetSocketAddress four = address("127.0.0.1", server.addresses().getFirst());
      InetSocketAddress six = address("::1", server.addresses().getLast());
      isRefused(INET, four);
      isRefused(INET6, four);
      isRefused(INET6, six);
      try (NinepClient own = NinepClient.connect(four).version(8192)) {
        own.attach("", 0);
      }
    }
    files.close();
  }

  private static InetSocketAddress address(String host, String bound) {
    return new InetSocketAddress(
        host, Integer.parseInt(bound.substring(bound.lastIndexOf(':') + 1)));
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void anotherUserIsRefusedOnAUnixSocketEvenIfItsModeAllowsThem(Transport transport)
      throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path path = directory.resolve("9p.sock");
    SocketAddress address = UnixDomainSocketAddress.of(path);
    Namespace files = new Namespace();
    try (RunningFrontEnd _ = serve(transport, files, "unix:" + path)) {
      if (OtherUser.canBeOne()) {
        assertThatThrownBy(() -> connect(UNIX, address)).hasRootCauseInstanceOf(IOException.class);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
      }
      isRefused(UNIX, address);
      try (NinepClient own = NinepClient.connect(address).version(8192)) {
        own.attach("", 0);
      }
    }
    files.close();
  }
}
