package dev.warren.namespace;

import static dev.warren.testkit.TestFiles.names;
import static dev.warren.testkit.TestFiles.path;
import static dev.warren.testkit.TestFiles.readText;
import static dev.warren.testkit.TestFiles.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.AttributeChanges;
import dev.warren.api.DirectoryEntry;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.FileType;
import dev.warren.api.ForwardingFileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.api.WouldBlockException;
import dev.warren.api.XattrMode;
import dev.warren.memfs.MemoryFileSystem;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NamespaceTest extends NamespaceFixture {
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
  void directoriesAboveMountPointsExistAndCannotBeChanged() throws FsException {
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
  void mountPointsCannotBeCreatedRemovedOrRenamed() throws FsException {
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
  void renamesAndLinksBetweenMountsAreExdev() throws FsException {
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
  void aPathCanBeMountedOnlyOnce() throws FsException {
    mount("/a");
    fails(Errno.EBUSY, () -> mount("/a"));
    fails(Errno.EINVAL, () -> namespace.unmount(path("/b"), Duration.ZERO));
    namespace.close();
    fails(Errno.EIO, () -> mount("/b"));
    fails(Errno.EIO, () -> namespace.stat(path("/a")));
  }

  @Test
  void onlyNonBlockingMountsAreServedWithoutBlocking() throws FsException {
    mount("/quick");
    namespace.mount(
        path("/slow"),
        new ForwardingFileSystem(new MemoryFileSystem()) {},
        MountDescription.of("x"));
    FileSystem nonBlocking = namespace.nonBlocking();
    assertThat(nonBlocking).isSameAs(namespace.nonBlocking());
    assertThat(nonBlocking.nonBlocking()).isSameAs(nonBlocking);
    assertThat(nonBlocking.stat(path("/quick")).isDirectory()).isTrue();
    assertThat(nonBlocking.stat(VfsPath.ROOT).isDirectory()).isTrue();
    assertThatThrownBy(() -> nonBlocking.stat(path("/slow")))
        .isInstanceOf(WouldBlockException.class);
    write(nonBlocking, path("/quick/f"), "x");
    OpenFile file = nonBlocking.open(path("/quick/f"), OpenOptions.READ, 0);
    assertThat(file.nonBlocking()).isNotNull().isSameAs(file.nonBlocking());
    file.close();
    write(namespace, path("/slow/f"), "x");
    OpenFile slow = namespace.open(path("/slow/f"), OpenOptions.READ, 0);
    assertThat(slow.nonBlocking() == null).isEqualTo(rawNonBlocking() == null);
    slow.close();
    // The listing needs the attributes of the slow mount before it can show any entry.
    OpenDirectory root = nonBlocking.openDirectory(VfsPath.ROOT);
    OpenDirectory nonBlockingRoot = Objects.requireNonNull(root.nonBlocking());
    List<DirectoryEntry> shown = new ArrayList<>();
    assertThatThrownBy(() -> nonBlockingRoot.read(0, true, shown::add))
        .isInstanceOf(WouldBlockException.class);
    root.read(0, true, entry -> true);
    root.close();
  }

  /** Returns the non-blocking view of an open file of a forwarding file system. */
  private static @Nullable OpenFile rawNonBlocking() throws FsException {
    FileSystem fs = new ForwardingFileSystem(new MemoryFileSystem()) {};
    write(fs, path("/f"), "x");
    try (OpenFile file = fs.open(path("/f"), OpenOptions.READ, 0)) {
      return file.nonBlocking();
    }
  }

  @Test
  void copyToWorksWithinAndBetweenMounts() throws FsException {
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
