package dev.warren.memfs;

import dev.warren.api.AttributeChanges;
import dev.warren.api.AttributesBuffer;
import dev.warren.api.Caller;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileHandle;
import dev.warren.api.FileNames;
import dev.warren.api.FileSystem;
import dev.warren.api.FileSystemStats;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.api.XattrMode;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/**
 * A complete file system in memory that behaves like tmpfs on Linux: links, FIFOs and sockets (as
 * names), extended attributes, holes, sizes up to 2^63-1, nanosecond times. Its content is lost
 * when the process ends, or earlier.
 *
 * <p>Owners and permission bits are stored but not enforced: every caller that can reach the file
 * system may do everything in it. Set-uid and set-gid bits are cleared when a file is written,
 * truncated or changes its owner.
 *
 * <p>Operations block only while other operations run; {@link #nonBlocking()} is the file system
 * itself. Thread-safe.
 */
public final class MemoryFileSystem implements FileSystem {
  /** The default capacity, in bytes. */
  public static final long DEFAULT_MAX_BYTES = 64L << 20;

  private static final int MAGIC = 0x6d656d66; // "memf"

  private final Tree tree;
  private final Owner owner;
  private volatile long pristine;

  /**
   * Creates an empty file system of {@link #DEFAULT_MAX_BYTES}, whose files belong to uid and gid
   * 0.
   */
  public MemoryFileSystem() {
    this(DEFAULT_MAX_BYTES, InstantSource.system());
  }

  /**
   * Creates an empty file system, whose files belong to uid and gid 0.
   *
   * @param maxBytes capacity for content, names and files together, at least 4096; more is ENOSPC
   * @param clock provides the times of files
   * @throws IllegalArgumentException if {@code maxBytes} is less
   */
  public MemoryFileSystem(long maxBytes, InstantSource clock) {
    this(maxBytes, clock, new Owner(0, 0), new MemoryBudget(Long.MAX_VALUE / 2, 1).open());
  }

  /**
   * @param memory charged for the content of the file system
   */
  MemoryFileSystem(long maxBytes, InstantSource clock, Owner owner, MemoryBudget.Account memory) {
    this(new Tree(new Volume(maxBytes, clock, memory), owner), owner);
  }

  private MemoryFileSystem(Tree tree, Owner owner) {
    this.tree = tree;
    this.owner = owner;
    pristine = tree.volume().space().used();
  }

  @Override
  public FileAttributes stat(VfsPath path) throws FsException {
    return tree.read(() -> tree.find(path).attributes());
  }

  @Override
  public FileHandle find(VfsPath path, AttributesBuffer into) throws FsException {
    return tree.read(
        () -> {
          Inode inode = tree.find(path);
          inode.hold();
          into.set(inode.attributes());
          return new FoundInode(inode);
        });
  }

  @Override
  public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
    RegularFile file =
        options.create()
            ? tree.write(() -> openOrCreate(path, options, permissions))
            : tree.read(() -> opened(tree.find(path), path));
    OpenMemoryFile open = new OpenMemoryFile(file, options);
    if (options.truncate()) {
      open.truncate(0);
    }
    return open;
  }

  private RegularFile openOrCreate(VfsPath path, OpenOptions options, int permissions)
      throws FsException {
    Directory parent = tree.parent(path);
    Inode existing = tree.findOrNull(path);
    if (existing != null && options.exclusive()) {
      throw new FsException(Errno.EEXIST, path);
    }
    return opened(
        existing != null
            ? existing
            : add(
                parent,
                path,
                0,
                () -> new RegularFile(tree.volume(), permissions, parent.ownerBelow(owner))),
        path);
  }

  private static RegularFile opened(Inode inode, VfsPath path) throws FsException {
    if (inode instanceof RegularFile file) {
      file.opened();
      return file;
    }
    throw new FsException(
        switch (inode.type()) {
          case DIRECTORY -> Errno.EISDIR;
          case SYMBOLIC_LINK -> Errno.ELOOP;
          default -> Errno.ENXIO;
        },
        path);
  }

  @Override
  public OpenDirectory openDirectory(VfsPath path) throws FsException {
    return tree.read(
        () -> {
          if (tree.find(path) instanceof Directory directory) {
            return new OpenMemoryDirectory(tree, directory);
          }
          throw new FsException(Errno.ENOTDIR, path);
        });
  }

  @Override
  public void mkdir(VfsPath path, int permissions) throws FsException {
    tree.write(
        () -> {
          Directory parent = parentOfNew(path);
          int bits = parent.directoryPermissionsBelow(permissions);
          return add(
              parent, path, 0, () -> new Directory(tree.volume(), bits, parent.ownerBelow(owner)));
        });
  }

  @Override
  public void symlink(String target, VfsPath link) throws FsException {
    int length = SymbolicLink.checkedLength(target);
    tree.write(
        () -> {
          Directory parent = parentOfNew(link);
          return add(
              parent,
              link,
              SymbolicLink.charge(target),
              () -> new SymbolicLink(tree.volume(), parent.ownerBelow(owner), target, length));
        });
  }

  @Override
  public void mknod(VfsPath path, int mode, int deviceMajor, int deviceMinor) throws FsException {
    FileType type = FileType.ofMode(mode);
    int permissions = mode & FileAttributes.PERMISSION_MASK;
    switch (type) {
      case DIRECTORY -> throw new FsException(Errno.EPERM, path);
      case SYMBOLIC_LINK -> throw new FsException(Errno.EINVAL, path);
      default -> {}
    }
    tree.write(
        () -> {
          Directory parent = parentOfNew(path);
          Owner below = parent.ownerBelow(owner);
          return switch (type) {
            case REGULAR ->
                add(parent, path, 0, () -> new RegularFile(tree.volume(), permissions, below));
            case FIFO, SOCKET ->
                add(parent, path, 0, () -> new Inode(tree.volume(), type, permissions, below));
            // EPERM for devices, as without CAP_MKNOD
            default -> throw new FsException(Errno.EPERM, path);
          };
        });
  }

  @Override
  public void link(VfsPath existing, VfsPath link) throws FsException {
    tree.write(
        () -> {
          Inode inode = tree.find(existing);
          Directory parent = parentOfNew(link);
          if (inode instanceof Directory) {
            throw new FsException(Errno.EPERM, existing);
          }
          tree.volume().space().take(Directory.NAME_CHARGE);
          parent.add(link.name(), inode);
          return inode;
        });
  }

  /** Returns the directory in which a name is to be created that must not exist. */
  private Directory parentOfNew(VfsPath path) throws FsException {
    Directory parent = tree.parent(path);
    if (path.isRoot() || parent.find(path.name()) != null) {
      throw new FsException(Errno.EEXIST, path);
    }
    return parent;
  }

  /** Creates a file and its name, or neither if there is not enough space. */
  private <T extends Inode> T add(Directory parent, VfsPath path, long charge, Supplier<T> file)
      throws FsException {
    tree.volume().space().take(Inode.CHARGE + Directory.NAME_CHARGE + charge);
    T inode = file.get();
    parent.add(path.name(), inode);
    return inode;
  }

  @Override
  public void unlink(VfsPath path) throws FsException {
    tree.write(
        () -> {
          Inode inode = tree.find(path);
          if (inode instanceof Directory) {
            throw new FsException(Errno.EISDIR, path);
          }
          tree.holder(path, inode).remove(path.name());
          return inode;
        });
  }

  @Override
  public void rmdir(VfsPath path) throws FsException {
    tree.write(
        () -> {
          if (path.isRoot()) {
            throw new FsException(Errno.EBUSY, path);
          }
          if (!(tree.find(path) instanceof Directory directory)) {
            throw new FsException(Errno.ENOTDIR, path);
          }
          if (!directory.isEmpty()) {
            throw new FsException(Errno.ENOTEMPTY, path);
          }
          tree.holder(path, directory).remove(path.name());
          return directory;
        });
  }

  @Override
  public void rename(VfsPath from, VfsPath to, boolean replace) throws FsException {
    tree.write(() -> new Rename(tree, from, to, replace).run());
  }

  @Override
  public void setAttributes(VfsPath path, AttributeChanges changes) throws FsException {
    if (changes.size() != null && changes.size() < 0) {
      throw new FsException(Errno.EINVAL, path);
    }
    tree.read(
        () -> {
          Inode inode = tree.find(path);
          inode.setAttributes(changes);
          return inode;
        });
  }

  @Override
  public String readlink(VfsPath path) throws FsException {
    return tree.read(
        () -> {
          if (tree.find(path) instanceof SymbolicLink link) {
            return link.target();
          }
          throw new FsException(Errno.EINVAL, path);
        });
  }

  @Override
  public FileSystemStats statfs(VfsPath path) throws FsException {
    stat(path);
    Space space = tree.volume().space();
    long free = space.limit() - space.used();
    long charge = Inode.CHARGE + Directory.NAME_CHARGE;
    return new FileSystemStats(
        MAGIC,
        ChunkTree.CHUNK,
        space.limit() / ChunkTree.CHUNK,
        free / ChunkTree.CHUNK,
        free / ChunkTree.CHUNK,
        space.limit() / charge,
        free / charge,
        System.identityHashCode(tree),
        FileNames.MAX_BYTES);
  }

  @Override
  public List<String> listXattrs(VfsPath path) throws FsException {
    return tree.read(() -> tree.find(path).listXattrs());
  }

  @Override
  public byte[] getXattr(VfsPath path, String name) throws FsException {
    Xattrs.checkLengths(name, 0);
    return tree.read(() -> tree.find(path).getXattr(name));
  }

  @Override
  public void setXattr(VfsPath path, String name, byte[] value, XattrMode mode) throws FsException {
    Xattrs.checkLengths(name, value.length);
    tree.read(
        () -> {
          Inode inode = tree.find(path);
          inode.setXattr(name, value, mode);
          return inode;
        });
  }

  @Override
  public void removeXattr(VfsPath path, String name) throws FsException {
    Xattrs.checkLengths(name, 0);
    tree.read(
        () -> {
          Inode inode = tree.find(path);
          inode.removeXattr(name);
          return inode;
        });
  }

  /** Returns the same files; new files belong to the caller, if the caller has a uid. */
  @Override
  public FileSystem as(Caller caller) {
    return new MemoryFileSystem(tree, owner.orCaller(caller));
  }

  @Override
  public FileSystem nonBlocking() {
    return this;
  }

  /**
   * Closes the file system; its memory becomes garbage. Later operations are EIO, those on open
   * files EBADF.
   */
  @Override
  public void close() {
    tree.volume().close();
  }

  /**
   * Records that the present content is recreated whenever the file system is opened, so its loss
   * does not matter.
   */
  void seeAsPristine() {
    pristine = tree.volume().space().used();
  }

  /** Everything is in memory. */
  @Override
  public boolean losesContent() {
    return tree.volume().space().used() > pristine;
  }
}
