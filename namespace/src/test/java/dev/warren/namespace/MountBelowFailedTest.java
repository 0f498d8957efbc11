package dev.warren.namespace;

import static dev.warren.testkit.TestFiles.names;
import static dev.warren.testkit.TestFiles.path;
import static dev.warren.testkit.TestFiles.readText;
import static dev.warren.testkit.TestFiles.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.AttributeChanges;
import dev.warren.api.AttributesBuffer;
import dev.warren.api.Caller;
import dev.warren.api.DirectoryEntry;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.ForwardingFileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.api.XattrMode;
import dev.warren.frontend.SharedFileSystem;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.testkit.TestFiles;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Mounts that work below a failed one: the namespace provides the directories above them. */
class MountBelowFailedTest extends NamespaceFixture {
  private static final VfsPath HEALTHY = path("/a/b");

  private void failAt(String path) throws FsException {
    namespace.mountFailed(path(path), new MountDescription("localfs", "disk"), "no disk");
  }

  /** Performs the operations by which clients reach a directory, for each directory above it. */
  private void isReached(VfsPath goal) throws FsException {
    SharedFileSystem client = namespace.as(Caller.HOST);
    for (FileSystem view : List.of(client, Objects.requireNonNull(client.nonBlocking()))) {
      for (VfsPath p = goal; ; p = p.parentOrRoot()) {
        FileAttributes found = view.stat(p);
        assertThat(found.isDirectory()).as("%s", p).isTrue();
        assertThat(found.permissions() & 0555).as("%s", p).isEqualTo(0555);
        AttributesBuffer buffer = new AttributesBuffer();
        view.stat(p, buffer);
        assertThat(buffer.fileId()).as("%s", p).isEqualTo(found.fileId());
        assertThat(view.statfs(p).blockSize()).as("%s", p).isPositive();
        if (p.isRoot()) {
          break;
        }
      }
    }
    write(client, goal.resolve("f"), "content");
    assertThat(readText(client, goal.resolve("f"))).isEqualTo("content");
  }

  @Test
  void aFailedMountAtTheRootHidesNoOtherMount() throws FsException {
    failAt("/");
    mount("/a/b");
    isReached(HEALTHY);
    assertThat(names(namespace, VfsPath.ROOT)).containsExactly("a");
    assertThat(names(namespace, path("/a"))).containsExactly("b");
    for (VfsPath own : List.of(VfsPath.ROOT, path("/a"))) {
      assertThat(namespace.listXattrs(own)).isEmpty();
      fails(Errno.ENODATA, () -> namespace.getXattr(own, "user.x"));
      fails(Errno.EINVAL, () -> namespace.readlink(own));
      fails(Errno.EROFS, () -> namespace.setXattr(own, "user.x", new byte[1], XattrMode.SET));
      fails(
          Errno.EROFS,
          () -> namespace.setAttributes(own, AttributeChanges.NONE.withPermissions(0700)));
    }
  }

  /** Files of the failed file system itself remain unavailable. */
  @Test
  void pathsOfTheFailedMountItselfFail() throws FsException {
    failAt("/");
    mount("/a/b");
    for (String below : List.of("/x", "/a/x", "/x/y")) {
      VfsPath lost = path(below);
      assertThatThrownBy(() -> namespace.stat(lost)).hasMessageContaining("no disk");
      fails(Errno.EIO, () -> namespace.stat(lost));
      fails(Errno.EIO, () -> namespace.mkdir(lost, 0755));
      fails(Errno.EIO, () -> namespace.open(lost, OpenOptions.REPLACE, 0644));
      fails(Errno.EIO, () -> namespace.openDirectory(lost));
      fails(Errno.EIO, () -> namespace.statfs(lost));
    }
    assertThat(namespace.mounts().getFirst().state()).isEqualTo(MountState.FAILED);
  }

  @Test
  void aFailedMountBetweenHealthyOnesHidesNoOtherMount() throws FsException {
    mount("/");
    failAt("/a");
    mount("/a/b");
    isReached(HEALTHY);
    assertThat(names(namespace, path("/a"))).containsExactly("b");
    DirectoryEntry entry = TestFiles.entries(namespace, VfsPath.ROOT, true).getFirst();
    assertThat(entry.name()).isEqualTo("a");
    assertThat(Objects.requireNonNull(entry.attributes()).permissions()).isEqualTo(0755);
    namespace.unmount(HEALTHY, Duration.ZERO);
    fails(Errno.EIO, () -> namespace.stat(path("/a")));
  }

  /**
   * While a file system is replaced, its directory will soon be listed by the new one, so a listing
   * without its files would be wrong: a client that copies the tree would conclude that they have
   * been deleted.
   */
  @Test
  void aMountThatIsBeingReplacedHidesNoOtherMountButIsNotListed() throws FsException {
    write(mount("/"), path("/file"), "x");
    mount("/a/b");
    namespace.vacate(VfsPath.ROOT, Duration.ZERO);
    isReached(HEALTHY);
    fails(Errno.EIO, () -> namespace.openDirectory(VfsPath.ROOT));
    fails(Errno.EIO, () -> namespace.openDirectory(path("/a")));
    fails(Errno.EIO, () -> namespace.mkdir(path("/a/astray"), 0755));
    mount("/");
    isReached(HEALTHY);
    assertThat(names(namespace, VfsPath.ROOT)).containsExactly("a");
  }

  /** A disk that breaks while it is mounted. Its listing must be an error, not an empty listing. */
  @Test
  void aMountWhoseFileSystemBreaksHidesNoOtherMount() throws FsException {
    for (Errno error : List.of(Errno.EIO, Errno.ENODEV, Errno.ESTALE, Errno.ENOENT)) {
      namespace.mount(
          VfsPath.ROOT,
          new ForwardingFileSystem(new MemoryFileSystem()) {
            @Override
            public FileAttributes stat(VfsPath path) throws FsException {
              throw new FsException(error, path);
            }

            @Override
            public FileSystem nonBlocking() {
              return this;
            }
          },
          MEMFS);
      mount("/a/b");
      SharedFileSystem client = namespace.as(Caller.HOST);
      for (FileSystem view : List.of(client, Objects.requireNonNull(client.nonBlocking()))) {
        for (VfsPath p : List.of(VfsPath.ROOT, path("/a"), HEALTHY)) {
          assertThat(view.stat(p).isDirectory()).as("%s with %s", p, error).isTrue();
          AttributesBuffer buffer = new AttributesBuffer();
          view.stat(p, buffer);
          assertThat(buffer.fileId()).isEqualTo(view.stat(p).fileId());
        }
        fails(error, () -> view.stat(path("/x")));
      }
      namespace.unmount(HEALTHY, Duration.ZERO);
      namespace.unmount(VfsPath.ROOT, Duration.ZERO);
    }
  }

  /**
   * Missing permissions are not a failure: a caller that the file system refuses cannot get
   * further.
   */
  @Test
  void aDirectoryThatRefusesACallerStaysClosed() throws FsException {
    namespace.mount(
        VfsPath.ROOT,
        new ForwardingFileSystem(new MemoryFileSystem()) {
          @Override
          public FileAttributes stat(VfsPath path) throws FsException {
            throw new FsException(Errno.EACCES, path);
          }
        },
        MEMFS);
    mount("/a/b");
    fails(Errno.EACCES, () -> namespace.stat(path("/a")));
    fails(Errno.EACCES, () -> namespace.stat(VfsPath.ROOT));
  }
}
