package dev.warren.ninep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.warren.api.Caller;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.config.ConfigProblem;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.ninep.auth.Access;
import dev.warren.ninep.client.Fids;
import dev.warren.ninep.client.Frame;
import dev.warren.ninep.client.NinepClient;
import dev.warren.ninep.server.Transport;
import dev.warren.testkit.TestFiles;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses the server listens on, for which clients, and what these see. */
class AccessTest {
  private static final int ROOT = 1;

  @TempDir Path directory;

  private static List<ConfigProblem> problems(Map<String, ?> section) {
    return new NinepFrontEnd().check(TestServer.config(section));
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void aUnixSocketIsTheOwnersAndIsRemovedWithTheServer(Transport transport) throws Exception {
    Path socket = directory.resolve("9p.sock");
    var files = new dev.warren.namespace.Namespace();
    var config = TestServer.config(Map.of("listen", List.of("unix:" + socket)));
    try (var running = new NinepFrontEnd(transport).start(TestServer.context(files), config)) {
      assertThat(running.addresses()).containsExactly("unix:" + socket);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
          .isEqualTo("rw-------");
      try (NinepClient client = NinepClient.connect(UnixDomainSocketAddress.of(socket))) {
        Fids fids = new Fids(client.version(8192));
        fids.attach(ROOT, "", -1);
        assertThat(fids.stat(ROOT).isDirectory()).isTrue();
      }
      assertThatCode(() -> new NinepFrontEnd(transport).start(TestServer.context(files), config))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("another process");
    }
    assertThat(socket).doesNotExist();
    files.close();
  }

  @Test
  void aSocketThatWasLeftBehindIsReplacedAndAFileIsNot() throws Exception {
    Path socket = directory.resolve("9p.sock");
    try (var left =
        java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
      left.bind(UnixDomainSocketAddress.of(socket));
    }
    assertThat(socket).exists();
    Map<String, ?> section = Map.of("listen", List.of("unix:" + socket));
    try (TestServer server = new TestServer(section)) {
      assertThat(server.running().addresses()).hasSize(1);
    }
    Files.writeString(socket, "a file");
    assertThatCode(() -> new TestServer(section).close()).isInstanceOf(IOException.class);
    assertThat(socket).hasContent("a file");
  }

  @Test
  void aFifoAtThePathOfTheSocketIsNotReplaced() throws Exception {
    Path fifo = directory.resolve("fifo");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    assertThatCode(() -> new TestServer(Map.of("listen", List.of("unix:" + fifo))).close())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a file is in the way");
    assertThat(fifo).exists();
  }

  /** The length counts in bytes, as the kernel's limit does. */
  @Test
  void aPathThatIsTooLongForAUnixSocketIsRefused() {
    assertThat(problems(Map.of("listen", List.of("unix:/" + "a".repeat(106))))).isEmpty();
    for (String path : List.of("/" + "a".repeat(107), "/" + "\u00e4".repeat(60))) {
      assertThat(problems(Map.of("listen", List.of("unix:" + path))))
          .singleElement()
          .satisfies(problem -> assertThat(problem.message()).contains("1 to 107 bytes"));
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void loopbackTcpKnowsItsPeer(Transport transport) throws Exception {
    var files = new dev.warren.namespace.Namespace();
    var config = TestServer.config(Map.of("listen", List.of("127.0.0.1:0", "[::1]:0")));
    try (var running = new NinepFrontEnd(transport).start(TestServer.context(files), config)) {
      for (String bound : running.addresses()) {
        int colon = bound.lastIndexOf(':');
        var address =
            new java.net.InetSocketAddress(
                java.net.InetAddress.getByName(
                    bound.substring(0, colon).replaceAll("[\\[\\]]", "")),
                Integer.parseInt(bound.substring(colon + 1)));
        try (NinepClient client = NinepClient.connect(address).version(8192)) {
          client.attach("", -1);
          client.attach("", 0);
        }
      }
    }
    files.close();
  }

  @Test
  void theCallerIsTheUserThatTheClientNames() throws Exception {
    List<Caller> callers = new java.util.concurrent.CopyOnWriteArrayList<>();
    MemoryFileSystem memory = new MemoryFileSystem();
    var noting =
        new dev.warren.api.ForwardingFileSystem(memory) {
          @Override
          public dev.warren.api.FileSystem as(Caller caller) {
            callers.add(caller);
            return this;
          }
        };
    try (TestServer server = new TestServer().mount("/m", noting)) {
      Fids fids = new Fids(server.session());
      fids.attach(ROOT, "/m", -1);
      fids.attach(2, "/m", 0);
      fids.attach(3, "/m", 123_456);
      fids.stat(2);
      fids.stat(3);
      assertThat(callers).extracting(Caller::uid).contains(0, 123_456);
      assertThat(callers).extracting(Caller::user).contains("root", "123456");
      fids.client().close();
    }
  }

  @Test
  void aListenerCanServeASubtreeReadOnly() throws Exception {
    Path socket = directory.resolve("s");
    List<Object> listen =
        List.of(
            "127.0.0.1:0", Map.of("address", "unix:" + socket, "root", "/m/d", "read_only", true));
    try (TestServer server = new TestServer(Map.of("listen", listen))) {
      MemoryFileSystem memory = new MemoryFileSystem();
      memory.mkdir(TestFiles.path("/d"), 0755);
      memory.mkdir(TestFiles.path("/d/e"), 0755);
      TestFiles.write(memory, TestFiles.path("/d/f"), "text");
      server.mount("/m", memory);
      try (NinepClient client = NinepClient.connect(UnixDomainSocketAddress.of(socket))) {
        Fids fids = new Fids(client.version(8192));
        fids.attach(ROOT, "", -1);
        assertThat(fids.walk(ROOT, 2, "..", "..", "f")).hasSize(3);
        fids.open(2, Fids.READ_ONLY);
        assertThat(fids.read(2, 0, 10)).isEqualTo("text");
        fids.walk(ROOT, 3, "f");
        for (org.assertj.core.api.ThrowableAssert.ThrowingCallable change :
            List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
                () -> fids.open(3, Fids.READ_WRITE),
                () -> fids.mkdir(ROOT, "x"),
                () -> fids.truncate(3, 0),
                () -> fids.unlink(ROOT, "f", 0),
                () -> fids.rename(ROOT, "f", ROOT, "g"),
                () -> fids.rename(3, ROOT, "g"),
                () -> fids.create(ROOT, "new", Fids.READ_WRITE),
                () -> fids.create(ROOT, "new", Fids.READ_ONLY),
                () -> fids.symlink(ROOT, "x", "y"),
                () -> fids.unlink(ROOT, "e", 0x200),
                () -> fids.client().call(70, Frame.of(70).u32(ROOT).u32(3).name("hard")),
                () -> fids.client().call(18, node("fifo", 0010644)),
                () -> fids.client().call(18, node("file", 0100644)),
                () -> setXattr(fids),
                () -> fids.remove(3))) {
          assertThatCode(change)
              .isInstanceOfSatisfying(
                  FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EROFS));
        }
        fids.attach(9, "/e", -1);
        assertThatCode(() -> fids.attach(10, "/m", -1)).isInstanceOf(FsException.class);
      }
    }
  }

  private static Frame node(String name, int mode) throws FsException {
    return Frame.of(18).u32(ROOT).name(name).u32(mode).u32(0).u32(0).u32(-1);
  }

  /** Sets an extended attribute, which happens at the clunk. */
  private static void setXattr(Fids fids) throws FsException {
    fids.walk(ROOT, 20, "f");
    fids.client().call(32, Frame.of(32).u32(20).text("user.a").u64(1).u32(0));
    fids.write(20, 0, "x");
    fids.clunk(20);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0:5640", "[::]:5640", "192.0.2.1:5640"})
  void aRemoteAddressIsRefusedUnlessAllowed(String address) {
    assertThat(problems(Map.of("listen", List.of("127.0.0.1:0", address))))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.path()).containsExactly("listen", "1");
              assertThat(problem.message()).contains("neither passwords", "allow_remote: true");
            });
    assertThat(problems(Map.of("listen", List.of(address), "allow_remote", true))).isEmpty();
    assertThat(
            problems(Map.of("listen", List.of(Map.of("address", address, "allow_remote", true)))))
        .isEmpty();
    assertThat(
            problems(
                Map.of(
                    "listen",
                    List.of(Map.of("address", address, "allow_remote", false)),
                    "allow_remote",
                    true)))
        .hasSize(1);
    assertThat(problems(Map.of("listen", List.of(Map.of("address", address, "trust", true)))))
        .hasSize(1);
  }

  /** The permissions of one listener do not apply to others. */
  @Test
  void aRemoteListenerDoesNotOpenTheOthers() {
    List<ConfigProblem> none = new java.util.ArrayList<>();
    var options =
        NinepConfig.read(
            TestServer.config(
                Map.of(
                    "allow_remote",
                    true,
                    "listen",
                    List.of(
                        "0.0.0.0:0",
                        "127.0.0.1:0",
                        "unix:s",
                        Map.of("address", "127.0.0.1:0", "allow_remote", true),
                        Map.of("address", "[::1]:0", "trust", true)))),
            none);
    assertThat(none).isEmpty();
    assertThat(options.listeners())
        .extracting(listener -> listener.access())
        .containsExactly(
            new Access(true, false),
            Access.OWN,
            Access.OWN,
            new Access(true, false),
            new Access(false, true));
  }

  @Test
  void everyProblemIsReported() {
    assertThat(
            problems(
                Map.of(
                    "listen",
                    List.of(
                        "nonsense",
                        "127.0.0.1:99999",
                        "unix:",
                        Map.of("address", "127.0.0.1:0", "raed_only", true, "read_only", "yes"),
                        Map.of("root", "relative"),
                        Map.of("address", "127.0.0.1:0", "trust", "yes", "allow_remote", 1),
                        7))))
        .hasSize(10);
    assertThat(problems(Map.of("listen", List.of()))).hasSize(1);
  }

  @Test
  void anAddressInUseIsAnErrorThatNamesIt() throws Exception {
    try (TestServer server = new TestServer()) {
      String taken = server.running().addresses().getFirst();
      assertThatCode(() -> new TestServer(Map.of("listen", List.of("127.0.0.1:0", taken))).close())
          .isInstanceOf(IOException.class)
          .hasMessageContaining(taken);
    }
  }
}
