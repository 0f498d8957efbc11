package dev.warren.namespace;

import static dev.warren.testkit.TestFiles.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.warren.api.DirectoryEntry;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.ForwardingFileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.VfsPath;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.testkit.TestFiles;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** How failures of plugins appear to clients and in the log. */
class FailingPluginsTest extends NamespaceFixture {
  @Test
  void theMountPointOfAFailedPluginRemains() throws FsException {
    mount("/");
    namespace.mountFailed(path("/gpt"), new MountDescription("gptfs", "gpt"), "no API key");
    assertThatThrownBy(() -> namespace.stat(path("/gpt/inbox")))
        .isInstanceOfSatisfying(
            FsException.class,
            e -> {
              assertThat(e.errno()).isEqualTo(Errno.EIO);
              assertThat(e).hasMessageContaining("no API key");
            });
    fails(Errno.EIO, () -> namespace.nonBlocking().stat(path("/gpt")));
    fails(Errno.EIO, () -> namespace.openDirectory(path("/gpt")));
    fails(Errno.EIO, () -> namespace.mkdir(path("/gpt/x"), 0755));
    DirectoryEntry entry = TestFiles.entries(namespace, VfsPath.ROOT, true).getFirst();
    assertThat(entry.name()).isEqualTo("gpt");
    assertThat(Objects.requireNonNull(entry.attributes()).permissions()).isZero();
    MountInfo info = namespace.mounts().getLast();
    assertThat(info.state()).isEqualTo(MountState.FAILED);
    assertThat(info.error()).isEqualTo("no API key");
    assertThat(info.description()).isEqualTo(new MountDescription("gptfs", "gpt"));
    namespace.unmount(path("/gpt"), Duration.ZERO);
    mount("/gpt");
    assertThat(namespace.stat(path("/gpt")).isDirectory()).isTrue();
  }

  @Test
  void anExceptionOfAPluginBecomesAnError() throws FsException {
    RuntimeException bug = new IllegalStateException("a bug");
    for (Throwable thrown : List.of(bug, new AssertionError("no"), new StackOverflowError())) {
      VfsPath at = path("/" + thrown.getClass().getSimpleName());
      namespace.mount(
          at,
          new ForwardingFileSystem(new MemoryFileSystem()) {
            @Override
            public FileAttributes stat(VfsPath path) {
              throw sneaky(thrown);
            }

            @Override
            public OpenDirectory openDirectory(VfsPath path) {
              throw sneaky(thrown);
            }

            @Override
            public void close() {
              throw sneaky(thrown);
            }
          },
          MEMFS);
      fails(Errno.EIO, () -> namespace.stat(at.resolve("x")));
      fails(Errno.EIO, () -> namespace.openDirectory(at));
      assertThatThrownBy(() -> namespace.stat(at.resolve("x")))
          .hasMessageStartingWith("memfs at " + at + ": ")
          .hasMessageNotContaining("java.lang");
      assertThat(namespace.mounts().getFirst().inFlight()).isZero();
      namespace.unmount(at, Duration.ZERO);
      assertThat(namespace.mounts()).isEmpty();
    }
  }

  @Test
  void anUnexpectedExceptionIsLoggedOnceWithItsStack() throws FsException {
    ListAppender<ILoggingEvent> appender = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger(PluginFailures.class);
    appender.start();
    logger.addAppender(appender);
    logger.setLevel(Level.INFO);
    try {
      IllegalStateException bug = new IllegalStateException("a bug");
      namespace.mount(
          path("/m"),
          new ForwardingFileSystem(new MemoryFileSystem()) {
            @Override
            public FileAttributes stat(VfsPath path) throws FsException {
              if (path.name().equals("bug")) {
                throw bug;
              }
              if (path.name().equals("wrapped")) {
                throw new FsException(Errno.EIO, "no disk", new LinkageError("gone"));
              }
              return super.stat(path);
            }
          },
          MEMFS);
      for (int i = 0; i < 3; i++) {
        fails(Errno.ENOENT, () -> namespace.stat(path("/m/missing")));
        fails(Errno.EIO, () -> namespace.stat(path("/m/bug")));
        fails(Errno.EIO, () -> namespace.stat(path("/m/wrapped")));
      }
    } finally {
      logger.detachAppender(appender);
    }
    assertThat(appender.list)
        .extracting(event -> event.getThrowableProxy().getMessage())
        .containsExactly("a bug", "gone");
    assertThat(appender.list.getFirst().getFormattedMessage()).contains("memfs at /m");
  }

  // throws a checked exception by an unchecked cast
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> RuntimeException sneaky(Throwable thrown) throws T {
    throw (T) thrown;
  }
}
