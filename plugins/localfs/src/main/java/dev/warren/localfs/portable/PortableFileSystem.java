package dev.warren.localfs.portable;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Caller;
import dev.warren.api.DescriptorBudget;
import dev.warren.api.DescriptorBudget.Lease;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileNames;
import dev.warren.api.FileSystem;
import dev.warren.api.FileSystemStats;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Serves a directory of the host through java.nio.file, where the Linux implementation is not
 * available. Symbolic links are refused by checking before and after each operation, between which
 * other processes on the host may intervene; changes of names by this process are serialised.
 */
final class PortableFileSystem implements FileSystem {
  private final Tree tree;
  private final HostAttributes attributes;
  private final boolean readOnly;
  private final DescriptorBudget descriptors;
  private final Caller caller;
  private final Set<PortableFile> open;
  private final ReentrantLock changing;
  private final AtomicBoolean closed;

  PortableFileSystem(Path root, boolean readOnly, DescriptorBudget descriptors) throws IOException {
    tree = new Tree(root);
    attributes = new HostAttributes(root);
    this.readOnly = readOnly;
    this.descriptors = descriptors;
    caller = Caller.HOST;
    open = ConcurrentHashMap.newKeySet();
    changing = new ReentrantLock();
    closed = new AtomicBoolean();
  }

  /** Creates a view for a caller, whose descriptors are counted. */
  private PortableFileSystem(PortableFileSystem other, Caller caller) {
    tree = other.tree;
    attributes = other.attributes;
    readOnly = other.readOnly;
    descriptors = other.descriptors;
    this.caller = caller;
    open = other.open;
    changing = other.changing;
    closed = other.closed;
  }

  @Override
  public FileSystem as(Caller other) {
    return other.equals(caller) ? this : new PortableFileSystem(this, other);
  }

  @Override
  public FileAttributes stat(VfsPath path) throws FsException {
    return read(tree::locateName, path, attributes::read);
  }

  @Override
  public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
    if (path.isRoot()) {
      throw new FsException(
          options.create() && options.exclusive() ? Errno.EEXIST : Errno.EISDIR, path);
    }
    if (readOnly && options.write()) {
      throw new FsException(Errno.EROFS, path);
    }
    changing.lock();
    try {
      return read(path, file -> openFile(file, path, options, permissions));
    } finally {
      changing.unlock();
    }
  }

  private OpenFile openFile(Path file, VfsPath path, OpenOptions options, int permissions)
      throws IOException {
    BasicFileAttributes found = Tree.find(file, path);
    if (found == null && !options.create()) {
      throw new FsException(Errno.ENOENT, path);
    }
    if (found == null && readOnly) {
      throw new FsException(Errno.EROFS, path);
    }
    if (found != null) {
      requireRegular(found, path, options);
    }
    Lease lease = descriptors.take(caller, Channels.count(options));
    Channels channels;
    try {
      channels = Channels.open(file, options, found == null);
    } catch (IOException | RuntimeException e) {
      lease.giveBack();
      throw e;
    }
    try {
      if (found == null) {
        attributes.permit(file, permissions);
      }
      tree.locate(path); // checks that no link has been put into the path meanwhile
      FileAttributes now = attributes.read(file);
      PortableFile result =
          new PortableFile(this, attributes, channels, lease, options, path, file, now.fileId());
      open.add(result);
      return result;
    } catch (IOException | RuntimeException e) {
      lease.giveBack();
      channels.close();
      throw e;
    }
  }

  private static void requireRegular(BasicFileAttributes found, VfsPath path, OpenOptions options)
      throws FsException {
    if (options.create() && options.exclusive()) {
      throw new FsException(Errno.EEXIST, path);
    }
    if (!found.isRegularFile()) {
      throw new FsException(
          found.isDirectory() ? Errno.EISDIR : found.isSymbolicLink() ? Errno.ELOOP : Errno.ENXIO,
          path);
    }
  }

  @Override
  public OpenDirectory openDirectory(VfsPath path) throws FsException {
    return read(
        path,
        directory -> {
          if (!Tree.require(directory, path).isDirectory()) {
            throw new FsException(Errno.ENOTDIR, path);
          }
          return new PortableDirectory(this, directory, path, attributes);
        });
  }

  @Override
  public void mkdir(VfsPath path, int permissions) throws FsException {
    create(
        path,
        directory -> {
          Files.createDirectory(directory);
          attributes.permit(directory, permissions & 01777);
        });
  }

  @Override
  public void unlink(VfsPath path) throws FsException {
    if (path.isRoot()) {
      throw new FsException(Errno.EISDIR, path);
    }
    change(
        path,
        file -> {
          if (Tree.require(file, path).isDirectory()) {
            throw new FsException(Errno.EISDIR, path);
          }
          Files.delete(file);
        });
  }

  @Override
  public void rmdir(VfsPath path) throws FsException {
    if (path.isRoot()) {
      throw new FsException(Errno.EBUSY, path);
    }
    change(
        path,
        directory -> {
          if (!Tree.require(directory, path).isDirectory()) {
            throw new FsException(Errno.ENOTDIR, path);
          }
          Files.delete(directory);
        });
  }

  @Override
  public void rename(VfsPath from, VfsPath to, boolean replace) throws FsException {
    if (from.isRoot() || to.isRoot()) {
      throw new FsException(Errno.EBUSY, from);
    }
    change(
        from,
        source -> {
          Path target = tree.locate(to);
          BasicFileAttributes moved = Tree.require(source, from);
          BasicFileAttributes there = Tree.find(target, to);
          if (there != null && !replace) {
            throw new FsException(Errno.EEXIST, to);
          }
          if (!from.equals(to) && to.startsWith(from)) {
            throw new FsException(Errno.EINVAL, to);
          }
          if (there != null && !from.equals(to)) {
            requireReplaceable(target, moved, there, to);
          }
          Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
          open.forEach(file -> file.renamed(from, to, target));
        });
  }

  private static void requireReplaceable(
      Path target, BasicFileAttributes moved, BasicFileAttributes there, VfsPath to)
      throws IOException {
    if (there.isDirectory() && !moved.isDirectory()) {
      throw new FsException(Errno.EISDIR, to);
    }
    if (!there.isDirectory() && moved.isDirectory()) {
      throw new FsException(Errno.ENOTDIR, to);
    }
    if (there.isDirectory()) {
      try (var entries = Files.newDirectoryStream(target)) {
        if (entries.iterator().hasNext()) {
          throw new FsException(Errno.ENOTEMPTY, to);
        }
      }
    }
  }

  @Override
  public void setAttributes(VfsPath path, AttributeChanges changes) throws FsException {
    Long size = changes.size();
    if (size != null) {
      if (size < 0) {
        throw new FsException(Errno.EINVAL, path);
      }
      try (OpenFile file = open(path, OpenOptions.WRITE, 0)) {
        file.setAttributes(changes);
      }
      return;
    }
    change(
        path,
        file -> {
          Tree.require(file, path);
          attributes.change(file, changes);
        });
  }

  @Override
  public String readlink(VfsPath path) throws FsException {
    return read(
        path,
        file -> {
          if (!Tree.require(file, path).isSymbolicLink()) {
            throw new FsException(Errno.EINVAL, path);
          }
          return Files.readSymbolicLink(file).toString();
        });
  }

  @Override
  public void symlink(String target, VfsPath link) throws FsException {
    if (target.isEmpty()) {
      throw new FsException(Errno.ENOENT, link);
    }
    if (FileNames.encodedLength(target) > 4095) {
      throw new FsException(Errno.ENAMETOOLONG, link);
    }
    create(
        link,
        file -> {
          Path text;
          try {
            text = Path.of(target);
          } catch (InvalidPathException e) {
            throw new FsException(Errno.EINVAL, link);
          }
          if (!text.toString().equals(target)) {
            // Java would write a different text into the link.
            throw new FsException(Errno.EINVAL, link);
          }
          Files.createSymbolicLink(file, text);
        });
  }

  @Override
  public void link(VfsPath existing, VfsPath link) throws FsException {
    create(
        link,
        file -> {
          Path source = tree.locate(existing);
          if (Tree.require(source, existing).isDirectory()) {
            throw new FsException(Errno.EPERM, existing);
          }
          Files.createLink(file, source);
        });
  }

  @Override
  public FileSystemStats statfs(VfsPath path) throws FsException {
    return read(
        path,
        file -> {
          Tree.require(file, path);
          FileStore store = Files.getFileStore(file.getParent() == null ? file : file.getParent());
          long block = Math.max(1, store.getBlockSize());
          return new FileSystemStats(
              0,
              (int) block,
              store.getTotalSpace() / block,
              store.getUnallocatedSpace() / block,
              store.getUsableSpace() / block,
              0,
              0,
              store.name().hashCode(),
              FileNames.MAX_BYTES);
        });
  }

  @Override
  public void close() {
    closed.set(true);
    FsException cause = new FsException(Errno.EIO, "the file system was closed");
    open.forEach(file -> file.abort(cause));
  }

  /** Unregisters a file that was closed. */
  void forget(PortableFile file) {
    open.remove(file);
  }

  /** Whether the file system is closed. */
  boolean isClosed() {
    return closed.get();
  }

  /** Whether changes are refused. */
  boolean isReadOnly() {
    return readOnly;
  }

  private interface Change {
    void make(Path file) throws IOException;
  }

  private interface Locating {
    Path locate(VfsPath path) throws FsException;
  }

  private interface Read<T> {
    T from(Path file) throws IOException;
  }

  private void create(VfsPath path, Change change) throws FsException {
    change(
        path,
        file -> {
          if (Tree.find(file, path) != null) {
            throw new FsException(Errno.EEXIST, path);
          }
          change.make(file);
        });
  }

  private void change(VfsPath path, Change change) throws FsException {
    if (readOnly) {
      throw new FsException(Errno.EROFS, path);
    }
    changing.lock();
    try {
      read(
          path,
          file -> {
            change.make(file);
            return true;
          });
    } finally {
      changing.unlock();
    }
  }

  private <T> T read(VfsPath path, Read<T> read) throws FsException {
    return read(tree::locate, path, read);
  }

  private <T> T read(Locating tree, VfsPath path, Read<T> read) throws FsException {
    if (closed.get()) {
      throw new FsException(Errno.EBADF, path);
    }
    try {
      return read.from(tree.locate(path));
    } catch (IOException | UnsupportedOperationException e) {
      throw Tree.failure(e, path);
    }
  }
}
