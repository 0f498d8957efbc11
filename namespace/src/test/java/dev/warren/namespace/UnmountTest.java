package dev.warren.namespace;

import static dev.warren.testkit.TestFiles.names;
import static dev.warren.testkit.TestFiles.path;
import static dev.warren.testkit.TestFiles.readText;
import static dev.warren.testkit.TestFiles.write;
import static dev.warren.testkit.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Caller;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.ForwardingFileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.Operation;
import dev.warren.api.VfsPath;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.namespace.calls.CallPool;
import dev.warren.namespace.calls.StuckFileSystem;
import dev.warren.testkit.BlockingFileSystem;
import dev.warren.testkit.CallBarrier;
import dev.warren.testkit.Race;
import dev.warren.testkit.RecordingFileSystem;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UnmountTest {
  private static final VfsPath MOUNT = path("/m");
  private static final VfsPath FILE = path("/m/f");
  private static final Duration LONG = Duration.ofMinutes(1);

  private final Namespace namespace = new Namespace();
  private final BlockingFileSystem plugin = new BlockingFileSystem(new MemoryFileSystem());
  private final RecordingFileSystem recorded = new RecordingFileSystem(plugin);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void close() {
    threads.close();
    namespace.close(Duration.ZERO);
  }

  private void mount() throws FsException {
    namespace.mount(MOUNT, recorded, MountDescription.of("memfs"));
    write(namespace, FILE, "content");
    recorded.clear();
  }

  private static void fails(Errno errno, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }

  private Future<?> unmounting(Duration drain) throws Exception {
    Future<?> unmounting =
        threads.submit(
            () -> {
              namespace.unmount(MOUNT, drain);
              return null;
            });
    await()
        .until(
            () ->
                namespace.mounts().isEmpty()
                    || namespace.mounts().getFirst().state() == MountState.DRAINING);
    return unmounting;
  }

  @Test
  void inFlightRequestsMayComplete() throws Exception {
    mount();
    OpenFile file = namespace.open(FILE, OpenOptions.READ, 0);
    CallBarrier barrier = plugin.hold(Operation.READ, path("/f"));
    Future<Integer> reading = threads.submit(() -> file.read(ByteBuffer.allocate(10), 0));
    barrier.awaitWaiting(1);
    Future<?> unmounting = unmounting(LONG);

    fails(Errno.EIO, () -> namespace.stat(FILE));
    fails(Errno.EIO, () -> namespace.nonBlocking().stat(MOUNT));
    fails(Errno.EIO, file::stat);
    fails(Errno.EBUSY, () -> namespace.unmount(MOUNT, LONG));
    fails(
        Errno.EBUSY,
        () -> namespace.mount(MOUNT, new MemoryFileSystem(), MountDescription.of("x")));
    assertThat(namespace.mounts().getFirst().inFlight()).isEqualTo(1);
    assertThat(recorded.calls(Operation.CLOSE)).isEmpty();

    barrier.open();
    assertThat(reading.get(30, TimeUnit.SECONDS)).isEqualTo(7);
    unmounting.get(30, TimeUnit.SECONDS);
    assertThat(namespace.mounts()).isEmpty();
    assertThat(recorded.closes(VfsPath.ROOT)).isEqualTo(1);
    fails(Errno.ENOENT, () -> namespace.stat(FILE));
  }

  @Test
  void openFilesAreAbortedAndTheirClientsGetOneError() throws Exception {
    mount();
    OpenFile written = namespace.open(FILE, OpenOptions.WRITE, 0);
    OpenFile aborted = namespace.open(FILE, OpenOptions.READ, 0);
    OpenDirectory directory = namespace.openDirectory(MOUNT);
    namespace.unmount(MOUNT, LONG);
    assertThat(recorded.aborts(path("/f"))).isEqualTo(2);
    assertThat(recorded.closes(path("/f"))).isZero();
    assertThat(recorded.openHandles()).isZero();
    fails(Errno.EIO, () -> written.write(ByteBuffer.allocate(1), 0));
    fails(Errno.EIO, () -> directory.read(0, false, entry -> true));
    fails(Errno.EIO, written::close);
    written.close();
    aborted.abort(new FsException(Errno.EIO));
    directory.close();
    assertThat(recorded.calls().getLast().path()).isEqualTo(VfsPath.ROOT);
  }

  @Test
  void aCleanCloseCommitsWhileOthersDrain() throws Exception {
    mount();
    OpenFile written = namespace.open(FILE, OpenOptions.WRITE, 0);
    CallBarrier barrier = plugin.hold(Operation.STAT, path("/f"));
    Future<FileAttributes> held = threads.submit(() -> namespace.stat(FILE));
    barrier.awaitWaiting(1);
    Future<?> unmounting = unmounting(LONG);
    written.close();
    assertThat(recorded.closes(path("/f"))).isEqualTo(1);
    barrier.open();
    held.get(30, TimeUnit.SECONDS);
    unmounting.get(30, TimeUnit.SECONDS);
    assertThat(recorded.aborts(path("/f"))).isZero();
  }

  @Test
  void requestsThatDoNotEndAreAbandoned() throws Exception {
    mount();
    OpenFile file = namespace.open(FILE, OpenOptions.READ, 0);
    CallBarrier reads = plugin.hold(Operation.READ, path("/f"));
    Future<Integer> reading = threads.submit(() -> file.read(ByteBuffer.allocate(10), 0));
    reads.awaitWaiting(1);
    namespace.unmount(MOUNT, Duration.ZERO); // the abort ends the read
    assertThatThrownBy(() -> reading.get(30, TimeUnit.SECONDS))
        .cause()
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBADF));
    assertThat(recorded.aborts(path("/f"))).isEqualTo(1);
    assertThat(recorded.closes(VfsPath.ROOT)).isEqualTo(1);
  }

  @Test
  void aFileThatIsOpenedTooLateIsAborted() throws Exception {
    mount();
    MemoryFileSystem memory = new MemoryFileSystem();
    write(memory, path("/f"), "x");
    AtomicBoolean shut = new AtomicBoolean();
    AtomicBoolean opening = new AtomicBoolean();
    RecordingFileSystem late =
        new RecordingFileSystem(
            new ForwardingFileSystem(memory) {
              @Override
              public OpenFile open(VfsPath path, OpenOptions options, int permissions)
                  throws FsException {
                OpenFile file = super.open(path, options, permissions);
                opening.set(true);
                await().untilTrue(shut);
                return file;
              }

              @Override
              public void close() {
                shut.set(true);
              }
            });
    namespace.mount(path("/late"), late, MountDescription.of("x"));
    Future<OpenFile> opened =
        threads.submit(() -> namespace.open(path("/late/f"), OpenOptions.READ, 0));
    await().untilTrue(opening);
    namespace.unmount(path("/late"), Duration.ZERO);
    assertThatThrownBy(() -> opened.get(30, TimeUnit.SECONDS))
        .cause()
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EIO));
    assertThat(late.aborts(path("/f"))).isEqualTo(1);
  }

  @Test
  void noRequestReachesAPluginThatWasClosed() throws Exception {
    AtomicInteger late = new AtomicInteger();
    AtomicBoolean ended = new AtomicBoolean();
    Race.run(
        4,
        index -> {
          if (index == 0) {
            for (int i = 0; i < 300; i++) {
              namespace.mount(MOUNT, new CheckingFileSystem(late), MountDescription.of("x"));
              namespace.unmount(MOUNT, LONG);
            }
            ended.set(true);
          } else {
            FileSystem view = namespace.as(Caller.HOST);
            while (!ended.get()) {
              assertThat(errnoOf(() -> view.stat(FILE))).isIn(Errno.ENOENT, Errno.EIO);
            }
          }
        });
    assertThat(late).hasValue(0);
  }

  private static Errno errnoOf(ThrowingCallable call) {
    try {
      call.call();
    } catch (Throwable t) {
      return Errno.of(t);
    }
    throw new AssertionError("it succeeded");
  }

  /** Counts calls after it was closed. */
  private static final class CheckingFileSystem extends ForwardingFileSystem {
    private final AtomicInteger late;
    private volatile boolean closed;

    CheckingFileSystem(AtomicInteger late) {
      super(new MemoryFileSystem());
      this.late = late;
    }

    @Override
    public FileAttributes stat(VfsPath path) throws FsException {
      try {
        return super.stat(path);
      } finally {
        if (closed) {
          late.incrementAndGet();
        }
      }
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  @Test
  void lookUpsContinueWhileMountsChange() throws Exception {
    namespace.mount(VfsPath.ROOT, new MemoryFileSystem(), MountDescription.of("memfs"));
    namespace.mkdir(path("/stay"), 0755);
    namespace.mount(path("/stay/here"), new MemoryFileSystem(), MountDescription.of("memfs"));
    write(namespace, path("/stay/here/f"), "stays");
    AtomicBoolean ended = new AtomicBoolean();
    Race.run(
        9,
        index -> {
          if (index == 0) {
            for (int i = 0; i < 5_000; i++) { // each twice: 10,000 changes of the mount table
              String at = List.of("/stay/here/too", "/come", "/stay/go").get(i % 3);
              namespace.mountFailed(path(at), MountDescription.of("x"), "for the test");
              namespace.unmount(path(at), LONG);
            }
            ended.set(true);
          } else {
            FileSystem view = namespace.as(Caller.HOST);
            while (!ended.get()) {
              assertThat(readText(view, path("/stay/here/f"))).isEqualTo("stays");
              assertThat(view.stat(path("/stay")).isDirectory()).isTrue();
              assertThat(errnoOf(() -> view.stat(path("/come/x")))).isIn(Errno.ENOENT, Errno.EIO);
            }
          }
        });
    assertThat(namespace.mounts()).hasSize(2);
  }

  @Test
  void aVacatedPathIsReservedUntilTheNextMount() throws Exception {
    MemoryFileSystem around = new MemoryFileSystem();
    around.mkdir(path("/m"), 0755);
    namespace.mount(VfsPath.ROOT, around, MountDescription.of("memfs"));
    mount();
    long id = namespace.stat(MOUNT).fileId();
    namespace.vacate(MOUNT, Duration.ZERO);

    assertThat(recorded.closes(VfsPath.ROOT)).isEqualTo(1);
    fails(Errno.EIO, () -> namespace.stat(FILE));
    fails(Errno.EIO, () -> write(namespace, path("/m/new"), "astray"));
    fails(Errno.EBUSY, () -> namespace.rmdir(MOUNT));
    fails(Errno.EBUSY, () -> namespace.vacate(MOUNT, Duration.ZERO));
    assertThat(names(namespace, VfsPath.ROOT)).containsExactly("m");
    assertThat(namespace.mounts().getLast().state()).isEqualTo(MountState.DRAINING);

    namespace.mount(MOUNT, new MemoryFileSystem(), MountDescription.of("next"));
    write(namespace, FILE, "next");
    assertThat(readText(namespace, FILE)).isEqualTo("next");
    assertThat(namespace.stat(MOUNT).fileId()).isNotEqualTo(id);
    assertThat(namespace.mounts()).extracting(MountInfo::path).containsExactly(VfsPath.ROOT, MOUNT);
    assertThat(names(around, path("/m"))).isEmpty();
  }

  /** Returns a mount whose calls hang in the operating system. */
  private StuckFileSystem stuck(CallPool pool) throws Exception {
    MemoryFileSystem around = new MemoryFileSystem();
    around.mkdir(path("/m"), 0755);
    namespace.mount(VfsPath.ROOT, around, MountDescription.of("memfs"));
    StuckFileSystem disk = new StuckFileSystem(new MemoryFileSystem());
    namespace.mount(MOUNT, pool.around(disk), MountDescription.of("localfs"), pool);
    disk.freeze();
    Future<FileAttributes> asked = threads.submit(() -> namespace.stat(FILE));
    await().until(() -> pool.blocked().running().size() == 1);
    fails(Errno.EBUSY, () -> namespace.unmount(MOUNT, Duration.ZERO));
    assertThatThrownBy(() -> asked.get(30, TimeUnit.SECONDS))
        .cause()
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EIO));
    return disk;
  }

  @Test
  void aMountPointThatDoesNotRespondRemainsUntilItsCallsReturn() throws Exception {
    StuckFileSystem disk = stuck(new CallPool("localfs at /m"));
    assertThatThrownBy(() -> namespace.mkdir(path("/m/astray"), 0755))
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EIO))
        .hasMessageContaining("localfs at /m does not answer: stat /f since");
    MountInfo info = namespace.mounts().getLast();
    assertThat(info.state()).isEqualTo(MountState.FAILED);
    assertThat(info.error()).contains("localfs at /m does not answer: stat /f since");
    assertThat(info.blocked().abandoned()).isEqualTo(1);
    fails(Errno.EBUSY, () -> namespace.unmount(MOUNT, Duration.ZERO));

    disk.thaw();
    await().until(() -> namespace.mounts().size() == 1);
    namespace.mkdir(path("/m/in-the-tree-around"), 0755);
  }

  @Test
  void anotherMountCanReplaceOneThatDoesNotRespond() throws Exception {
    CallPool pool = new CallPool("localfs at /m");
    StuckFileSystem disk = stuck(pool);
    namespace.mount(MOUNT, new MemoryFileSystem(), MountDescription.of("next"));
    write(namespace, FILE, "next");
    disk.thaw();
    pool.awaitEnd();
    namespace.unmount(MOUNT, LONG);
    assertThat(namespace.mounts()).hasSize(1);
  }
}
