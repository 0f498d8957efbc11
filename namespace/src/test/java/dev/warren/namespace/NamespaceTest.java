package dev.warren.namespace;

import static dev.warren.testkit.TestFiles.names;
import static dev.warren.testkit.TestFiles.path;
import static dev.warren.testkit.TestFiles.readText;
import static dev.warren.testkit.TestFiles.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.warren.api.AttributeChanges;
import dev.warren.api.Cancellation;
import dev.warren.api.DirectoryEntry;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.api.WouldBlockException;
import dev.warren.api.XattrMode;
import dev.warren.api.frontend.SharedFileSystem;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.testkit.BlockingFileSystem;
import dev.warren.testkit.ForwardingFileSystem;
import dev.warren.testkit.Operation;
import dev.warren.testkit.TestFiles;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class NamespaceTest {
  private static final MountOptions MEMFS = MountOptions.of("memfs");
  private static final Instant START = Instant.parse("2026-01-02T03:04:05.678Z");

  private final Namespace namespace = new Namespace(InstantSource.fixed(START));

  @AfterEach
  void close() {
    namespace.close();
  }

  private MemoryFileSystem mount(String path) throws FsException {
    MemoryFileSystem fs = new MemoryFileSystem();
    namespace.mount(path(path), fs, MEMFS);
    return fs;
  }

  private static void fails(Errno errno, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }

  @Test
  void anEmptyNamespaceIsAnEmptyDirectory() throws FsException {
    FileAttributes root = namespace.stat(VfsPath.ROOT);
    assertThat(root.type()).isEqualTo(FileType.DIRECTORY);
    assertThat(root.permissions()).isEqualTo(0755);
    assertThat(root.fileId()).isPositive();
    assertThat(root.modifyTime()).isEqualTo(START);
    assertThat(names(namespace, VfsPath.ROOT)).isEmpty();
    fails(Errno.ENOENT, () -> namespace.stat(path("/a")));
    fails(Errno.ENOENT, () -> namespace.stat(path("/a/b")));
  }

  @Test
  void theLongestPrefixOfWholeNamesDecides() throws FsException {
    List<String> paths = new ArrayList<>(List.of("/data", "/data/users", "/", "/data/users/a/b"));
    Collections.shuffle(paths, new Random(3));
    for (String path : paths) {
      write(mount(path), path("/where"), path);
    }
    assertThat(readText(namespace, path("/where"))).isEqualTo("/");
    assertThat(readText(namespace, path("/data/where"))).isEqualTo("/data");
    assertThat(readText(namespace, path("/data/users/where"))).isEqualTo("/data/users");
    assertThat(readText(namespace, path("/data/users/a/b/where"))).isEqualTo("/data/users/a/b");
    write(namespace, path("/data/users2"), "beside");
    assertThat(readText(namespace, path("/data/users2"))).isEqualTo("beside");
    namespace.unmount(path("/data/users"), Duration.ZERO);
    fails(Errno.ENOENT, () -> namespace.stat(path("/data/users/where")));
    assertThat(readText(namespace, path("/data/users/a/b/where"))).isEqualTo("/data/users/a/b");
  }

  @Test
  void directoriesAboveMountPointsAreThereAndCannotBeChanged() throws FsException {
    mount("/a/b/c");
    mount("/a/d");
    VfsPath a = path("/a");
    FileAttributes attributes = namespace.stat(a);
    assertThat(attributes.isDirectory()).isTrue();
    assertThat(attributes.linkCount()).isEqualTo(4);
    assertThat(attributes.version()).isZero();
    assertThat(names(namespace, a)).containsExactlyInAnyOrder("b", "d");
    assertThat(namespace.listXattrs(a)).isEmpty();
    assertThat(namespace.statfs(a).blockSize()).isPositive();
    namespace.setAttributes(a, AttributeChanges.NONE);

    fails(Errno.EROFS, () -> namespace.mkdir(path("/a/new"), 0755));
    fails(Errno.EROFS, () -> namespace.open(path("/a/new"), OpenOptions.REPLACE, 0644));
    fails(Errno.EROFS, () -> namespace.symlink("x", path("/new")));
    fails(Errno.EROFS, () -> namespace.mknod(path("/a/new"), 0010644, 0, 0));
    fails(Errno.EROFS, () -> namespace.setAttributes(a, AttributeChanges.NONE.withPermissions(0)));
    fails(Errno.EROFS, () -> namespace.setXattr(a, "user.x", new byte[0], XattrMode.SET));
    fails(Errno.ENODATA, () -> namespace.getXattr(a, "user.x"));
    fails(Errno.EINVAL, () -> namespace.readlink(a));
    fails(Errno.EISDIR, () -> namespace.open(a, OpenOptions.READ, 0));
    fails(Errno.EISDIR, () -> namespace.unlink(a));
    fails(Errno.EBUSY, () -> namespace.rmdir(a));
    fails(Errno.EBUSY, () -> namespace.rmdir(VfsPath.ROOT));
    fails(Errno.ENOENT, () -> namespace.mkdir(path("/x/new"), 0755));
    fails(Errno.ENOENT, () -> namespace.unlink(path("/a/x")));
    fails(Errno.ENOENT, () -> namespace.rename(path("/a/x"), path("/a/y"), true));
    fails(Errno.ENOENT, () -> namespace.open(path("/a/x"), OpenOptions.READ, 0));
    fails(Errno.ENOENT, () -> namespace.openDirectory(path("/a/x")));
  }

  @Test
  void mountPointsCannotBeMadeRemovedOrRenamed() throws FsException {
    mount("/");
    mount("/a/b");
    namespace.mkdir(path("/c"), 0755);
    for (String busy : List.of("/a", "/a/b")) {
      fails(Errno.EEXIST, () -> namespace.mkdir(path(busy), 0755));
      fails(Errno.EEXIST, () -> namespace.symlink("x", path(busy)));
      fails(Errno.EEXIST, () -> namespace.link(path("/c"), path(busy)));
      fails(
          Errno.EEXIST, () -> namespace.open(path(busy), OpenOptions.WRITE.withExclusive(), 0644));
      fails(Errno.EBUSY, () -> namespace.rmdir(path(busy)));
      fails(Errno.EISDIR, () -> namespace.unlink(path(busy)));
      fails(Errno.EBUSY, () -> namespace.rename(path(busy), path("/d"), true));
      fails(Errno.EBUSY, () -> namespace.rename(path("/c"), path(busy), true));
      fails(Errno.EPERM, () -> namespace.link(path(busy), path("/d")));
    }
  }

  @Test
  void renamesAndLinksStayInsideAMount() throws FsException {
    mount("/a");
    mount("/b");
    mount("/a/c");
    write(namespace, path("/a/file"), "x");
    fails(Errno.EXDEV, () -> namespace.rename(path("/a/file"), path("/b/file"), true));
    fails(Errno.EXDEV, () -> namespace.rename(path("/a/file"), path("/a/c/file"), true));
    fails(Errno.EXDEV, () -> namespace.rename(path("/a/file"), path("/file"), true));
    fails(Errno.EXDEV, () -> namespace.link(path("/a/file"), path("/b/file")));
    namespace.rename(path("/a/file"), path("/a/renamed"), false);
    namespace.link(path("/a/renamed"), path("/a/linked"));
    assertThat(names(namespace, path("/a"))).containsExactlyInAnyOrder("renamed", "linked", "c");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 100})
  void listingsShowMountPointsOnceFromEveryCookie(int page) throws FsException {
    MemoryFileSystem root = mount("/");
    for (String name : List.of("a", "b", "hidden", "onTheWay", "z")) {
      write(root, path("/" + name), "a file of the plugin");
    }
    mount("/hidden");
    mount("/onTheWay/deep");
    mount("/mounted");
    Set<String> expected = Set.of("a", "b", "z", "hidden", "onTheWay", "mounted");
    for (boolean quick : List.of(false, true)) {
      List<DirectoryEntry> all = new ArrayList<>();
      try (OpenDirectory opened = namespace.openDirectory(VfsPath.ROOT)) {
        OpenDirectory directory = quick ? Objects.requireNonNull(opened.nonBlocking()) : opened;
        long cookie = 0;
        List<DirectoryEntry> got;
        do {
          got = page(directory, cookie, page);
          all.addAll(got);
          cookie = got.isEmpty() ? cookie : got.getLast().cookie();
        } while (!got.isEmpty());
        assertThat(all).extracting(DirectoryEntry::name).doesNotHaveDuplicates();
        assertThat(all)
            .extracting(DirectoryEntry::name)
            .containsExactlyInAnyOrderElementsOf(expected);
        for (int i = 0; i < all.size(); i++) {
          assertThat(page(directory, all.get(i).cookie(), 100))
              .isEqualTo(all.subList(i + 1, all.size()));
        }
        assertThat(all)
            .extracting(DirectoryEntry::cookie)
            .allMatch(
                c ->
                    c < OpenDirectory.RESERVED_COOKIES
                        || c
                            >= OpenDirectory.RESERVED_COOKIES + SharedFileSystem.FRONT_END_COOKIES);
        long frontEnds = OpenDirectory.RESERVED_COOKIES;
        fails(Errno.EINVAL, () -> page(directory, frontEnds, 1));
        fails(
            Errno.EINVAL,
            () -> page(directory, frontEnds + SharedFileSystem.FRONT_END_COOKIES + 3, 1));
      }
      for (DirectoryEntry entry : all) {
        FileAttributes attributes = namespace.stat(VfsPath.ROOT.resolve(entry.name()));
        assertThat(entry.attributes()).isEqualTo(attributes);
        assertThat(entry.fileId()).isEqualTo(attributes.fileId());
        assertThat(entry.type()).isEqualTo(attributes.type());
      }
    }
  }

  private static List<DirectoryEntry> page(OpenDirectory directory, long cookie, int size)
      throws FsException {
    List<DirectoryEntry> page = new ArrayList<>();
    directory.read(cookie, true, entry -> page.size() < size && page.add(entry));
    return page;
  }

  @Test
  void aMountBelowAPluginsTreeNeedsNoDirectoryThere() throws FsException {
    MemoryFileSystem root = mount("/");
    write(root, path("/file"), "x");
    mount("/file/m");
    mount("/none/m");
    root.mkdir(path("/dir"), 0700);
    mount("/dir/m");
    assertThat(namespace.stat(path("/file")).isDirectory()).isTrue();
    assertThat(namespace.stat(path("/none")).isDirectory()).isTrue();
    assertThat(namespace.stat(path("/dir")).permissions()).isEqualTo(0700);
    assertThat(names(namespace, path("/file"))).containsExactly("m");
    write(namespace, path("/dir/f"), "x");
    assertThat(names(namespace, path("/dir"))).containsExactlyInAnyOrder("f", "m");
    namespace.setAttributes(path("/dir"), AttributeChanges.NONE.withPermissions(0711));
    assertThat(root.stat(path("/dir")).permissions()).isEqualTo(0711);
    for (String missing : List.of("/file", "/none")) {
      VfsPath child = path(missing + "/x");
      fails(Errno.ENOENT, () -> namespace.stat(child));
      fails(Errno.ENOENT, () -> namespace.stat(path(missing + "/x/y")));
      fails(Errno.EROFS, () -> namespace.mkdir(child, 0755));
      fails(Errno.EROFS, () -> namespace.open(child, OpenOptions.REPLACE, 0644));
      fails(Errno.ENOENT, () -> namespace.mkdir(path(missing + "/x/y"), 0755));
      fails(Errno.EROFS, () -> namespace.rename(path("/dir/f"), child, true));
      fails(
          Errno.EROFS,
          () ->
              namespace.setAttributes(path(missing), AttributeChanges.NONE.withPermissions(0700)));
    }
    fails(Errno.ENOTDIR, () -> namespace.stat(path("/dir/f/x")));
  }

  @Test
  void fileIdsOfMountsNeverMeet() throws FsException {
    Set<Long> seen = new HashSet<>();
    seen.add(namespace.stat(VfsPath.ROOT).fileId());
    for (int i = 0; i < 200; i++) {
      String at = "/m/" + i;
      mount(at);
      write(namespace, path(at + "/f"), "x");
      assertThat(seen.add(namespace.stat(path(at)).fileId())).isTrue();
      FileAttributes file = namespace.stat(path(at + "/f"));
      assertThat(file.fileId()).isPositive();
      assertThat(seen.add(file.fileId())).isTrue();
      try (OpenFile open = namespace.open(path(at + "/f"), OpenOptions.READ, 0)) {
        assertThat(open.stat()).isEqualTo(file);
        assertThat(Objects.requireNonNull(open.nonBlocking()).stat()).isEqualTo(file);
      }
      try (OpenDirectory open = namespace.openDirectory(path(at))) {
        assertThat(open.stat()).isEqualTo(namespace.stat(path(at)));
      }
    }
  }

  @Test
  void fileIdsAreTheSameAfterARestart() throws FsException {
    List<Long> first = ids();
    assertThat(ids()).isEqualTo(first);
  }

  private static List<Long> ids() throws FsException {
    List<Long> ids = new ArrayList<>();
    try (Namespace started = new Namespace()) {
      for (String path : List.of("/a/b", "/c", "/d", "/")) {
        started.mount(path(path), new MemoryFileSystem(), MEMFS);
      }
      for (String path : List.of("/", "/a", "/a/b", "/c", "/d")) {
        ids.add(started.stat(path(path)).fileId());
      }
    }
    return ids;
  }

  @Test
  void aMountsNumberIsNotGivenToTheNextOne() throws FsException {
    Set<Long> seen = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      mount("/m");
      assertThat(seen.add(namespace.stat(path("/m")).fileId())).isTrue();
      namespace.unmount(path("/m"), Duration.ZERO);
    }
  }

  @Test
  void aFailedPluginLeavesItsMountPoint() throws FsException {
    mount("/");
    namespace.mountFailed(path("/gpt"), new MountOptions("gptfs", "gpt"), "no API key");
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
    assertThat(info.options()).isEqualTo(new MountOptions("gptfs", "gpt"));
    namespace.unmount(path("/gpt"), Duration.ZERO);
    mount("/gpt");
    assertThat(namespace.stat(path("/gpt")).isDirectory()).isTrue();
  }

  @Test
  void mountsTellWhatTheyDo() throws FsException {
    mount("/a");
    write(namespace, path("/a/f"), "x");
    long before = namespace.mounts().getFirst().operations();
    try (OpenFile file = namespace.open(path("/a/f"), OpenOptions.READ, 0);
        OpenDirectory directory = namespace.openDirectory(path("/a"))) {
      file.stat();
      directory.stat();
      MountInfo info = namespace.mounts().getFirst();
      assertThat(info.path()).isEqualTo(path("/a"));
      assertThat(info.state()).isEqualTo(MountState.UP);
      assertThat(info.openFiles()).isEqualTo(2);
      assertThat(info.inFlight()).isZero();
      assertThat(info.operations()).isEqualTo(before + 4);
    }
    assertThat(namespace.mounts().getFirst().openFiles()).isZero();
  }

  @Test
  void onePathIsOneMount() throws FsException {
    mount("/a");
    fails(Errno.EBUSY, () -> mount("/a"));
    fails(Errno.EINVAL, () -> namespace.unmount(path("/b"), Duration.ZERO));
    namespace.close();
    fails(Errno.EIO, () -> mount("/b"));
    fails(Errno.EIO, () -> namespace.stat(path("/a")));
  }

  @Test
  void whatAPluginThrowsIsAnAnswer() throws FsException {
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
      assertThat(namespace.mounts().getFirst().inFlight()).isZero();
      namespace.unmount(at, Duration.ZERO);
      assertThat(namespace.mounts()).isEmpty();
    }
  }

  @Test
  void whatNobodyExpectedIsLoggedWithItsStackOnce() throws FsException {
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

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // that is the trick
  private static <T extends Throwable> RuntimeException sneaky(Throwable thrown) throws T {
    throw (T) thrown;
  }

  @Test
  void onlyWhatNeverWaitsIsAnsweredAtOnce() throws FsException {
    mount("/quick");
    namespace.mount(
        path("/slow"), new ForwardingFileSystem(new MemoryFileSystem()) {}, MountOptions.of("x"));
    FileSystem quick = namespace.nonBlocking();
    assertThat(quick).isSameAs(namespace.nonBlocking());
    assertThat(quick.nonBlocking()).isSameAs(quick);
    assertThat(quick.stat(path("/quick")).isDirectory()).isTrue();
    assertThat(quick.stat(VfsPath.ROOT).isDirectory()).isTrue();
    assertThatThrownBy(() -> quick.stat(path("/slow"))).isInstanceOf(WouldBlockException.class);
    write(quick, path("/quick/f"), "x");
    OpenFile file = quick.open(path("/quick/f"), OpenOptions.READ, 0);
    assertThat(file.nonBlocking()).isNotNull().isSameAs(file.nonBlocking());
    file.close();
    write(namespace, path("/slow/f"), "x");
    OpenFile slow = namespace.open(path("/slow/f"), OpenOptions.READ, 0);
    assertThat(slow.nonBlocking() == null).isEqualTo(rawNonBlocking() == null);
    slow.close();
    // The listing needs an answer of the slow mount before it can show anything.
    OpenDirectory root = quick.openDirectory(VfsPath.ROOT);
    OpenDirectory quickRoot = Objects.requireNonNull(root.nonBlocking());
    List<DirectoryEntry> shown = new ArrayList<>();
    assertThatThrownBy(() -> quickRoot.read(0, true, shown::add))
        .isInstanceOf(WouldBlockException.class);
    root.read(0, true, entry -> true);
    root.close();
  }

  /** What a forwarding file system's files say of themselves. */
  private static @Nullable OpenFile rawNonBlocking() throws FsException {
    FileSystem fs = new ForwardingFileSystem(new MemoryFileSystem()) {};
    write(fs, path("/f"), "x");
    try (OpenFile file = fs.open(path("/f"), OpenOptions.READ, 0)) {
      return file.nonBlocking();
    }
  }

  @Test
  void aRenameThatHasToWaitDoesNotBlockAnEventLoop() throws Exception {
    BlockingFileSystem blocking = new BlockingFileSystem(new MemoryFileSystem());
    namespace.mount(path("/m"), blocking, MEMFS);
    write(namespace, path("/m/a"), "x");
    write(namespace, path("/m/c"), "x");
    var tracked = namespace.track(path("/m/a"));
    var gate = blocking.hold(Operation.RENAME, path("/a"));
    Thread renaming =
        Thread.startVirtualThread(
            () -> {
              try {
                namespace.rename(path("/m/a"), path("/m/b"), true);
              } catch (FsException e) {
                throw new IllegalStateException(e);
              }
            });
    gate.awaitWaiting(1);
    assertThat(tracked.isMoving()).isTrue();
    assertThat(tracked.path()).isEqualTo(path("/m/a"));
    assertThatThrownBy(() -> namespace.nonBlocking().rename(path("/m/b"), path("/m/d"), true))
        .isInstanceOf(WouldBlockException.class);
    namespace.rename(path("/m/c"), path("/m/d"), true); // not in its way
    gate.open();
    assertThat(tracked.settled()).isEqualTo(path("/m/b"));
    renaming.join();
    assertThat(tracked.isMoving()).isFalse();
    assertThat(tracked.path()).isEqualTo(path("/m/b"));
  }

  @Test
  void aRenameThatWaitsForAnotherCanBeGivenUp() throws Exception {
    BlockingFileSystem blocking = new BlockingFileSystem(new MemoryFileSystem());
    namespace.mount(path("/m"), blocking, MEMFS);
    write(namespace, path("/m/a"), "x");
    var gate = blocking.hold(Operation.RENAME, path("/a"));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> first =
          threads.submit(
              () -> {
                namespace.rename(path("/m/a"), path("/m/b"), true);
                return null;
              });
      gate.awaitWaiting(1);
      Cancellation cancellation = new Cancellation();
      Future<?> second =
          threads.submit(
              () ->
                  cancellation.call(
                      () -> {
                        namespace.rename(path("/m/b"), path("/m/c"), true);
                        return null;
                      }));
      cancellation.cancel();
      assertThatThrownBy(() -> second.get(30, TimeUnit.SECONDS))
          .cause()
          .isInstanceOfSatisfying(
              FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINTR));
      gate.open();
      first.get(30, TimeUnit.SECONDS);
    }
    assertThat(names(namespace, path("/m"))).containsExactly("b");
  }

  @Test
  void filesOfOneMountCopyInsideIt() throws FsException {
    mount("/a");
    mount("/b");
    write(namespace, path("/a/f"), "content");
    for (String target : List.of("/a/copy", "/b/copy")) {
      try (OpenFile from = namespace.open(path("/a/f"), OpenOptions.READ, 0);
          OpenFile to = namespace.open(path(target), OpenOptions.REPLACE, 0644)) {
        assertThat(from.copyTo(0, 100, to, 0)).isEqualTo(7);
      }
      assertThat(readText(namespace, path(target))).isEqualTo("content");
    }
    OpenFile file = namespace.open(path("/a/f"), OpenOptions.READ, 0);
    file.close();
    file.close();
    fails(Errno.EBADF, () -> file.read(ByteBuffer.allocate(1), 0));
  }
}
