package dev.warren.namespace.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.warren.api.Caller;
import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.ForwardingFileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.Operation;
import dev.warren.api.VfsPath;
import dev.warren.api.WouldBlockException;
import dev.warren.memfs.MemfsPlugin;
import dev.warren.namespace.MountDescription;
import dev.warren.namespace.Namespace;
import dev.warren.testkit.TestContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class MountMetricsTest {
  private static final Caller ANN = new Caller("ann", 1000, 1000, List.of(), "9p", "127.0.0.1:7");
  private static final Caller BEN = new Caller("ben", 1001, 1001, List.of(), "sftp", "[::1]:8");

  @TempDir java.nio.file.Path directory;
  private final Namespace namespace = new Namespace();
  private final Logger access = (Logger) LoggerFactory.getLogger("access");
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final @Nullable Level before = access.getLevel();

  @BeforeEach
  void mount() throws IOException {
    namespace.mount(VfsPath.parse("/mem"), memfs(), MountDescription.of("memfs"));
    lines.start();
    access.addAppender(lines);
  }

  @AfterEach
  void close() {
    access.detachAppender(lines);
    access.setLevel(before);
    namespace.close();
  }

  private FileSystem memfs() throws IOException {
    MemfsPlugin plugin = new MemfsPlugin();
    return plugin.open(TestContext.in(directory), plugin.configSpec().parse(Map.of()).orThrow());
  }

  private ProtocolCounts counts(String protocol) throws FsException {
    return namespace.metrics().get(VfsPath.parse("/mem")).byProtocol().get(protocol);
  }

  private long count(String protocol, Operation operation) throws FsException {
    OperationCounts counts = counts(protocol).operations().get(operation);
    return counts == null ? 0 : counts.count();
  }

  @Test
  void countsByFrontEndOperationAndError() throws FsException {
    FileSystem ann = namespace.as(ANN);
    FileSystem ben = namespace.as(BEN);
    ann.mkdir(VfsPath.parse("/mem/d"), 0755);
    ann.stat(VfsPath.parse("/mem/d"));
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> ben.stat(VfsPath.parse("/mem/none")))
          .isInstanceOf(FsException.class);
    }

    assertThat(count("9p", Operation.MKDIR)).isEqualTo(1);
    assertThat(count("9p", Operation.STAT)).isEqualTo(1);
    assertThat(counts("9p").operations().get(Operation.STAT).errors()).isEmpty();
    assertThat(count("sftp", Operation.STAT)).isEqualTo(3);
    assertThat(counts("sftp").operations().get(Operation.STAT).errors())
        .isEqualTo(Map.of(Errno.ENOENT, 3L));
    assertThat(counts("sftp").operations().get(Operation.STAT).seconds()).isPositive();
    assertThat(counts("sftp").operations()).containsOnlyKeys(Operation.STAT);
  }

  @Test
  void theHostItselfIsNotCounted() throws FsException {
    namespace.stat(VfsPath.parse("/mem"));
    assertThat(namespace.metrics().get(VfsPath.parse("/mem")).byProtocol()).isEmpty();
  }

  @Test
  void countsContentInBothDirectionsAlsoWithoutBlocking() throws FsException {
    FileSystem ann = namespace.as(ANN);
    FileSystem nonBlocking = ann.nonBlocking();
    try (OpenFile file = nonBlocking.open(VfsPath.parse("/mem/f"), OpenOptions.REPLACE, 0600)) {
      file.nonBlocking().write(ByteBuffer.allocate(10), 0);
    }
    try (OpenFile file = ann.open(VfsPath.parse("/mem/f"), OpenOptions.READ, 0)) {
      file.read(ByteBuffer.allocate(100), 4);
    }

    assertThat(counts("9p").bytesWritten()).isEqualTo(10);
    assertThat(counts("9p").bytesRead()).isEqualTo(6);
    assertThat(count("9p", Operation.OPEN)).isEqualTo(2);
    assertThat(count("9p", Operation.CLOSE)).isEqualTo(2);
  }

  @Test
  void anOperationThatWouldBlockIsCountedWhenItIsCompleted() throws Exception {
    FileSystem slow =
        new ForwardingFileSystem(memfs()) {
          @Override
          public FileSystem nonBlocking() {
            return new ForwardingFileSystem(this) {
              @Override
              public OpenDirectory openDirectory(VfsPath path) throws FsException {
                throw WouldBlockException.INSTANCE;
              }
            };
          }
        };
    namespace.mount(VfsPath.parse("/slow"), slow, MountDescription.of("slow"));
    FileSystem ann = namespace.as(ANN);
    VfsPath path = VfsPath.parse("/slow");
    assertThatThrownBy(() -> ann.nonBlocking().openDirectory(path))
        .isInstanceOf(WouldBlockException.class);
    assertThat(namespace.metrics().get(path).byProtocol().get("9p").operations()).isEmpty();
    ann.openDirectory(path).close();
    assertThat(namespace.metrics().get(path).byProtocol().get("9p").operations())
        .containsOnlyKeys(Operation.OPENDIR);
  }

  @Test
  void copiesInsideAPluginStayInside() throws FsException {
    FileSystem ann = namespace.as(ANN);
    try (OpenFile from = ann.open(VfsPath.parse("/mem/a"), OpenOptions.REPLACE, 0600)) {
      from.write(ByteBuffer.allocate(1000), 0);
    }
    try (OpenFile from = ann.open(VfsPath.parse("/mem/a"), OpenOptions.READ, 0);
        OpenFile to = ann.open(VfsPath.parse("/mem/b"), OpenOptions.REPLACE, 0600)) {
      assertThat(from.copyTo(0, 1000, to, 0)).isEqualTo(1000);
    }
    assertThat(count("9p", Operation.COPY)).isEqualTo(1);
    assertThat(ann.stat(VfsPath.parse("/mem/b")).size()).isEqualTo(1000);
  }

  @Test
  void theAccessLogIsWrittenOnlyAtDebug() throws FsException {
    FileSystem ann = namespace.as(ANN);
    access.setLevel(Level.INFO);
    ann.stat(VfsPath.parse("/mem"));
    assertThat(lines.list).isEmpty();

    access.setLevel(Level.DEBUG);
    assertThatThrownBy(() -> ann.unlink(VfsPath.parse("/mem/x/y")));
    assertThat(lines.list).hasSize(1);
    assertThat(lines.list.getFirst().getKeyValuePairs().toString())
        .contains("operation=\"unlink\"", "path=\"/mem/x/y\"", "result=\"ENOENT\"")
        .contains("protocol=\"9p\"", "user=\"ann\"", "remote=\"127.0.0.1:7\"", "microseconds=");
  }

  @Test
  void durationsAreCountedInTheirBuckets() {
    OperationCounts counts = new OperationCounts();
    counts.done(10_000);
    counts.done(10_001);
    counts.done(Long.MAX_VALUE / 2);
    assertThat(counts.buckets()).containsExactly(1, 1, 0, 0, 0, 0, 0, 1);
    assertThat(OperationCounts.bounds()).hasSize(7).startsWith(1e-5);
  }

  @Test
  void nonBlockingOperationsAreAllCountedAndEvery16thIsTimed() throws FsException {
    access.setLevel(Level.INFO); // the access log contains the duration of each operation
    FileSystem nonBlocking = namespace.as(ANN).nonBlocking();
    for (int i = 0; i < 160; i++) {
      nonBlocking.stat(VfsPath.parse("/mem"));
    }
    OperationCounts counts = counts("9p").operations().get(Operation.STAT);
    assertThat(counts.count()).isEqualTo(160);
    assertThat(LongStream.of(counts.buckets()).sum()).isEqualTo(10);
  }

  @Test
  void operationsThatMayBlockAreAllTimed() throws IOException {
    FileSystem waiting =
        new ForwardingFileSystem(memfs()) {
          @Override
          public @Nullable FileSystem nonBlocking() {
            return null;
          }
        };
    namespace.mount(VfsPath.parse("/waits"), waiting, MountDescription.of("waits"));
    FileSystem ann = namespace.as(ANN);
    for (int i = 0; i < 40; i++) {
      ann.stat(VfsPath.parse("/waits"));
    }
    OperationCounts counts =
        namespace
            .metrics()
            .get(VfsPath.parse("/waits"))
            .byProtocol()
            .get("9p")
            .operations()
            .get(Operation.STAT);
    assertThat(LongStream.of(counts.buckets()).sum()).isEqualTo(40);
  }

  @Test
  void theCountsEndWithTheMount() throws FsException {
    namespace.as(ANN).stat(VfsPath.parse("/mem"));
    namespace.unmount(VfsPath.parse("/mem"), java.time.Duration.ofSeconds(1));
    assertThat(namespace.metrics()).isEmpty();
  }
}
